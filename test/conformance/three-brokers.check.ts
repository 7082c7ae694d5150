// Run by `npm run conformance -- brokers`, on three brokers of its own.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { App } from '../integration/app.ts'
import { client, CountingTopics, stopAll, until } from '../integration/core/counting.ts'
import { expectExactlyOnce, load } from '../integration/payments/load.ts'
import { ProcessWorker } from '../integration/races/process-worker.ts'
import { startThreeBrokers, type Brokers } from './three-brokers.ts'

jest.setTimeout(600_000)

const REPLICATED = {
  replicationFactor: 3,
  configEntries: [{ name: 'min.insync.replicas', value: '2' }]
}

const PAYMENTS = 2000

let brokers: Brokers
beforeAll(async () => {
  brokers = await startThreeBrokers()
})
afterAll(async () => {
  await stopAll()
  await brokers.stop()
})

test('each of three brokers is killed and comes back under load, and nothing is missing or doubled', async () => {
  const kafka = client(brokers.addresses)
  const topics = await CountingTopics.create('three', 6, kafka, REPLICATED)
  const { name, stateDir } = topics
  const workers = [1, 2].map(() =>
    ProcessWorker.start({
      ...{ brokers: brokers.addresses, name, stateDir },
      ...{ sessionTimeoutMs: 6_000, transactionTimeoutMs: 4_000 }
    })
  )
  const takeovers = () => workers.reduce((sum, worker) => sum + worker.count('takeover'), 0)
  const transactions = () => workers.reduce((sum, worker) => sum + worker.count('transaction'), 0)
  await until(() => takeovers() >= topics.partitions)
  const over = new AbortController()
  const writing = topics.writeUntil(over.signal, 60, 20)
  for (let broker = 0; broker < 3; broker++) {
    const before = transactions()
    await until(() => transactions() > before + 50)
    brokers.kill(broker)
    const without = transactions()
    // The others carry on before it is back.
    await until(() => transactions() > without + 50, 60_000)
    await brokers.restart(broker)
  }
  over.abort()
  await writing
  const records = await topics.expectEachCountedOnce(120_000)
  const rebuilds = workers.reduce((sum, worker) => sum + worker.count('rebuild'), 0)
  console.log(
    `${records} records in ${transactions()} transactions, ${rebuilds} rebuilds: 0 missing, 0 doubled`
  )
})

test('payments that come while a broker is killed and comes back are all charged, once', async () => {
  const app = await App.create({ name: 'three', partitions: 6, kafkaBrokers: brokers.addresses })
  const front = await app.start('ingress', 'query', 'gateway', 'projector')
  await app.start('processor')
  await app.start('processor')
  const disturb = async () => {
    for (const broker of [0, 1]) {
      brokers.kill(broker)
      await brokers.restart(broker)
    }
  }
  const accepted = await load(app, front, 'three', disturb, PAYMENTS, true)
  expect(accepted).toHaveLength(PAYMENTS)
  await expectExactlyOnce(app, accepted)
})
