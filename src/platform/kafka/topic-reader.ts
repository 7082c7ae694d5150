// Reads what stands on a topic between two offsets, for whoever looks at a log that others keep writing.
import type { Admin, Kafka, KafkaMessage } from 'kafkajs'
import { logBounds, partitionBounds, type LogBounds } from './log-bounds.ts'
import { StretchReader } from './stretch-reader.ts'

/** Offsets that are held in memory at one moment, where records are small. */
const STRETCH = 20_000
const SESSION_TIMEOUT_MS = 30_000
/** Longer than a transaction that its owner has left behind can stay open, behind which nothing committed can be read. */
const NO_PROGRESS_MS = 45_000

export interface Stretch {
  readonly records: readonly KafkaMessage[]
  readonly from: number
  /** Behind the last offset of the stretch. */
  readonly to: number
}

export interface TopicReaderOptions {
  readonly topic: string
  /** Begins the name of a group that exists while the reader does. */
  readonly groupPrefix: string
}

/** Reads committed records only, of each partition one stretch at a time. */
export class TopicReader {
  readonly topic: string
  readonly #admin: Admin
  readonly #reader: StretchReader

  private constructor(topic: string, admin: Admin, reader: StretchReader) {
    this.topic = topic
    this.#admin = admin
    this.#reader = reader
  }

  /** @param admin connected; stays so until the reader is closed */
  static async open(
    kafka: Kafka,
    admin: Admin,
    { topic, groupPrefix }: TopicReaderOptions
  ): Promise<TopicReader> {
    const reader = await StretchReader.start(kafka, {
      ...{ topic, groupPrefix, sessionTimeoutMs: SESSION_TIMEOUT_MS, noProgressMs: NO_PROGRESS_MS },
      // Whoever reads is told by the reads that fail.
      crashed: () => undefined
    })
    return new TopicReader(topic, admin, reader)
  }

  /** @throws when the topic has no such partition */
  bounds(partition: number): Promise<LogBounds> {
    return partitionBounds(this.#admin, this.topic, partition)
  }

  /** By partition. */
  allBounds(): Promise<ReadonlyMap<number, LogBounds>> {
    return logBounds(this.#admin, this.topic)
  }

  /** By partition, from the first record of that time or later. Epoch milliseconds; negative ones mean other things to a broker. */
  async boundsSince(at: number): Promise<ReadonlyMap<number, LogBounds>> {
    const bounds = await this.allBounds()
    const firsts = await this.#admin.fetchTopicOffsetsByTimestamp(this.topic, Math.max(0, at))
    const starts = new Map(firsts.map(({ partition, offset }) => [partition, Number(offset)]))
    return new Map(
      [...bounds].map(([partition, { start, end }]) => [
        partition,
        { start: Math.min(end, Math.max(start, starts.get(partition) ?? start)), end }
      ])
    )
  }

  /**
   * The records from one offset up to another, exclusive. Waits for transactions that are open below the end.
   * @throws when nothing comes for 45 s
   */
  async read(partition: number, { start, end }: LogBounds): Promise<KafkaMessage[]> {
    const records: KafkaMessage[] = []
    if (start >= end) return records
    const { signal } = new AbortController()
    await this.#reader.read(partition, { from: start, through: end - 1, signal }, some => {
      for (const record of some) records.push(record)
    })
    return records
  }

  /**
   * Reads as `read`, a bounded number of records at a time.
   * @param most offsets at a time
   */
  async *stretches(
    partition: number,
    { start, end }: LogBounds,
    most: number = STRETCH
  ): AsyncGenerator<Stretch> {
    for (let from = start; from < end; from += most) {
      const to = Math.min(from + most, end)
      yield { records: await this.read(partition, { start: from, end: to }), from, to }
    }
  }

  async close(): Promise<void> {
    await this.#reader.stop()
  }
}

/** Lets `work` read a topic. */
export async function withTopicReader<T>(
  kafka: Kafka,
  admin: Admin,
  options: TopicReaderOptions,
  work: (reader: TopicReader) => Promise<T>
): Promise<T> {
  const reader = await TopicReader.open(kafka, admin, options)
  try {
    return await work(reader)
  } finally {
    await reader.close()
  }
}
