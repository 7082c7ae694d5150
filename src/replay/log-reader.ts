// Reads a stretch of one partition, committed records only, a bounded number at a time.
import type { Admin, Kafka, KafkaMessage } from 'kafkajs'
import { partitionBounds, type LogBounds } from '../platform/kafka/log-bounds.ts'
import { ChangelogReader } from '../processors/core/changelog-reader.ts'

/** Offsets that are held in memory at one moment. */
const STRETCH = 20_000
const SESSION_TIMEOUT_MS = 30_000
/** Longer than a transaction that its owner has left behind can stay open. */
const NO_PROGRESS_MS = 45_000

export interface Stretch {
  readonly records: readonly KafkaMessage[]
  readonly from: number
  /** Behind the last offset of the stretch. */
  readonly to: number
}

export class LogReader {
  readonly topic: string
  readonly #admin: Admin
  readonly #reader: ChangelogReader

  private constructor(topic: string, admin: Admin, reader: ChangelogReader) {
    this.topic = topic
    this.#admin = admin
    this.#reader = reader
  }

  /** @param groupPrefix begins the name of a group that exists while the reader does */
  static async open(kafka: Kafka, admin: Admin, topic: string, groupPrefix: string): Promise<LogReader> {
    const reader = await ChangelogReader.start(kafka, {
      ...{ topic, groupPrefix, sessionTimeoutMs: SESSION_TIMEOUT_MS, noProgressMs: NO_PROGRESS_MS },
      // Whoever reads is told by the reads that fail.
      crashed: () => undefined
    })
    return new LogReader(topic, admin, reader)
  }

  bounds(partition: number): Promise<LogBounds> {
    return partitionBounds(this.#admin, this.topic, partition)
  }

  /**
   * The records from one offset up to another, exclusive. Waits for transactions that are open below the end.
   * @throws when nothing comes for 45 s
   */
  async *read(partition: number, { start, end }: LogBounds): AsyncGenerator<Stretch> {
    const { signal } = new AbortController()
    for (let from = start; from < end; from += STRETCH) {
      const to = Math.min(from + STRETCH, end)
      const records: KafkaMessage[] = []
      await this.#reader.read(partition, { from, through: to - 1, signal }, some => records.push(...some))
      yield { records, from, to }
    }
  }

  async close(): Promise<void> {
    await this.#reader.stop()
  }
}
