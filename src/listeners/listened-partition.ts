// One partition of the event store on its way to one listener, from the moment it is assigned until it is not.
import type { KafkaMessage } from 'kafkajs'
import type { Logger } from 'pino'
import type { AvroCodec } from '../platform/avro/codec.ts'
import { sleep, systemClock } from '../platform/clock.ts'

/** Events that one call of a listener gets. */
const MAX_EVENTS = 500
/** Records that wait; reading pauses above this and goes on below half of it. */
const QUEUE_LIMIT = 2000
const BACKOFF_MIN_MS = 100
const BACKOFF_MAX_MS = 30_000

/** An event as a listener is given it. */
export interface ListenedEvent {
  readonly type: string
  readonly partition: number
  readonly offset: number
  readonly data: unknown
}

/** Takes events; false when it has not dealt with them. Never rejects. */
export type Deliver = (events: readonly ListenedEvent[]) => Promise<boolean>

/** What is needed of the reader that fetches. */
export interface ListenedReader {
  readFrom(offset: number): void
  pause(): void
  /** The group goes on from here when somebody else gets the partition. */
  commit(offset: number): Promise<void>
}

export interface ListenedPartitionDeps {
  readonly partition: number
  readonly deliver: Deliver
  readonly codec: AvroCodec
  readonly reader: ListenedReader
  readonly log: Logger
}

interface Fetched {
  readonly records: readonly KafkaMessage[]
  /** Behind the last record, and behind control records that follow it. */
  readonly nextOffset: number
}

const EVENTS = 'aegispay.events.'

/** Hands events on in order. What was not dealt with is handed on again, and what follows waits for it. */
export class ListenedPartition {
  /** Settles when the last call has ended. */
  readonly ended: Promise<void>
  readonly #deps: ListenedPartitionDeps
  readonly #cancelled = new AbortController()
  readonly #queue: Fetched[] = []
  #queued = 0
  #isPaused = false
  #position: number
  #fetched: number
  #wake: () => void = () => undefined

  /**
   * @param position of the first event that is not dealt with
   * @param previous the end of whatever this process did with the partition before
   */
  constructor(deps: ListenedPartitionDeps, position: number, previous: Promise<unknown>) {
    this.#deps = deps
    this.#position = this.#fetched = position
    this.ended = previous.then(() => this.#run())
  }

  /** The offset of the first event that is not dealt with. */
  get position(): number {
    return this.#position
  }

  /** Takes what was fetched next: records, or none where only control records were passed. */
  take(records: readonly KafkaMessage[], nextOffset: number): void {
    this.#queue.push({ records, nextOffset })
    this.#queued += records.length
    this.#fetched = nextOffset
    if (this.#queued >= QUEUE_LIMIT && !this.#isPaused) {
      this.#isPaused = true
      this.#deps.reader.pause()
    }
    this.#wake()
  }

  cancel(): void {
    this.#cancelled.abort()
    this.#wake()
  }

  async #run(): Promise<void> {
    const { signal } = this.#cancelled
    if (!signal.aborted) this.#deps.reader.readFrom(this.#fetched)
    while (!signal.aborted) {
      const next = this.#queue.shift()
      if (next === undefined) await new Promise<void>(resolve => (this.#wake = resolve))
      else await this.#handOn(next)
    }
  }

  async #handOn({ records, nextOffset }: Fetched): Promise<void> {
    const { reader, log } = this.#deps
    for (let from = 0; from < records.length; from += MAX_EVENTS) {
      const some = records.slice(from, from + MAX_EVENTS)
      if (!(await this.#untilDealtWith(some))) return
      this.#position = Number(some.at(-1)!.offset) + 1
    }
    this.#position = nextOffset
    this.#queued -= records.length
    // One that is lost has the next owner hand on the same events again.
    await reader
      .commit(nextOffset)
      .catch((error: unknown) => log.debug({ error }, 'a position is not committed'))
    if (this.#isPaused && this.#queued < QUEUE_LIMIT / 2 && !this.#cancelled.signal.aborted) {
      this.#isPaused = false
      reader.readFrom(this.#fetched)
    }
  }

  /** @returns false when it was cancelled before */
  async #untilDealtWith(records: readonly KafkaMessage[]): Promise<boolean> {
    const { deliver, log } = this.#deps
    const { signal } = this.#cancelled
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        const events = await this.#decoded(records)
        if (events.length === 0 || (await deliver(events))) return true
      } catch (error) {
        // The registry may be away, or the event be one of a newer version of ours.
        log.warn({ error, offset: this.#position }, 'events cannot be read now')
      }
      await sleep(systemClock, Math.min(BACKOFF_MIN_MS * 2 ** failures, BACKOFF_MAX_MS), signal)
    }
    return false
  }

  async #decoded(records: readonly KafkaMessage[]): Promise<ListenedEvent[]> {
    const { codec, partition } = this.#deps
    await codec.learn(records.map(({ value }) => value))
    return records.flatMap(({ value, offset }) => {
      const { name, value: data } = codec.decode(value!)
      const type = name.slice(EVENTS.length)
      // It is about positions, not about a payment.
      return type === 'InputsHandled' ? [] : [{ type, partition, offset: Number(offset), data }]
    })
  }
}
