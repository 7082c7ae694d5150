// Reading and writing topics in tests, with the client's own consumer and producer rather than the product's readers.
import type { IHeaders, Kafka, KafkaMessage, Message } from 'kafkajs'
import { randomUUID } from 'node:crypto'
import type { AvroCodec, Decoded } from '../../../src/platform/avro/codec.ts'

/** Everything committed on a topic, in the order of each partition, up to its ends at the time of the call. */
export async function readAll(
  kafka: Kafka,
  topic: string
): Promise<(KafkaMessage & { partition: number })[]> {
  const admin = kafka.admin()
  await admin.connect()
  const ends = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const open = new Set(ends.filter(({ high, low }) => high !== low).map(({ partition }) => partition))
  const records: (KafkaMessage & { partition: number })[] = []
  if (open.size === 0) return records
  const consumer = kafka.consumer({
    groupId: `test.${randomUUID()}`,
    maxWaitTimeInMs: 50,
    readUncommitted: false
  })
  const done = Promise.withResolvers<undefined>()
  // A partition may end in control records, of which only this event tells.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) => {
    const { high } = ends.find(end => end.partition === partition)!
    if (Number(lastOffset) >= Number(high) - 1) open.delete(partition)
    if (open.size === 0) done.resolve(undefined)
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: ({ partition, message }) => {
      records.push({ ...message, partition })
      return Promise.resolve()
    }
  })
  await done.promise
  await consumer.disconnect()
  return records
}

/** The decoded records of a topic, without tombstones. */
export async function decodeAll(kafka: Kafka, topic: string, codec: AvroCodec): Promise<Decoded[]> {
  const values = (await readAll(kafka, topic)).flatMap(({ value }) => value ?? [])
  await codec.learn(values)
  return values.map(value => codec.decode(value))
}

/** Sends records as a foreign producer does, where it wants them. */
export async function produce(kafka: Kafka, topic: string, messages: readonly Message[]): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages: [...messages] })
  await producer.disconnect()
}

export const headerOf = (headers: IHeaders | undefined, name: string): string | undefined =>
  headers?.[name]?.toString()
