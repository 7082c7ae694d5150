import { randomUUID } from 'node:crypto'
import type { Kafka, KafkaMessage } from 'kafkajs'
import { systemClock, type Clock } from '../clock.ts'
import { GroupReader } from './group-reader.ts'

export interface StretchReaderOptions {
  readonly topic: string
  /** Begins the name of the reader's group, which it has to itself. */
  readonly groupPrefix: string
  readonly sessionTimeoutMs: number
  /** Milliseconds without a record after which a stretch is given up; the reader goes on to serve others. */
  readonly noProgressMs: number
  /** It has given up: nothing can be read any more, and whoever reads is told by the promise. */
  readonly crashed: (error: Error) => void
  /** That of the system unless given. */
  readonly clock?: Clock
}

interface Request {
  readonly through: number
  position: number
  /** Calls the deadline off. */
  inTime: () => void
  /** Settles when all records so far have been dealt with. */
  accepted: Promise<void>
  accept(records: readonly KafkaMessage[], next: number): void | Promise<void>
  resolve(): void
  reject(error: Error): void
}

/**
 * Reads stretches of a topic, of each partition one at a time. One reader serves all partitions, since the joins of a
 * group for each would cost more than the reading.
 */
export class StretchReader {
  readonly #options: StretchReaderOptions
  readonly #requests = new Map<number, Request>()
  #reader!: GroupReader
  #crash: Error | null = null

  private constructor(options: StretchReaderOptions) {
    this.#options = options
  }

  static async start(kafka: Kafka, options: StretchReaderOptions): Promise<StretchReader> {
    const stretches = new StretchReader(options)
    const { topic, groupPrefix, sessionTimeoutMs, clock = systemClock } = options
    await GroupReader.start(
      kafka,
      {
        groupId: `${groupPrefix}.${randomUUID()}`,
        topics: [topic],
        sessionTimeoutMs,
        clock,
        // It mostly reads nothing, and is in a hurry when it does.
        maxWaitMs: 10,
        maxBytesPerPartition: 1 << 20
      },
      {
        joined: (_assigned, reader) => {
          stretches.#reader = reader
          for (const [partition, { position }] of stretches.#requests) stretches.#read(partition, position)
        },
        records: (_topic, partition, records, next) => stretches.#accept(partition, records, next),
        advanced: (_topic, partition, next) => void stretches.#accept(partition, [], next),
        crashed: error => {
          stretches.#fail(error)
          options.crashed(error)
        }
      }
    )
    return stretches
  }

  /**
   * Hands over the committed records of a partition from an offset through another, inclusive. The last one must be
   * known to be committed. No more are fetched before the receiver is done with those that it has.
   * @throws when nothing arrives for `noProgressMs`, or the signal says that nobody wants them any more.
   */
  read(
    partition: number,
    { from, through, signal }: { from: number; through: number; signal: AbortSignal },
    accept: Request['accept']
  ): Promise<void> {
    if (this.#crash !== null) return Promise.reject(this.#crash)
    if (signal.aborted) return Promise.reject(signal.reason as Error)
    return new Promise((resolve, reject) => {
      const request: Request = {
        through,
        position: from,
        inTime: this.#deadline(partition),
        accepted: Promise.resolve(),
        accept,
        resolve,
        reject
      }
      this.#end(partition)?.reject(
        new Error(`another stretch of ${this.#options.topic}/${partition} is asked for`)
      )
      this.#requests.set(partition, request)
      signal.addEventListener('abort', () => {
        this.#endOf(partition, request)?.reject(signal.reason as Error)
      })
      this.#read(partition, from)
    })
  }

  async stop(): Promise<void> {
    this.#fail(new Error(`the reader of ${this.#options.topic} has stopped`))
    await this.#reader.stop()
  }

  #read(partition: number, offset: number): void {
    this.#reader.readFrom(this.#options.topic, partition, offset)
  }

  async #accept(partition: number, records: readonly KafkaMessage[], next: number): Promise<void> {
    const request = this.#requests.get(partition)
    if (request === undefined) return
    request.inTime()
    request.position = next
    const wanted = records.filter(({ offset }) => Number(offset) <= request.through)
    request.accepted = request.accepted.then(() => request.accept(wanted, next))
    try {
      await request.accepted
    } catch (error) {
      this.#endOf(partition, request)?.reject(error as Error)
      return
    }
    if (request.position !== next) return
    if (next > request.through) this.#endOf(partition, request)?.resolve()
    else if (this.#requests.get(partition) === request) request.inTime = this.#deadline(partition)
  }

  #deadline(partition: number): () => void {
    const { noProgressMs, topic, clock = systemClock } = this.#options
    return clock.after(noProgressMs, () => {
      const error = new Error(`no record of ${topic}/${partition} came for ${noProgressMs} ms`)
      this.#end(partition)?.reject(error)
    })
  }

  /** The request may have ended by other means, and another have begun. */
  #endOf(partition: number, request: Request): Request | undefined {
    return this.#requests.get(partition) === request ? this.#end(partition) : undefined
  }

  #end(partition: number): Request | undefined {
    const request = this.#requests.get(partition)
    if (request === undefined) return undefined
    request.inTime()
    this.#requests.delete(partition)
    this.#reader.pause(this.#options.topic, partition)
    return request
  }

  #fail(error: Error): void {
    this.#crash = error
    for (const partition of [...this.#requests.keys()]) this.#end(partition)?.reject(error)
  }
}
