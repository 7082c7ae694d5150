// One partition of the event store on its way into one view, from the moment it is assigned until it is not.
import type { KafkaMessage } from 'kafkajs'
import pg from 'pg'
import type { Logger } from 'pino'
import type { AvroCodec } from '../platform/avro/codec.ts'
import { sleep, type Clock } from '../platform/clock.ts'
import type { LogBounds } from '../platform/kafka/log-bounds.ts'
import type { Tracing } from '../platform/tracing/tracing.ts'
import { OutOfStepError, readPosition } from './positions.ts'
import type { SharedTransactions } from './shared-transactions.ts'
import { traceApplied } from './trace-applied.ts'
import { UnprojectableError, type Applied, type Sink } from './view.ts'

/** Events that wait for their transaction; reading pauses above this and goes on below half of it. */
const QUEUE_LIMIT = 4000
/** Fetched batches are merged into one transaction until it has this many events. */
const TRANSACTION_EVENTS = 4000
const BACKOFF_MIN_MS = 100
const BACKOFF_MAX_MS = 5000
/** About three seconds of backing off. */
const POSITION_ATTEMPTS = 5

/** What a projection needs of the reader that fetches for it. */
export interface PartitionReader {
  readFrom(offset: number): void
  pause(): void
  /** The offsets between which the log can be read. */
  bounds(): Promise<LogBounds>
}

export interface PartitionProjectionDeps {
  readonly view: Sink
  /** The event store's name on this cluster. */
  readonly topic: string
  readonly groupId: string
  readonly partition: number
  readonly pool: pg.Pool
  readonly transactions: SharedTransactions
  readonly codec: AvroCodec
  readonly reader: PartitionReader
  readonly applied: (applied: Applied) => void
  readonly tracing: Tracing | null
  readonly clock: Clock
  readonly log: Logger
}

/** The stored position cannot be read from: the log was cut off, or made anew. */
class PositionOutsideLogError extends Error {
  override readonly name = 'PositionOutsideLogError'
}

/** Consecutive records as they were fetched. */
interface Fetched {
  readonly records: readonly KafkaMessage[]
  /** Behind the last record, and behind control records that follow it. */
  readonly nextOffset: number
}

/**
 * Applies events in order, one transaction at a time, each together with the position it leads to. Whatever goes wrong,
 * the stored position says where to go on: it is read again, and the log is read again from there.
 *
 * `cancel` stops it after the transaction that is under way. It is a courtesy to the partition's next projector: what
 * makes a late transaction harmless is that it moves the position by compare-and-set.
 */
export class PartitionProjection {
  /** Settles when the last transaction has ended. */
  readonly ended: Promise<void>
  readonly #deps: PartitionProjectionDeps
  readonly #cancelled = new AbortController()
  #queue: Fetched[] = []
  #queued = 0
  #isPaused = true
  /** As it is stored; null until it has been read. */
  #position: number | null = null
  /** Where the next fetch begins. */
  #fetched = 0
  #wake: () => void = () => undefined
  #failures = 0
  #trouble: string | null = 'has not begun'
  #isOver = false
  /** That failed. */
  #attempts = 0

  /** @param previous the end of whatever this process did with the partition before */
  constructor(deps: PartitionProjectionDeps, previous: Promise<unknown>) {
    this.#deps = deps
    this.ended = this.#run(previous)
  }

  /** The offset of the first event that is not applied; null until it is known. */
  get position(): number | null {
    return this.#position
  }

  /** Why nothing is applied; null when all is well. */
  get trouble(): string | null {
    return this.#trouble
  }

  /** Changes when it gets on, and when it learns that it cannot now: nobody else would get on either. */
  get progress(): string {
    return `${this.#position} ${this.#attempts}`
  }

  /** False once it has stopped for good, before an event that nobody can apply. */
  get isAtWork(): boolean {
    return !this.#isOver
  }

  /** Takes what was fetched next: records, or none where only control records were passed. */
  take(records: readonly KafkaMessage[], nextOffset: number): void {
    this.#queue.push({ records, nextOffset })
    this.#queued += records.length
    this.#fetched = nextOffset
    if (this.#queued >= QUEUE_LIMIT) {
      this.#isPaused = true
      this.#deps.reader.pause()
    }
    this.#wake()
  }

  cancel(): void {
    this.#cancelled.abort()
    this.#wake()
  }

  #isCancelled(): boolean {
    return this.#cancelled.signal.aborted
  }

  async #run(previous: Promise<unknown>): Promise<void> {
    await previous
    while (!this.#isCancelled()) {
      try {
        await this.#restore()
        await this.#applyAll()
      } catch (error) {
        if (this.#isCancelled()) return
        if (this.#isPermanent(error)) {
          this.#giveUp(error)
          return
        }
        if (!(error instanceof OutOfStepError)) await this.#backOff(error)
      }
    }
  }

  /** Goes back to the stored position and forgets what was fetched. */
  async #restore(): Promise<void> {
    const { view, partition, pool, reader } = this.#deps
    if (!this.#isPaused) reader.pause()
    this.#isPaused = true
    this.#queue = []
    this.#queued = 0
    const position = await readPosition(pool, view.name, partition)
    const { start, end } = await reader.bounds()
    if (position < start || position > end) {
      throw new PositionOutsideLogError(
        `the view has come to offset ${position} and the log goes from ${start} to ${end}: events were deleted, or the ` +
          `topic was made anew. Restore the topic, or build the view from what is there: aegispay replay projection ${view.name}`
      )
    }
    if (this.#isCancelled()) return
    this.#position = this.#fetched = position
    if (position === end || this.#failures === 0) this.#trouble = null
    this.#resume()
  }

  async #applyAll(): Promise<void> {
    while (!this.#isCancelled()) {
      if (this.#queue.length === 0) await new Promise<void>(resolve => (this.#wake = resolve))
      else await this.#applySome()
    }
  }

  async #applySome(): Promise<void> {
    const {
      view,
      topic,
      groupId: group,
      partition,
      transactions,
      codec,
      applied,
      tracing,
      clock,
      log
    } = this.#deps
    const { records, nextOffset } = this.#dequeue()
    await codec.learn(records.map(({ value }) => value))
    const read = records.map(record => view.read(record, partition, codec))
    const telling = read.filter(said => said !== null)
    const began = clock.now()
    const started = clock.monotonic()
    await transactions.apply({ partition, from: this.#position!, to: nextOffset, said: telling })
    this.#position = nextOffset
    this.#failures = 0
    this.#trouble = null
    const seconds = (clock.monotonic() - started) / 1000
    const skipped = view.isSelective
      ? 0
      : records.filter(({ value }, i) => value !== null && read[i] === null).length
    applied({ records: records.length, skipped, seconds })
    if (tracing !== null) traceApplied(tracing, { view: view.name, topic, group, partition, records, began })
    if (skipped > 0) log.warn({ before: nextOffset, skipped }, 'passed records over')
    if (log.isLevelEnabled('debug')) this.#logApplied(telling)
  }

  #logApplied(applied: readonly unknown[]): void {
    const { view, log } = this.#deps
    for (const read of applied) {
      const line = view.describe(read)
      if (line !== null) log.debug(line, 'applied')
    }
  }

  /** Never splits what was fetched together: an owner's batch holds all events of an input or none. */
  #dequeue(): Fetched {
    let count = 0
    let events = 0
    while (count < this.#queue.length && events < TRANSACTION_EVENTS)
      events += this.#queue[count++]!.records.length
    const taken = this.#queue.splice(0, count)
    this.#queued -= events
    if (this.#isPaused && this.#queued < QUEUE_LIMIT / 2) this.#resume()
    return { records: taken.flatMap(({ records }) => records), nextOffset: taken.at(-1)!.nextOffset }
  }

  /** Whether trying again would fail again. Of all else (down, read-only, not migrated) it may be hoped that it ends. */
  #isPermanent(error: unknown): boolean {
    if (error instanceof UnprojectableError) return true
    // For a moment after the election of a leader the log may seem shorter than it is.
    if (error instanceof PositionOutsideLogError) return this.#failures >= POSITION_ATTEMPTS
    return error instanceof pg.DatabaseError && DATA_FAULTS.includes(error.code?.slice(0, 2) ?? '')
  }

  #resume(): void {
    this.#isPaused = false
    this.#deps.reader.readFrom(this.#fetched)
  }

  async #backOff(error: unknown): Promise<void> {
    const wait_ms = Math.min(BACKOFF_MIN_MS * 2 ** this.#failures, BACKOFF_MAX_MS)
    this.#failures++
    this.#attempts++
    this.#trouble = `retries: ${String(error)}`
    this.#deps.log.warn({ error, position: this.#position, wait_ms }, 'cannot apply events now; will retry')
    await sleep(this.#deps.clock, wait_ms, this.#cancelled.signal)
  }

  /** To go on behind the event would be to lie. It is tried again when the partition is assigned again. */
  #giveUp(error: unknown): void {
    if (!this.#isPaused) this.#deps.reader.pause()
    this.#queue = []
    this.#trouble = `stopped: ${String(error)}`
    this.#isOver = true
    this.#deps.log.error({ error, position: this.#position }, 'stopped: an event cannot be applied')
  }
}

/** SQLSTATE classes by which the database says that the data are at fault: exception, constraint, size. */
const DATA_FAULTS = ['22', '23', '54']
