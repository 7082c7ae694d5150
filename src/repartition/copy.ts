// Records of one topic on their way to the same topic with another number of partitions.
import type { KafkaMessage } from 'kafkajs'
import type { LogBounds } from '../platform/kafka/log-bounds.ts'
import { partitionOf } from '../platform/kafka/partition-of.ts'
import type { TopicReader } from '../platform/kafka/topic-reader.ts'
import type { OutputRecord } from '../processors/core/logic.ts'
import { Digest } from './digest.ts'

/** Half of what a topic takes in a batch by default; all of it may be for one partition. */
const MAX_BYTES = 512 * 1024
const MAX_RECORDS = 1000

export interface Copying {
  /** Of the topic that is copied. */
  readonly reader: TopicReader
  /** From where to where, by partition. */
  readonly bounds: ReadonlyMap<number, LogBounds>
  readonly to: string
  readonly partitions: number
  /** What of a stretch goes along; all unless given. */
  readonly choose?: (records: readonly KafkaMessage[]) => Promise<KafkaMessage[]> | KafkaMessage[]
  /** Whether only the last record of a key counts. Then no other is written, so that compaction changes nothing of the copy. */
  readonly isCompacted?: boolean
  readonly write: (records: readonly OutputRecord[]) => Promise<unknown>
}

const all = (records: readonly KafkaMessage[]): KafkaMessage[] => [...records]

/**
 * Copies records byte for byte to the partitions that their keys have among the new number. Of one partition they are
 * written in order, so those of one key stay in order wherever they go.
 *
 * @returns what was written
 */
export async function copyRecords(copying: Copying): Promise<Digest> {
  const { reader, bounds, to, partitions, choose = all, isCompacted = false, write } = copying
  const digest = new Digest()
  let batch: OutputRecord[] = []
  let bytes = 0
  const flush = async () => {
    if (batch.length > 0) await write(batch)
    batch = []
    bytes = 0
  }
  for (const [partition, of] of bounds) {
    const last = isCompacted ? await lastOffsets(reader, partition, of) : null
    for await (const { records } of reader.stretches(partition, of)) {
      for (const record of await choose(records)) {
        const { key, value, headers, timestamp, offset } = record
        if (last !== null && last.get(String(key)) !== offset) continue
        digest.add(record)
        const target = { topic: to, partition: partitionOf(key ?? '', partitions), key, value, timestamp }
        batch.push({ ...target, ...(headers && { headers }) })
        bytes += (key?.length ?? 0) + (value?.length ?? 0) + 512
        if (batch.length === MAX_RECORDS || bytes > MAX_BYTES) await flush()
      }
    }
  }
  await flush()
  return digest
}

/** What stands on a topic within these bounds. */
export async function digestOf(
  reader: TopicReader,
  bounds: ReadonlyMap<number, LogBounds>,
  choose: NonNullable<Copying['choose']> = all
): Promise<Digest> {
  const digest = new Digest()
  for (const [partition, of] of bounds) {
    for await (const { records } of reader.stretches(partition, of))
      for (const record of await choose(records)) digest.add(record)
  }
  return digest
}

async function lastOffsets(
  reader: TopicReader,
  partition: number,
  of: LogBounds
): Promise<ReadonlyMap<string, string>> {
  const last = new Map<string, string>()
  for await (const { records } of reader.stretches(partition, of))
    for (const { key, offset } of records) last.set(String(key), offset)
  return last
}
