import { systemClock, type Clock } from '../../platform/clock.ts'
import { isLocked, levelDisk, type Database, type Disk } from './disk.ts'

/** How far a local store has come: up to a record of a changelog that it knows again by its id. */
export interface Mark {
  readonly changelogId: string
  /** Of the last checkpoint that is in the store: whoever goes on from here meets that checkpoint, and its id, first. */
  readonly position: number
}

export interface StoredState {
  readonly key: string
  /** As it stands on the changelog. */
  readonly value: Buffer
  /** Whether it is looked at again when the partition is taken over. */
  readonly active: boolean
  /** Epoch milliseconds at which it does something by itself; null when it never does. */
  readonly dueAt: number | null
}

/** A state that was to do something at a time, unless it has moved on since. */
export interface Due {
  readonly key: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** The disk let us down. What the store holds is not to be trusted any more; nothing but time is lost with it. */
export class LocalStoreError extends Error {
  override readonly name = 'LocalStoreError'
}

/** Processes on one machine that may hold the store of the same partition: one owns it, others have not noticed yet. */
const COPIES = 64
/** What becomes definite within this time is written together, a payment that moves on meanwhile once. */
const FLUSH_INTERVAL_MS = 100
/** Bytes that wait for the disk before whoever writes waits too. */
const MAX_WAITING_BYTES = 1 << 20

const MARK = 'mark'
const STATE = 's'
const ACTIVE = 'a'
/** Behind all keys that begin with ACTIVE. */
const AFTER_ACTIVE = 'b'
/** Before the time, in digits of which there are always as many, and the state's key. */
const TIMER = 't'
const TIME_DIGITS = 15
/** Behind all keys that begin with TIMER. */
const TIMER_END = 'u'
const NOTHING = Buffer.alloc(0)

/**
 * The definite states of one partition on this machine's disk, so that they need not fit in memory and most of them need
 * not be read from the changelog again. Never the truth: it is a copy of the changelog up to its mark, and is wiped
 * whenever it may be anything else.
 *
 * States and mark are written in one batch of LevelDB's, which a crash leaves whole or not at all. They are written behind:
 * until then they are found in memory.
 */
export class LocalStore {
  readonly #location: string
  readonly #disk: Disk
  readonly #clock: Clock
  #database: Database
  #mark: Mark | null = null
  #markIsWritten = true
  /** Not yet on their way to the disk, by key. */
  #waiting = new Map<string, StoredState>()
  #waitingBytes = 0
  #underWay: ReadonlyMap<string, StoredState> = new Map()
  #flushing: Promise<void> | null = null
  /** Somebody waits for the disk. */
  #isUrgent = false
  #hurry: () => void = () => undefined
  #failure: LocalStoreError | null = null
  #nextDue = Infinity
  /** Timers that have been seen to, and leave with the next batch. */
  #seenTo: Due[] = []

  private constructor(location: string, disk: Disk, clock: Clock, database: Database) {
    this.#location = location
    this.#disk = disk
    this.#clock = clock
    this.#database = database
  }

  /**
   * Opens the store of a partition, or the first copy of it that no other process holds.
   * @throws LocalStoreError when the disk does not let us
   */
  static async open(folder: string, disk: Disk = levelDisk, clock: Clock = systemClock): Promise<LocalStore> {
    for (let copy = 0; copy < COPIES; copy++) {
      const location = `${folder}.${copy}`
      try {
        const store = new LocalStore(location, disk, clock, await disk.open(location))
        await store.#readMark()
        return store
      } catch (error) {
        if (!isLocked(error)) throw failure(location, error)
      }
    }
    throw new LocalStoreError(`all ${COPIES} copies of ${folder} are held by other processes`)
  }

  /** Null when it holds nothing that can be relied on. */
  get mark(): Mark | null {
    return this.#mark
  }

  /** The value of each key, in order; undefined where there is none. */
  async getMany(keys: readonly string[]): Promise<(Buffer | undefined)[]> {
    this.#check()
    const values = keys.map(key => (this.#waiting.get(key) ?? this.#underWay.get(key))?.value)
    const absent = keys.flatMap((_key, i) => (values[i] === undefined ? [i] : []))
    if (absent.length === 0) return values
    const read = await this.#guarded(this.#database.getMany(absent.map(i => STATE + keys[i]!)))
    absent.forEach((i, nth) => (values[i] = read[nth]))
    return values
  }

  /** Takes over states that stand on the changelog. With a mark, everything before it has been taken over, too. */
  write(states: Iterable<StoredState>, mark: Mark | null): void {
    for (const state of states) {
      this.#waitingBytes += state.value.length - (this.#waiting.get(state.key)?.value.length ?? 0)
      this.#waiting.set(state.key, state)
      if (state.dueAt !== null && state.dueAt < this.#nextDue) this.#nextDue = state.dueAt
    }
    if (mark !== null) {
      this.#mark = mark
      this.#markIsWritten = false
    }
    this.#beginFlush()
  }

  /** Resolves when there is room to write more: to be asked before it. */
  async room(): Promise<void> {
    if (this.#waitingBytes > MAX_WAITING_BYTES) await this.flush()
  }

  /** Resolves when all that was written is with the operating system, where the end of this process does not touch it. */
  async flush(): Promise<void> {
    await this.#settle()
    this.#check()
  }

  /** Keys of the active states. */
  async *activeKeys(): AsyncIterable<string> {
    await this.flush()
    for await (const key of this.#database.keys({ gte: ACTIVE, lt: AFTER_ACTIVE })) yield key.slice(1)
  }

  /** Epoch milliseconds before which no state does anything by itself; known after the first `findDue`. */
  get nextDue(): number {
    return this.#nextDue
  }

  /**
   * The states that are due, earliest first. The time stands in the key, so that those that are not due cost nothing. They
   * are found again until they are seen to.
   *
   * @param now epoch milliseconds
   */
  async findDue(now: number, atMost: number): Promise<Due[]> {
    await this.flush()
    this.#nextDue = Infinity
    const due: Due[] = []
    let next = Infinity
    for await (const key of this.#database.keys({ gte: TIMER, lt: TIMER_END, limit: atMost + 1 })) {
      const timer = { at: Number(key.slice(1, 1 + TIME_DIGITS)), key: key.slice(1 + TIME_DIGITS) }
      if (timer.at > now || due.length === atMost) next = Math.min(next, timer.at)
      else due.push(timer)
    }
    // What was written meanwhile may be due before.
    this.#nextDue = Math.min(this.#nextDue, next)
    return due
  }

  /** Forgets timers: what they led to is definite, or they led to nothing. */
  seenTo(timers: readonly Due[]): void {
    this.#seenTo.push(...timers)
    this.#beginFlush()
  }

  /** Begins with nothing. */
  async wipe(): Promise<void> {
    await this.close()
    this.#waiting.clear()
    this.#waitingBytes = 0
    this.#mark = null
    this.#markIsWritten = true
    this.#failure = null
    this.#nextDue = Infinity
    this.#seenTo = []
    try {
      await this.#disk.destroy(this.#location)
      this.#database = await this.#disk.open(this.#location)
    } catch (error) {
      this.#failure = failure(this.#location, error)
      throw this.#failure
    }
  }

  /** Writes what waits, as far as the disk lets it, and lets other processes have the store. */
  async close(): Promise<void> {
    await this.#settle()
    await this.#database.close()
  }

  async #settle(): Promise<void> {
    this.#isUrgent = true
    this.#hurry()
    while (this.#flushing !== null) await this.#flushing
    this.#isUrgent = false
  }

  #pause(): Promise<void> {
    return new Promise(resolve => {
      const calledOff = this.#clock.after(FLUSH_INTERVAL_MS, resolve)
      this.#hurry = () => {
        calledOff()
        resolve()
      }
    })
  }

  async #readMark(): Promise<void> {
    const mark = await this.#database.get(MARK)
    if (mark === undefined) await this.wipe()
    else this.#mark = JSON.parse(mark.toString()) as Mark
  }

  #beginFlush(): void {
    if (this.#flushing !== null || !this.#hasWork()) return
    this.#flushing = this.#flush().then(() => {
      this.#flushing = null
      this.#beginFlush()
    })
  }

  #hasWork(): boolean {
    return (
      this.#failure === null && (this.#waiting.size > 0 || this.#seenTo.length > 0 || !this.#markIsWritten)
    )
  }

  async #flush(): Promise<void> {
    while (this.#hasWork()) {
      if (!this.#isUrgent) await this.#pause()
      this.#underWay = this.#waiting
      this.#waiting = new Map()
      this.#waitingBytes = 0
      const batch = this.#database.batch()
      // First of all: a state may be due at the same time again.
      for (const timer of this.#seenTo) batch.del(timerKey(timer))
      this.#seenTo = []
      for (const { key, value, active, dueAt } of this.#underWay.values()) {
        batch.put(STATE + key, value)
        if (dueAt !== null) batch.put(timerKey({ key, at: dueAt }), NOTHING)
        if (active) batch.put(ACTIVE + key, NOTHING)
        else batch.del(ACTIVE + key)
      }
      if (!this.#markIsWritten) batch.put(MARK, Buffer.from(JSON.stringify(this.#mark)))
      this.#markIsWritten = true
      await this.#guarded(batch.write()).catch(() => undefined)
    }
    this.#underWay = new Map()
  }

  async #guarded<Result>(access: Promise<Result>): Promise<Result> {
    try {
      return await access
    } catch (error) {
      this.#failure ??= failure(this.#location, error)
      throw this.#failure
    }
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure
  }
}

/**
 * Makes sure of the folder for local stores, so that one that cannot be had is told at the start.
 * @throws LocalStoreError
 */
export async function provideFolder(folder: string, disk: Disk = levelDisk): Promise<void> {
  try {
    await disk.provide(folder)
  } catch (error) {
    throw failure(folder, error)
  }
}

const timerKey = ({ key, at }: Due): string => TIMER + String(at).padStart(TIME_DIGITS, '0') + key

const failure = (location: string, cause: unknown): LocalStoreError =>
  new LocalStoreError(`${location} cannot be used: ${(cause as Error).message}`, { cause })
