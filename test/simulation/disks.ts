// Stands in for the disks that local stores are on. What was written stays when a process is killed; what was not, does not.
import type { Database, Disk } from '../../src/processors/core/disk.ts'
import type { Machine } from './machine.ts'
import type { Random } from './random.ts'

interface Stored {
  readonly values: Map<string, Buffer>
  holder: Machine | null
}

/** Milliseconds of a write. */
const WRITE_MS = 3

/** The disk of one host, which processes on it find again. */
export class SimulatedDisk {
  readonly #random: Random
  #databases = new Map<string, Stored>()
  /** Share of writes that fail. */
  failures = 0

  constructor(random: Random) {
    this.#random = random
  }

  /** Another host takes over, with an empty disk. Nobody may hold a database. */
  wipe(): void {
    this.#databases = new Map()
  }

  /** What stands in all databases whose location ends so. */
  contents(ending: string): ReadonlyMap<string, Buffer>[] {
    return [...this.#databases].flatMap(([location, { values }]) =>
      location.endsWith(ending) ? [values] : []
    )
  }

  /** As one process sees it. */
  for(machine: Machine): Disk {
    return {
      provide: () => Promise.resolve(),
      destroy: location => {
        this.#databases.delete(location)
        return Promise.resolve()
      },
      open: location => {
        let stored = this.#databases.get(location)
        if (stored === undefined)
          this.#databases.set(location, (stored = { values: new Map(), holder: null }))
        const { holder } = stored
        if (holder !== null && !holder.isDead)
          return Promise.reject(Object.assign(new Error('held by another'), { code: 'LEVEL_LOCKED' }))
        stored.holder = machine
        return Promise.resolve(this.#database(machine, stored))
      }
    }
  }

  #database(machine: Machine, stored: Stored): Database {
    const { values } = stored
    const database = {
      get: (key: string) => Promise.resolve(values.get(key)),
      getMany: (keys: readonly string[]) => Promise.resolve(keys.map(key => values.get(key))),
      keys: (range: Range) => keysIn(values, range),
      batch: () => this.#batch(machine, values),
      close: () => {
        stored.holder = null
        return Promise.resolve()
      }
    }
    return database
  }

  #batch(machine: Machine, values: Map<string, Buffer>): ReturnType<Database['batch']> {
    const changes: (() => void)[] = []
    return {
      put: (key, value) => changes.push(() => values.set(key, value)),
      del: key => changes.push(() => values.delete(key)),
      write: () =>
        new Promise((resolve, reject) => {
          machine.clock.after(WRITE_MS, () => {
            if (this.#random.chance(this.failures)) {
              reject(new Error('the disk is full'))
              return
            }
            for (const change of changes) change()
            resolve()
          })
        })
    }
  }
}

interface Range {
  readonly gt?: string
  readonly gte?: string
  readonly lt?: string
  readonly lte?: string
  readonly limit?: number
}

// eslint-disable-next-line @typescript-eslint/require-await -- as LevelDB hands its keys out
async function* keysIn(values: ReadonlyMap<string, Buffer>, range: Range): AsyncGenerator<string> {
  const { gt, gte, lt, lte, limit = Infinity } = range
  const within = (key: string): boolean =>
    (gt === undefined || key > gt) &&
    (gte === undefined || key >= gte) &&
    (lt === undefined || key < lt) &&
    (lte === undefined || key <= lte)
  yield* [...values.keys()].filter(within).sort().slice(0, limit)
}
