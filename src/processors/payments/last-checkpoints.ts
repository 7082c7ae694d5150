import type { Admin, Kafka, KafkaMessage } from 'kafkajs'
import type { PartitionCheckpoint } from '../../generated/records.ts'
import type { AvroCodec } from '../../platform/avro/codec.ts'
import type { LogBounds } from '../../platform/kafka/log-bounds.ts'
import { withTopicReader, type TopicReader } from '../../platform/kafka/topic-reader.ts'
import { CHECKPOINT_KEY } from './changelog.ts'
import { topicNames } from '../../topics.ts'

export interface CheckpointPorts {
  readonly kafka: Kafka
  /** Connected. */
  readonly admin: Admin
  readonly codec: AvroCodec
  readonly prefix: string
}

/** Every transaction of a processor writes a checkpoint, so the last one is close to the end, before the idle ones. */
const FIRST_WINDOW = 1000

/**
 * The last committed checkpoint of every partition that has one: the inputs' positions from which the partition's next
 * owner would go on.
 */
export async function lastCheckpoints({
  kafka,
  admin,
  codec,
  prefix
}: CheckpointPorts): Promise<ReadonlyMap<number, PartitionCheckpoint>> {
  const topic = topicNames(prefix).state
  const options = { topic, groupPrefix: `${prefix}lag` }
  return withTopicReader(kafka, admin, options, async reader => {
    const found = await Promise.all(
      [...(await reader.allBounds())].map(async ([partition, of]) => {
        const checkpoint = await lastOf(reader, partition, of, codec)
        return checkpoint === null ? [] : [[partition, checkpoint] as const]
      })
    )
    return new Map(found.flat())
  })
}

async function lastOf(
  reader: TopicReader,
  partition: number,
  { start, end }: LogBounds,
  codec: AvroCodec
): Promise<PartitionCheckpoint | null> {
  for (let window = FIRST_WINDOW, to = end; to > start; window *= 10) {
    const from = Math.max(start, to - window)
    const value = (await reader.read(partition, { start: from, end: to })).findLast(isCheckpoint)?.value
    if (value) return decoded(value, codec)
    to = from
  }
  return null
}

const isCheckpoint = ({ key }: KafkaMessage) => key?.toString() === CHECKPOINT_KEY

async function decoded(value: Buffer, codec: AvroCodec): Promise<PartitionCheckpoint> {
  await codec.learn([value])
  const record = codec.decode(value)
  if (record.name !== 'aegispay.state.PartitionCheckpoint')
    throw new Error(`a ${record.name} stands under the key of the checkpoint`)
  return record.value
}
