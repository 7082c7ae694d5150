import type { Kafka, KafkaMessage } from 'kafkajs'
import { ChangelogReader } from '../processors/core/changelog-reader.ts'

const SESSION_TIMEOUT_MS = 10_000
/** Longer than an abandoned transaction stays open, behind which nothing committed can be read. */
const NO_PROGRESS_MS = 30_000

/** Reads stretches of a topic for whoever sits at a terminal. */
export interface TopicReader {
  /**
   * The committed records of a partition between two offsets, the first inclusive. One stretch of a partition at a time.
   * @throws when the brokers hand out nothing for 30 s
   */
  read(partition: number, from: number, to: number): Promise<KafkaMessage[]>
}

/** @param prefix of the installation; begins the name of the reader's group, which it has to itself */
export async function withTopicReader<T>(
  kafka: Kafka,
  { topic, prefix }: { readonly topic: string; readonly prefix: string },
  work: (reader: TopicReader) => Promise<T>
): Promise<T> {
  const reader = await ChangelogReader.start(kafka, {
    topic,
    groupPrefix: `${prefix}command-line`,
    sessionTimeoutMs: SESSION_TIMEOUT_MS,
    noProgressMs: NO_PROGRESS_MS,
    // Reads under way are told by their promises.
    crashed: () => undefined
  })
  const { signal } = new AbortController()
  try {
    return await work({
      async read(partition, from, to) {
        const records: KafkaMessage[] = []
        if (from >= to) return records
        await reader.read(partition, { from, through: to - 1, signal }, some => {
          records.push(...some)
        })
        return records
      }
    })
  } finally {
    await reader.stop()
  }
}
