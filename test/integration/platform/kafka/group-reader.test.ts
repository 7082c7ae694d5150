import { afterEach, expect, jest, test } from '@jest/globals'
import type { Kafka } from 'kafkajs'
import { pino } from 'pino'
import { connectKafka } from '../../../../src/platform/kafka/client.ts'
import { GroupReader } from '../../../../src/platform/kafka/group-reader.ts'
import { createTopics } from '../../create-topics.ts'
import { stack } from '../../stack.ts'

jest.setTimeout(30_000)

const { kafkaBrokers, prefix } = stack()
const PARTITIONS = 3
const RECORDS = 300

const readers: GroupReader[] = []
afterEach(async () => {
  for (const reader of readers.splice(0)) await reader.stop()
})

async function filledTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin()
  const producer = kafka.producer({
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition!
  })
  await Promise.all([admin.connect(), producer.connect()])
  const numPartitions = PARTITIONS
  await createTopics(admin, [{ topic, numPartitions, replicationFactor: 1 }])
  for (let i = 0; i < RECORDS; i += 10) {
    const messages = Array.from({ length: 10 * PARTITIONS }, (_, n) => ({
      value: 'x'.repeat(100),
      partition: n % PARTITIONS
    }))
    await producer.send({ topic, messages })
  }
  await Promise.all([admin.disconnect(), producer.disconnect()])
}

test('R8 what a partition brings after it was sought begins at just the offset that was asked for', async () => {
  const kafka = connectKafka({ brokers: kafkaBrokers, clientId: 'test' }, pino({ level: 'silent' }))
  const topic = `${prefix}sought`
  await filledTopic(kafka, topic)
  /** Where each partition has to go on. */
  const expected = new Map<number, number>()
  const wrong: string[] = []
  let sought = 0
  const done = Promise.withResolvers<undefined>()
  let seed = 1
  const draw = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below
  const seek = (reader: GroupReader, partition: number, offset: number) => {
    expected.set(partition, offset)
    reader.readFrom(topic, partition, offset)
  }
  let reader: GroupReader | null = null
  await GroupReader.start(
    kafka,
    { groupId: `${prefix}sought`, topics: [topic], sessionTimeoutMs: 10_000, maxBytesPerPartition: 2000 },
    {
      joined: (_assigned, joined) => {
        reader = joined
        readers.push(joined)
        for (let partition = 0; partition < PARTITIONS; partition++) seek(joined, partition, 0)
      },
      records: (_topic, partition, records, next) => {
        const first = Number(records[0]!.offset)
        if (first !== expected.get(partition))
          wrong.push(`${partition}: ${first}, not ${expected.get(partition)}`)
        expected.set(partition, next)
        // Of another partition, the records of which were fetched together with these.
        seek(reader!, (partition + 1) % PARTITIONS, draw(RECORDS))
        if (++sought === 200) done.resolve(undefined)
      },
      crashed: error => done.reject(error)
    }
  )
  await done.promise
  expect(wrong).toEqual([])
})

test('what arrives close behind a record shares the next fetch, and what arrives alone does not wait', async () => {
  const kafka = connectKafka({ brokers: kafkaBrokers, clientId: 'test' }, pino({ level: 'silent' }))
  const topic = `${prefix}paced`
  await filledTopic(kafka, topic)
  const fetchIntervalMs = 250
  const began: number[] = []
  const arrived: number[] = []
  const done = Promise.withResolvers<undefined>()
  await GroupReader.start(
    kafka,
    {
      groupId: `${prefix}paced`,
      topics: [topic],
      sessionTimeoutMs: 10_000,
      maxBytesPerPartition: 2000,
      fetchIntervalMs
    },
    {
      joined: (_assigned, joined) => {
        readers.push(joined)
        for (let partition = 0; partition < PARTITIONS; partition++) joined.readFrom(topic, partition, 0)
      },
      records: (_topic, partition) => {
        arrived.push(partition)
        began.push(performance.now())
        if (arrived.length === 4 * PARTITIONS) done.resolve(undefined)
      },
      crashed: error => done.reject(error)
    }
  )
  await done.promise
  // Every fetch brings a batch of each partition, all handed on at once.
  const fetches = [0, 1, 2, 3].map(n => arrived.slice(n * PARTITIONS, (n + 1) * PARTITIONS))
  for (const fetch of fetches) expect(new Set(fetch).size).toBe(PARTITIONS)
  for (const n of [1, 2, 3])
    expect(began[n * PARTITIONS]! - began[n * PARTITIONS - 1]!).toBeGreaterThan(fetchIntervalMs / 2)
})
