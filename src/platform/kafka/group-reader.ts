import kafkajs from 'kafkajs'
import type {
  Batch,
  ConsumerEndBatchProcessEvent as BatchEndEvent,
  Consumer,
  Kafka,
  KafkaMessage,
  PartitionAssigner
} from 'kafkajs'
import { sleep, systemClock, type Clock } from '../clock.ts'

export interface GroupReaderOptions {
  readonly groupId: string
  readonly topics: readonly string[]
  readonly assigner?: PartitionAssigner
  /** Milliseconds without a heartbeat after which the group gives this member's partitions to others. */
  readonly sessionTimeoutMs: number
  /** Milliseconds that a fetch waits for records, and after which a reader of nothing looks whether that is still so. */
  readonly maxWaitMs?: number
  /** Bytes that one fetch brings of one partition. */
  readonly maxBytesPerPartition?: number
  /**
   * Milliseconds from the start of one fetch to that of the next, at least; below the heartbeat interval. What arrives
   * alone is handed on at once; what arrives close behind it shares a fetch, and with it a transaction of the reader's.
   */
  readonly fetchIntervalMs?: number
  /**
   * Milliseconds between heartbeats, and so until this member learns that another has joined or left: few for those that
   * nobody else does the work of meanwhile, since each is a request, and so is the fetch before it.
   */
  readonly heartbeatMs?: number
  /** That of the system unless given. */
  readonly clock?: Clock
}

const HEARTBEAT_MS = 500
/** Of those whose partitions nobody else does the work of: how long it waits, at most, until one that is there learns of it. */
export const SOLE_OWNERS_HEARTBEAT_MS = 100
/** Batches of one fetch that the client hands on side by side: more partitions than one member reads. */
const MAX_BATCHES = 256

/** What a reader tells its owner. All calls are synchronous and in order. */
export interface GroupReaderListener {
  /**
   * The group has given this member these partitions, by topic. All of them are paused, and none is read until
   * `readFrom`; partitions that stayed must be sought again too.
   */
  joined(assigned: ReadonlyMap<string, readonly number[]>, reader: GroupReader): void
  /**
   * Records that follow on the last ones without a gap. `nextOffset` lies behind the last, and behind control records. What
   * it returns holds up the next fetch, of all partitions.
   */
  records(
    topic: string,
    partition: number,
    records: readonly KafkaMessage[],
    nextOffset: number
  ): void | Promise<void>
  /** The position moved on over control records alone. */
  advanced?(topic: string, partition: number, nextOffset: number): void
  /** A heartbeat was answered: this process is a member of the group. */
  heartbeat?(): void
  /** The reader has given up and will not come back. */
  crashed(error: Error): void
}

/**
 * Reads partitions that a consumer group shares out, from positions that the caller keeps elsewhere: in a changelog,
 * in Postgres, or nowhere. The group's committed offsets decide nothing here.
 *
 * The client keeps fetching while a partition is sought, so what arrives may lie before or after the position that was
 * asked for. Only a batch that was fetched from just the expected position is handed on; any other is dropped and the
 * position is sought again, so that no record is skipped or seen twice.
 */
export class GroupReader {
  readonly #fetchIntervalMs: number
  readonly #clock: Clock
  readonly #consumer: Consumer
  readonly #listener: GroupReaderListener
  /** The offset that the next batch of a partition has to start from; absent while the partition is paused. */
  readonly #expected = new Map<string, number>()
  /** When the last fetch began, by the monotonic clock, in milliseconds. */
  #fetchBeganAt = 0
  #memberAt = -Infinity
  /** When the coordinator last answered. */
  #heardAt = -Infinity

  private constructor(
    consumer: Consumer,
    listener: GroupReaderListener,
    { fetchIntervalMs = 0, clock = systemClock }: GroupReaderOptions
  ) {
    this.#consumer = consumer
    this.#listener = listener
    this.#fetchIntervalMs = fetchIntervalMs
    this.#clock = clock
  }

  /** Joins the group; resolves when this member has its first assignment. */
  static async start(
    kafka: Kafka,
    options: GroupReaderOptions,
    listener: GroupReaderListener
  ): Promise<GroupReader> {
    const { heartbeatMs = HEARTBEAT_MS } = options
    const consumer = kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: options.sessionTimeoutMs,
      // Bounds how long the others stand still when a member has died.
      rebalanceTimeout: 1500,
      // How soon the others learn that a member has left.
      heartbeatInterval: heartbeatMs,
      // Heartbeats follow fetches, so a fetch must not wait longer than their interval.
      maxWaitTimeInMs: options.maxWaitMs ?? heartbeatMs,
      minBytes: 1,
      maxBytesPerPartition: options.maxBytesPerPartition ?? 1024 * 1024,
      readUncommitted: false,
      // The transactions of the owner of a partition end in seconds: an unknown topic or leader does too.
      retry: { initialRetryTime: 50, multiplier: 1.5, maxRetryTime: 1000, retries: 30 },
      ...(options.assigner === undefined ? {} : { partitionAssigners: [options.assigner] })
    })
    const reader = new GroupReader(consumer, listener, options)
    const joined = reader.#observe()
    await consumer.connect()
    await consumer.subscribe({ topics: [...options.topics], fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      // All that a fetch brings is handed on at once; the client fetches again when every batch is done with.
      partitionsConsumedConcurrently: MAX_BATCHES,
      eachBatch: async ({ batch }) => {
        await reader.#deliver(batch)
        await reader.#untilNextFetch()
      }
    })
    await joined
    return reader
  }

  #observe(): Promise<void> {
    const { GROUP_JOIN, HEARTBEAT, CRASH, END_BATCH_PROCESS, FETCH_START } = this.#consumer.events
    this.#consumer.on(FETCH_START, () => {
      this.#fetchBeganAt = this.#clock.monotonic()
    })
    this.#consumer.on(HEARTBEAT, () => {
      this.#memberAt = this.#heardAt
      this.#heardAt = this.#clock.monotonic()
      this.#listener.heartbeat?.()
    })
    this.#consumer.on(END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) this.#advance(payload as typeof payload & Fetched)
    })
    return new Promise((resolve, reject) => {
      // The client calls this before its first fetch, so nothing can be fetched from a position of its own choice.
      this.#consumer.on(GROUP_JOIN, ({ payload: { memberAssignment, duration } }) => {
        this.#heardAt = this.#clock.monotonic()
        this.#memberAt = this.#heardAt - duration
        const assigned = new Map(Object.entries(memberAssignment))
        this.#expected.clear()
        this.#consumer.pause([...assigned].map(([topic, partitions]) => ({ topic, partitions })))
        this.#listener.joined(assigned, this)
        resolve()
      })
      this.#consumer.on(CRASH, ({ payload: { error, restart } }) => {
        if (restart) return
        this.#listener.crashed(error)
        reject(error)
      })
    })
  }

  /**
   * A time at which this process was a member of the group for certain, by the monotonic clock, in milliseconds. An answer
   * may have lain here while the process was frozen; it was a member when the question was asked, or after.
   */
  get memberAt(): number {
    return this.#memberAt
  }

  /** Starts, or goes on, reading an assigned partition from an offset that lies within its log. */
  readFrom(topic: string, partition: number, offset: number): void {
    this.#expected.set(keyOf(topic, partition), offset)
    this.#whileConsuming(() => {
      this.#consumer.seek({ topic, partition, offset: String(offset) })
      this.#consumer.resume([{ topic, partitions: [partition] }])
    })
  }

  /** Stops reading a partition; what has been fetched already is dropped. */
  pause(topic: string, partition: number): void {
    this.#expected.delete(keyOf(topic, partition))
    this.#whileConsuming(() => this.#consumer.pause([{ topic, partitions: [partition] }]))
  }

  /**
   * Between a crash and its restart the client has nothing to seek or pause, and refuses. Nothing is lost by that: the
   * restart joins the group anew, and `joined` asks for every position again.
   */
  #whileConsuming(act: () => void): void {
    try {
      act()
    } catch (error) {
      if (!(error instanceof kafkajs.KafkaJSNonRetriableError)) throw error
    }
  }

  /**
   * Commits a position to the group, for readers that keep it there.
   * @throws when this member has lost the partition, or the coordinator does not answer
   */
  async commit(topic: string, partition: number, offset: number): Promise<void> {
    await this.#consumer.commitOffsets([{ topic, partition, offset: String(offset) }])
  }

  /** Leaves the group. */
  async stop(): Promise<void> {
    await this.#consumer.disconnect()
  }

  async #untilNextFetch(): Promise<void> {
    const early_ms = this.#fetchBeganAt + this.#fetchIntervalMs - this.#clock.monotonic()
    if (early_ms > 0) await sleep(this.#clock, early_ms)
  }

  #deliver(batch: Batch): void | Promise<void> {
    const { topic, partition } = batch
    const key = keyOf(topic, partition)
    const expected = this.#expected.get(key)
    if (expected === undefined) return
    const { fetchedOffset } = batch as Batch & Fetched
    if (Number(fetchedOffset) !== expected) {
      this.readFrom(topic, partition, expected)
      return
    }
    const next = Number(batch.lastOffset()) + 1
    this.#expected.set(key, next)
    return this.#listener.records(topic, partition, batch.messages, next)
  }

  /** A batch of control records alone is never delivered; only its event tells that the position has moved. */
  #advance({ topic, partition, lastOffset, fetchedOffset }: BatchEndEvent['payload'] & Fetched): void {
    const key = keyOf(topic, partition)
    if (Number(fetchedOffset) !== this.#expected.get(key)) return
    const next = Number(lastOffset) + 1
    this.#expected.set(key, next)
    this.#listener.advanced?.(topic, partition, next)
  }
}

/** Where a batch was fetched from: on batches the types leave it out, on events our patch adds it. */
interface Fetched {
  readonly fetchedOffset: string
}

const keyOf = (topic: string, partition: number): string => `${topic}/${partition}`
