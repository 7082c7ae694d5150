// All of one partition against the fold of its events: histories, changelog, checkpoint, read models.
//
// Nothing that is compared needs to stand still. What is stored names the point of the log that it has come to (the
// changelog its checkpoint, a view its position), and is compared with the fold up to that point.
import { setTimeout as delay } from 'node:timers/promises'
import { partitionOf } from '../platform/kafka/partition-of.ts'
import { RegistryUnavailableError } from '../platform/avro/codec.ts'
import { asJsonRows } from '../platform/postgres.ts'
import { rowOf } from '../projections/payment-events/row.ts'
import type { StoredEvent } from '../projections/view.ts'
import { fieldDifferences, plain, type Difference } from './differences.ts'
import type { EventStretch } from './event-log.ts'
import type { Findings } from './findings.ts'
import { Histories } from './histories.ts'
import type { Logs } from './open-logs.ts'
import { expectedRow, type ReadModels, type SeenPayments } from './read-models.ts'
import { stateDifferences } from './replay-payment.ts'
import type { StoredStates } from './stored-states.ts'

/** Milliseconds that a view is waited for. */
const VIEW_WAIT_MS = 10_000
const VIEW_PAUSE_MS = 100
const ROWS = 2000

type Found = Omit<Difference, 'partition'>

export interface VerifyDeps {
  readonly logs: Logs
  readonly models: ReadModels
  readonly findings: Findings
  /** Told of the offsets of the event store that have been read. */
  readonly advanced: (offsets: number) => void
}

export class PartitionVerification {
  readonly #deps: VerifyDeps
  readonly #partition: number
  readonly #histories: Histories
  /** Up to where events are folded. */
  #folded = 0

  constructor(deps: VerifyDeps, partition: number) {
    this.#deps = deps
    this.#partition = partition
    this.#histories = new Histories(partition, deps.findings)
  }

  /** @throws when a service does not answer; then nothing is said of the partition */
  async run(): Promise<void> {
    const { logs, findings, advanced } = this.#deps
    const { start, end } = await logs.events.bounds(this.#partition)
    const shown = await this.#viewsShow(end)
    for await (const stretch of logs.events.read(this.#partition, { start, end })) {
      stretch.events.forEach(event => this.#histories.take(event))
      if (shown.has('payment_events')) await this.#compareEvents(stretch)
      advanced(stretch.to - stretch.from)
    }
    this.#folded = end
    // Whatever was read above was committed together with its states, so these are not older.
    const stored = await logs.states.read(this.#partition)
    await this.#goOnToCheckpoint(stored)
    await this.#compareStates(stored)
    if (shown.has('payment_events')) await this.#compareEventsBeyond()
    if (shown.has('payments')) await this.#comparePayments()
    findings.payments += this.#histories.count
  }

  /** The views that show all events below an offset, waited for. */
  async #viewsShow(end: number): Promise<ReadonlySet<string>> {
    const { models, findings } = this.#deps
    const deadline = Date.now() + VIEW_WAIT_MS
    for (;;) {
      const positions = [...(await models.positions(this.#partition))]
      const behind = positions.filter(([, position]) => position < end)
      if (behind.length === 0 || Date.now() > deadline) {
        for (const [view, position] of behind) {
          const place = `${view}, partition ${this.#partition}`
          findings.notChecked.push(`${place}: the view stands at offset ${position} of ${end}`)
        }
        return new Set(positions.flatMap(([view, position]) => (position < end ? [] : [view])))
      }
      await delay(VIEW_PAUSE_MS)
    }
  }

  async #goOnToCheckpoint({ checkpoint }: StoredStates): Promise<void> {
    for (const [topic, offset] of this.#histories.inputs) {
      // Inputs of events that were copied from topics of another prefix.
      if (checkpoint?.has(topic) === false) continue
      const position = checkpoint?.get(topic) ?? null
      if (position !== null && position > offset) continue
      const expected = `at least ${offset + 1}`
      this.#add({ check: 'checkpoint', subject: topic, field: '', expected, found: position })
    }
    if (checkpoint === null) return
    const { events } = this.#deps.logs
    const { end } = await events.bounds(this.#partition)
    this.#folded = await events.readThrough(
      this.#partition,
      { start: this.#folded, end },
      checkpoint,
      event => this.#histories.take(event)
    )
  }

  async #compareStates({ states }: StoredStates): Promise<void> {
    const { logs } = this.#deps
    const check = 'state'
    for (const subject of this.#histories.paymentIds) {
      if (this.#histories.isCorrupt(subject)) continue
      const value = states.get(subject)
      try {
        const stored = value === undefined ? null : await logs.states.decode(value)
        const differences = stateDifferences(this.#histories.of(subject)!.state, stored)
        this.#add(...differences.map(difference => ({ check, subject, ...difference }) as const))
      } catch (error) {
        if (error instanceof RegistryUnavailableError) throw error
        this.#add({ check, subject, field: '', expected: 'a state', found: (error as Error).message })
      }
    }
    for (const subject of states.keys()) {
      if (this.#histories.of(subject) !== null) continue
      this.#add({ check, subject, field: '', expected: 'none: no event names it', found: 'a state' })
    }
  }

  async #compareEvents({ events, from, to }: EventStretch): Promise<void> {
    const rows = await this.#deps.models.eventRows(this.#partition, from, to)
    const found = new Map(rows.map(row => [row.event_offset, row]))
    for (const event of events) {
      if (event.type === 'InputsHandled') continue
      const row = found.get(event.offset)
      found.delete(event.offset)
      this.#compareRow('payment_events', rowName(event), rowOf(event), row ?? null)
    }
    for (const row of found.values())
      this.#compareRow('payment_events', `${row.payment_id} @${row.event_offset}`, null, row)
  }

  async #compareEventsBeyond(): Promise<void> {
    for (const row of await this.#deps.models.eventRowsBeyondPosition(this.#partition))
      this.#compareRow('payment_events', `${row.payment_id} @${row.event_offset}`, null, row)
  }

  async #comparePayments(): Promise<void> {
    const { models, findings } = this.#deps
    const deadline = Date.now() + VIEW_WAIT_MS
    let open = [...this.#histories.paymentIds, ...(await this.#unknownPayments())]
    for (;;) {
      const undecided: string[] = []
      for (let i = 0; i < open.length; i += ROWS) {
        const ids = open.slice(i, i + ROWS)
        const seen = await models.payments(this.#partition, ids)
        await this.#foldTo(seen.position)
        undecided.push(...ids.filter(id => !this.#isDecided(id, seen)))
      }
      if (undecided.length === 0) return
      if (Date.now() > deadline) {
        const place = `payments, partition ${this.#partition}`
        findings.notChecked.push(`${place}: ${undecided.length} payments that the view has yet to come to`)
        return
      }
      open = undecided
      await delay(VIEW_PAUSE_MS)
    }
  }

  /** Ids in the table that belong to this partition, and that no event has named so far. */
  async #unknownPayments(): Promise<string[]> {
    const { models, logs } = this.#deps
    const unknown: string[] = []
    for await (const ids of models.paymentIds()) {
      const here = ids.filter(id => partitionOf(id, logs.partitions) === this.#partition)
      unknown.push(...here.filter(id => this.#histories.of(id) === null))
    }
    return unknown
  }

  /** With the fold at or past the view's position, a row is wrong unless it only lags: told once. */
  #isDecided(id: string, { position, rows }: SeenPayments): boolean {
    if (this.#histories.isCorrupt(id)) return true
    const history = this.#histories.of(id)
    const row = rows.get(id) ?? null
    const state = history?.state ?? null
    const expected = state === null ? null : expectedRow(state)
    if (rowDifferences(expected, row).length === 0) return true
    const mayLag = history !== null && history.lastOffset >= position
    if (mayLag && (row?.version ?? 0) < (expected?.version ?? 0)) return false
    this.#compareRow('payments', id, expected, row)
    return true
  }

  async #foldTo(position: number): Promise<void> {
    if (position <= this.#folded) return
    const { events } = this.#deps.logs
    const { end } = await events.bounds(this.#partition)
    for await (const stretch of events.read(this.#partition, { start: this.#folded, end }))
      stretch.events.forEach(event => this.#histories.take(event))
    this.#folded = Math.max(this.#folded, end)
  }

  #compareRow(check: Found['check'], subject: string, expected: object | null, found: object | null): void {
    const differences = rowDifferences(expected, found)
    this.#add(...differences.map(difference => ({ check, subject, ...difference })))
  }

  #add(...found: readonly Found[]): void {
    this.#deps.findings.add(...found.map(one => ({ ...one, partition: this.#partition })))
  }
}

function rowDifferences(expected: object | null, found: object | null) {
  if (expected === null || found === null)
    return fieldDifferences(expected === null ? 'no row' : 'a row', found === null ? 'no row' : 'a row')
  // As it was written: PostgreSQL's text cannot hold everything that the log can.
  return fieldDifferences((JSON.parse(asJsonRows([expected])) as unknown[])[0], plain(found))
}

const rowName = ({ offset, value }: StoredEvent): string => `${String(value.paymentId)} @${offset}`
