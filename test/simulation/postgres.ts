// Stands in for PostgreSQL, as far as the view of the payments uses it. It knows the statements of the projector and no
// others: positions are locked by whoever moves them, and what a transaction wrote is seen after its commit.
import type { Pool } from 'pg'
import type { Machine } from './machine.ts'
import type { Network } from './network.ts'
import type { Scheduler } from './scheduler.ts'

export type Row = Readonly<Record<string, unknown>>

interface Result {
  readonly rows: readonly Row[]
  readonly rowCount: number
}

interface Session {
  readonly positions: Map<string, number>
  readonly payments: Map<string, Row>
  readonly locks: Set<string>
  isOpen: boolean
}

/** Parameters, of whatever types the statement has them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Values = readonly any[]
type Statement = (session: Session, values: Values) => Promise<readonly Row[]> | readonly Row[]

const TIMES = ['created_at', 'updated_at']
/** Milliseconds after which the server ends a session that began a transaction and says nothing. */
const IDLE_MS = 10_000

export class SimulatedPostgres {
  readonly #scheduler: Scheduler
  readonly #positions = new Map<string, number>()
  readonly #payments = new Map<string, Row>()
  readonly #locks = new Map<string, Session>()
  #unlocked: (() => void)[] = []

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  /** The offset of the first event that the view has not applied. */
  position(view: string, partition: number): number {
    return this.#positions.get(`${view}/${partition}`) ?? 0
  }

  get payments(): ReadonlyMap<string, Row> {
    return this.#payments
  }

  /** The pool of one machine. */
  poolOf(machine: Machine, network: Network): Pool {
    const pool = {
      connect: () => Promise.resolve(this.#connect(machine, network)),
      query: async (text: string, values: Values) => {
        const client = this.#connect(machine, network)
        try {
          await client.query('BEGIN')
          const result = await client.query(text, values)
          await client.query('COMMIT')
          return result
        } catch (error) {
          client.release(true)
          throw error
        }
      }
    }
    return pool as unknown as Pool
  }

  #connect(machine: Machine, network: Network) {
    let session = this.#session()
    let idle: () => void = () => undefined
    machine.whenDead(() => this.#rollBack(session))
    return {
      query: (text: string, values: Values = []): Promise<Result> => {
        const own = session
        return network.request(machine, `query ${text.slice(0, 6)}`, async () => {
          idle()
          if (!own.isOpen) throw new Error('the session has ended')
          const rows = await this.#execute(own, text, values)
          if (text === 'COMMIT') session = this.#session()
          else idle = this.#scheduler.after(IDLE_MS, () => this.#rollBack(own))
          return { rows, rowCount: rows.length }
        })
      },
      release: (isBroken: boolean) => {
        idle()
        if (isBroken) this.#rollBack(session)
      }
    }
  }

  #session(): Session {
    return { positions: new Map(), payments: new Map(), locks: new Set(), isOpen: true }
  }

  #execute(session: Session, text: string, values: Values) {
    const statement = this.#statements.find(([beginning]) => text.startsWith(beginning))?.[1]
    if (statement === undefined) throw new Error(`the simulated PostgreSQL does not know: ${text}`)
    if (text.startsWith('INSERT INTO payments ')) this.#updated = updatedColumns(text)
    if (text.startsWith('UPDATE projection_positions')) this.#compares = text.includes('moved.from_offset')
    return statement(session, values)
  }

  /** What the statement under way says of columns that it updates, and whether it compares positions. */
  #updated: readonly string[] = []
  #compares = true

  readonly #statements: readonly (readonly [beginning: string, Statement])[] = [
    ['BEGIN', () => []],
    ['COMMIT', session => this.#commit(session)],
    [
      'INSERT INTO projection_positions',
      (session, values) => this.#readPosition(session, ...(values as [string, number]))
    ],
    [
      'UPDATE projection_positions',
      (session, values) => this.#movePositions(session, ...(values as [string, number[], number[], number[]]))
    ],
    ['SELECT * FROM payments', (session, values) => this.#select(session, values[0] as string[])],
    [
      'INSERT INTO payments ',
      (session, values) => this.#upsert(session, JSON.parse(values[0] as string) as Row[])
    ],
    ['INSERT INTO projection_inputs', () => []]
  ]

  async #readPosition(session: Session, view: string, partition: number): Promise<readonly Row[]> {
    const key = `${view}/${partition}`
    await this.#lock(session, key)
    return [{ next_offset: this.#positions.get(key) ?? 0 }]
  }

  async #movePositions(
    session: Session,
    view: string,
    partitions: readonly number[],
    from: readonly number[],
    to: readonly number[]
  ): Promise<readonly Row[]> {
    const moved: Row[] = []
    for (const [i, partition] of partitions.entries()) {
      const key = `${view}/${partition}`
      await this.#lock(session, key)
      const position = session.positions.get(key) ?? this.#positions.get(key) ?? 0
      if (this.#compares && position !== from[i]) continue
      session.positions.set(key, to[i]!)
      moved.push({})
    }
    return moved
  }

  #select(session: Session, ids: readonly string[]): readonly Row[] {
    return ids.flatMap((id): readonly Row[] => {
      const row = session.payments.get(id) ?? this.#payments.get(id)
      return row === undefined ? [] : [row]
    })
  }

  #upsert(session: Session, rows: readonly Row[]): readonly Row[] {
    for (const given of rows) {
      const id = given['id'] as string
      const row = {
        ...given,
        ...Object.fromEntries(TIMES.map(name => [name, new Date(given[name] as string)]))
      }
      const present = session.payments.get(id) ?? this.#payments.get(id)
      const changed = Object.entries(row).filter(([name]) => this.#updated.includes(name))
      session.payments.set(id, present === undefined ? row : { ...present, ...Object.fromEntries(changed) })
    }
    return []
  }

  #commit(session: Session): readonly Row[] {
    for (const [key, position] of session.positions) this.#positions.set(key, position)
    for (const [id, row] of session.payments) this.#payments.set(id, row)
    this.#end(session)
    return []
  }

  #rollBack(session: Session): void {
    if (session.isOpen) this.#end(session)
  }

  #end(session: Session): void {
    session.isOpen = false
    for (const key of session.locks) this.#locks.delete(key)
    for (const wake of this.#unlocked.splice(0)) wake()
  }

  async #lock(session: Session, key: string): Promise<void> {
    for (;;) {
      const holder = this.#locks.get(key)
      if (holder === session) return
      if (holder === undefined) {
        if (!session.isOpen) throw new Error('the session has ended')
        this.#locks.set(key, session)
        session.locks.add(key)
        return
      }
      await new Promise<void>(resolve => this.#unlocked.push(resolve))
    }
  }
}

/** Those that a row that is there takes over. */
const updatedColumns = (text: string): string[] =>
  [...text.matchAll(/(\w+) = EXCLUDED\.\1/g)].map(([, name]) => name!)
