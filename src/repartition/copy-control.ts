import type { Admin, Kafka } from 'kafkajs'
import { withTopicReader } from '../platform/kafka/topic-reader.ts'

/**
 * Copies control data to the same offsets, since the offset of a change is the version of its document.
 *
 * @returns how many changes there are
 * @throws when there is a gap in the log, as compaction left one before this topic was kept whole
 */
export async function copyControl(
  { kafka, admin, to }: { kafka: Kafka; admin: Admin; to: { prefix: string } },
  source: string,
  target: string
): Promise<number> {
  const producer = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 })
  await producer.connect()
  try {
    const options = { topic: source, groupPrefix: `${to.prefix}repartition` }
    return await withTopicReader(kafka, admin, options, async reader => {
      let next = 0
      for await (const { records } of reader.stretches(0, await reader.bounds(0), 500)) {
        for (const { offset } of records)
          if (Number(offset) !== next++) throw new Error(`${source} has a gap before offset ${offset}`)
        if (records.length === 0) continue
        const first = next - records.length
        const messages = records.map(({ key, value, headers, timestamp }) => ({
          ...{ key, value, timestamp, partition: 0 },
          ...(headers && { headers })
        }))
        const [written] = await producer.send({ topic: target, acks: -1, messages })
        if (Number(written!.baseOffset) !== first)
          throw new Error(`offset ${first} of ${target} is taken: run this again`)
      }
      return next
    })
  } finally {
    await producer.disconnect()
  }
}
