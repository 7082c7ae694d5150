import type { IHeaders, Kafka, Message, Producer } from 'kafkajs'
import type { Logger } from 'pino'
import { nextTurn, sleep, systemClock, type Clock } from '../clock.ts'
import { traceparentIn } from '../tracing/traceparent.ts'
import type { Span, Tracing } from '../tracing/tracing.ts'

export interface OutgoingRecord {
  readonly topic: string
  readonly partition: number
  readonly key: string
  /** Null is a tombstone. */
  readonly value: Buffer | null
  readonly headers?: IHeaders
}

/** The brokers did not take a record in time. It may have been written all the same. */
export class ProducerUnavailableError extends Error {
  override readonly name = 'ProducerUnavailableError'
}

export interface ProducerObserver {
  /** A request has ended. @param byTopic how many records of which topic it held */
  readonly request: (byTopic: ReadonlyMap<string, number>, isWritten: boolean, seconds: number) => void
  /** So many records wait for the next request. */
  readonly waiting: (records: number) => void
}

export interface BatchingProducerOptions {
  /** Milliseconds that a record may wait before its sender is told that the brokers do not take it. */
  readonly sendTimeoutMs: number
  /** Records that carry a `traceparent` get a span of their own, and carry its context on. */
  readonly tracing?: Tracing | null
  readonly observe?: ProducerObserver
  /** That of the system unless given. */
  readonly clock?: Clock
}

interface Pending extends OutgoingRecord {
  /** Calls its expiry off. */
  readonly inTime: () => void
  readonly span: Span | null
  resolve(written: { offset: number }): void
  reject(error: Error): void
}

/** Bytes of one request, which may all be for one partition: half of what a topic takes in a batch by default. */
const MAX_BATCH_BYTES = 512 * 1024
/** What the headers and the framing of a record come to. */
const OVERHEAD_BYTES = 512
const MAX_BATCH_RECORDS = 1000

/**
 * Sends records with acks=all, many in one request: while one request is under way, what comes in gathers for the
 * next, so that latency stays one round trip and throughput grows with load.
 *
 * It is not idempotent in Kafka's sense: after a lost answer a record may stand twice on the topic. Every reader of
 * what it writes recognises a repeat by its id, and an idempotent producer dies for good of OUT_OF_ORDER_SEQUENCE when
 * a broker is killed under it.
 */
export class BatchingProducer {
  readonly #producer: Producer
  readonly #log: Logger
  readonly #sendTimeoutMs: number
  readonly #clock: Clock
  readonly #tracing: Tracing | null
  readonly #observe: ProducerObserver | null
  #waiting: Pending[] = []
  #sending: Promise<void> | null = null
  #stopped = false

  private constructor(
    producer: Producer,
    log: Logger,
    { sendTimeoutMs, tracing, observe, clock = systemClock }: BatchingProducerOptions
  ) {
    this.#producer = producer
    this.#log = log
    this.#sendTimeoutMs = sendTimeoutMs
    this.#clock = clock
    this.#tracing = tracing ?? null
    this.#observe = observe ?? null
  }

  static async start(kafka: Kafka, log: Logger, options: BatchingProducerOptions): Promise<BatchingProducer> {
    const producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition!,
      retry: { initialRetryTime: 20, multiplier: 1.5, maxRetryTime: 500, retries: 5 }
    })
    await producer.connect()
    return new BatchingProducer(producer, log, options)
  }

  /**
   * Resolves with the record's offset when all in-sync replicas have it.
   * @throws ProducerUnavailableError when that is not known in time.
   */
  send(record: OutgoingRecord): Promise<{ offset: number }> {
    if (this.#stopped) return Promise.reject(new ProducerUnavailableError('the producer has stopped'))
    const span = this.#startSpan(record)
    return new Promise((resolve, reject) => {
      const inTime = this.#clock.after(this.#sendTimeoutMs, () => {
        this.#waiting = this.#waiting.filter(waiting => waiting !== pending)
        endSpan(span, 'timeout')
        reject(new ProducerUnavailableError(`not acknowledged within ${this.#sendTimeoutMs} ms`))
      })
      const traced = span === null ? null : { headers: { ...record.headers, traceparent: span.traceparent } }
      const pending: Pending = { ...record, ...traced, span, inTime, resolve, reject }
      this.#waiting.push(pending)
      this.#sending ??= this.#sendAll()
    })
  }

  /** Sends what is waiting, then disconnects. */
  async stop(): Promise<void> {
    this.#stopped = true
    // By then every sender has had its answer, even where the brokers give none.
    const answered = new AbortController()
    const { signal } = answered
    await Promise.race([this.#sending, sleep(this.#clock, this.#sendTimeoutMs, signal)])
    answered.abort()
    await this.#producer.disconnect()
  }

  #startSpan({ topic, partition, headers }: OutgoingRecord): Span | null {
    const parent = this.#tracing === null ? undefined : traceparentIn(headers)
    if (this.#tracing === null || parent === undefined) return null
    return this.#tracing.start(`send ${topic}`, {
      kind: 'producer',
      parent,
      attributes: {
        'messaging.system': 'kafka',
        'messaging.operation.name': 'send',
        'messaging.operation.type': 'send',
        'messaging.destination.name': topic,
        'messaging.destination.partition.id': String(partition)
      }
    })
  }

  async #sendAll(): Promise<void> {
    // One turn of the event loop lets the records of other requests of this turn into the first batch too.
    await nextTurn(this.#clock)
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch()
      this.#observe?.waiting(this.#waiting.length)
      const began = this.#clock.monotonic()
      try {
        await this.#sendBatch(batch)
        this.#note(batch, true, began)
      } catch (error) {
        this.#note(batch, false, began)
        this.#log.warn({ error, records: batch.length }, 'the brokers did not take a batch')
        fail(batch, error)
      }
    }
    this.#sending = null
  }

  #note(batch: readonly Pending[], isWritten: boolean, began: number): void {
    if (this.#observe === null) return
    const byTopic = new Map<string, number>()
    for (const { topic } of batch) byTopic.set(topic, (byTopic.get(topic) ?? 0) + 1)
    this.#observe.request(byTopic, isWritten, (this.#clock.monotonic() - began) / 1000)
  }

  #takeBatch(): Pending[] {
    let bytes = 0
    let count = 0
    for (const { key, value } of this.#waiting) {
      bytes += key.length + (value?.length ?? 0) + OVERHEAD_BYTES
      if (count > 0 && (bytes > MAX_BATCH_BYTES || count === MAX_BATCH_RECORDS)) break
      count++
    }
    return this.#waiting.splice(0, count)
  }

  async #sendBatch(batch: readonly Pending[]): Promise<void> {
    const byTopic = Map.groupBy(batch, ({ topic }) => topic)
    const topicMessages = [...byTopic].map(([topic, records]) => ({
      topic,
      messages: records.map(messageOf)
    }))
    const written = await this.#producer.sendBatch({ acks: -1, topicMessages })
    const next = new Map(
      written.map(({ topicName, partition, baseOffset }) => [`${topicName}/${partition}`, baseOffset])
    )
    for (const pending of batch) {
      const place = `${pending.topic}/${pending.partition}`
      const offset = Number(next.get(place))
      next.set(place, String(offset + 1))
      pending.inTime()
      pending.span?.set({ 'messaging.kafka.offset': offset })
      endSpan(pending.span)
      pending.resolve({ offset })
    }
  }
}

const messageOf = ({ key, value, partition, headers }: OutgoingRecord): Message => ({
  key,
  value,
  partition,
  ...(headers === undefined ? {} : { headers })
})

function endSpan(span: Span | null, error?: string): void {
  if (error !== undefined) span?.fail(error)
  span?.end()
}

function fail(batch: readonly Pending[], cause: unknown): void {
  for (const pending of batch) {
    pending.inTime()
    endSpan(pending.span, 'unavailable')
    pending.reject(new ProducerUnavailableError('the brokers did not take the record', { cause }))
  }
}
