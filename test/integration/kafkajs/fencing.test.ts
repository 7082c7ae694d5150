import { afterEach, expect, test } from '@jest/globals'
import type { Kafka, LogEntry, Producer } from 'kafkajs'
import { append, client, createTopic, transactionalProducer, unique } from './clients.ts'

const connected: Producer[] = []

afterEach(async () => {
  for (const producer of connected.splice(0)) await producer.disconnect()
})

async function connect(kafka: Kafka, transactionalId: string): Promise<Producer> {
  const producer = await transactionalProducer(kafka, transactionalId)
  connected.push(producer)
  return producer
}

/** Leaves a transaction of `transactionalId` open, which its successor has to have aborted before it may begin. */
async function holdOpen(transactionalId: string): Promise<{ commit: () => Promise<void> }> {
  const kafka = client()
  const topic = unique('log')
  await createTopic(kafka, topic)
  const owner = await connect(kafka, transactionalId)
  const transaction = await owner.transaction()
  await append(transaction, topic, ['never committed'])
  return { commit: () => transaction.commit() }
}

test('InitProducerId is retried after the first retry time that the client was given', async () => {
  const transactionalId = unique('owner')
  const predecessor = await holdOpen(transactionalId)
  const pausesMs: unknown[] = []
  const notePause = ({ log }: LogEntry): void => {
    if (log.message.startsWith('There is an ongoing transaction')) pausesMs.push(log['retryTime'])
  }
  const kafka = client({ initialRetryTime: 7, factor: 0, multiplier: 1, retries: 2_000 }, notePause)
  const successor = await connect(kafka, transactionalId)

  const first = await successor.transaction()
  await first.abort()

  expect(pausesMs).not.toEqual([])
  expect(new Set(pausesMs)).toEqual(new Set([7]))
  await expect(predecessor.commit()).rejects.toMatchObject({ type: 'INVALID_PRODUCER_EPOCH' })
})

test('InitProducerId is tried no more often than the client was told', async () => {
  const transactionalId = unique('owner')
  await holdOpen(transactionalId)
  const successor = await connect(client({ retries: 0 }), transactionalId)

  await expect(successor.transaction()).rejects.toMatchObject({
    name: 'KafkaJSNumberOfRetriesExceeded',
    cause: { type: 'CONCURRENT_TRANSACTIONS' }
  })
})

test('the transaction coordinator is looked up once, and anew after an error', async () => {
  const topic = unique('log')
  const other = unique('log')
  await createTopic(client(), topic)
  await createTopic(client(), other)
  const transactionalId = unique('owner')
  let lookUps = 0
  const countLookUps = ({ log }: LogEntry): void => {
    if (log.message.startsWith('Request GroupCoordinator(')) lookUps++
  }
  const owner = await connect(client(undefined, countLookUps), transactionalId)
  for (const value of ['first', 'second', 'third']) {
    const transaction = await owner.transaction()
    await append(transaction, topic, [value])
    await transaction.commit()
  }
  expect(lookUps).toBe(1)

  const fenced = await owner.transaction()
  await append(fenced, topic, ['never committed'])
  const successor = await connect(client(), transactionalId)
  await (await successor.transaction()).abort()
  const invalid = { type: 'INVALID_PRODUCER_EPOCH' }
  await expect(append(fenced, other, ['never committed'])).rejects.toMatchObject(invalid)
  expect(lookUps).toBe(1)
  await expect(fenced.abort()).rejects.toMatchObject(invalid)
  expect(lookUps).toBe(2)
})
