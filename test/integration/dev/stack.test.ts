import { afterAll, expect, test } from '@jest/globals'
import { Kafka, logLevel } from 'kafkajs'
import pg from 'pg'
import {
  kafkaAnswers,
  postgresAnswers,
  redisAnswers,
  registryAnswers,
  untilAnswers
} from '../../../dev/stack/answers.ts'
import { stack } from '../stack.ts'

const { kafkaBrokers, schemaRegistry, postgres, redis, prefix, createDatabase } = stack()

const kafka = new Kafka({ brokers: [...kafkaBrokers], logLevel: logLevel.NOTHING })
const admin = kafka.admin()
afterAll(() => admin.disconnect())

test('all four services answer', async () => {
  const all = async () => {
    await Promise.all([
      kafkaAnswers(kafkaBrokers),
      registryAnswers(schemaRegistry),
      postgresAnswers(postgres),
      redisAnswers(redis)
    ])
  }
  // A question has a second, which on a busy machine one of them may miss.
  await untilAnswers('every service', all, 10_000)
})

test('Kafka commits a transaction', async () => {
  await admin.connect()
  await admin.createTopics({ topics: [{ topic: `${prefix}transactions`, numPartitions: 1 }] })
  const producer = kafka.producer({
    transactionalId: `${prefix}producer`,
    transactionTimeout: 10_000,
    maxInFlightRequests: 1,
    idempotent: true
  })
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send({ topic: `${prefix}transactions`, messages: [{ value: 'one' }] })
  await transaction.commit()
  await producer.disconnect()
  // The commit is accepted before its marker is written; readers of committed records see the end move with the marker.
  const committed = async () => {
    const [partition] = await admin.fetchTopicOffsets(`${prefix}transactions`)
    expect(partition?.high).toBe('2')
  }
  await untilAnswers('the commit', committed, 10_000)
})

test('Kafka creates no topic unasked', async () => {
  await admin.connect()
  await expect(admin.fetchTopicMetadata({ topics: [`${prefix}unknown`] })).rejects.toThrow('does not host')
})

test('the registry refuses an incompatible schema of a subject that sets nothing itself', async () => {
  const register = async (fields: object[]) => {
    const schema = JSON.stringify({ type: 'record', name: 'Example', fields })
    const response = await fetch(`${schemaRegistry}/subjects/${prefix}example/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ schema })
    })
    return response.status
  }
  expect(await register([])).toBe(200)
  expect(await register([{ name: 'required', type: 'string' }])).toBe(409)
})

test('each database of a test file is its own', async () => {
  const urls = [await createDatabase(), await createDatabase()]
  const tables = urls.map(async url => {
    const client = new pg.Client(url)
    await client.connect()
    await client.query('CREATE TABLE example ()')
    await client.end()
  })
  await expect(Promise.all(tables)).resolves.toHaveLength(2)
})
