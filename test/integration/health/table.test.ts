import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { pino } from 'pino'
import type { GatewayHealth } from '../../../src/generated/records.ts'
import { HealthTable } from '../../../src/health/table.ts'
import { BatchingProducer } from '../../../src/platform/kafka/batching-producer.ts'
import { healthPublisher } from '../../../src/processors/gateway/health/publisher.ts'
import { App, eventually } from '../app.ts'

const silent = pino({ level: 'silent' })
const figures = {
  ...{ calls: 10, failures: 5, approved: 5 },
  ...{ latencyP50Ms: 10, latencyP95Ms: 20, latencyP99Ms: 30 }
}

let app: App
let producer: BatchingProducer
let table: HealthTable

const follow = () =>
  HealthTable.follow({
    kafka: app.kafka,
    topic: app.topics.gatewaysHealth,
    codec: app.codec,
    groupPrefix: app.settings['AEGISPAY_PREFIX']!,
    log: silent
  })

beforeAll(async () => {
  app = await App.create({ name: 'health', partitions: 1 })
  producer = await BatchingProducer.start(app.kafka, silent, { sendTimeoutMs: 10_000 })
  table = await follow()
}, 60_000)

afterAll(() => Promise.all([table.stop(), producer.stop()]))

async function say(executor: string, gateway: string, said: Partial<GatewayHealth> | null): Promise<void> {
  const publish = healthPublisher(producer, app.codec, app.topics.gatewaysHealth, executor)
  const health: GatewayHealth = {
    ...{ gateway, executor, observedAt: Date.now(), validForMs: 60_000 },
    ...{
      breaker: 'CLOSED',
      breakerSince: 0,
      inFlight: 0,
      queued: 0,
      windowMs: 30_000,
      figures,
      breakdown: []
    },
    ...said
  }
  await publish(gateway, said === null ? null : health)
}

const untilSignals = (of: HealthTable, gateway: string, expected: object | undefined) =>
  eventually(() => {
    const signals = of.signals().get(gateway)
    if (expected === undefined) expect(signals).toBeUndefined()
    else expect(signals).toMatchObject(expected)
    return Promise.resolve()
  })

test('shows what executors see together, and no more what one of them has taken back', async () => {
  await say('one/1', 'alpha', { breaker: 'OPEN' })
  await say('two/1', 'alpha', {})
  await untilSignals(table, 'alpha', { breaker: 'CLOSED', calls: 20, successShare: 0.5, latencyP95Ms: 20 })
  await say('three/1', 'alpha', { breaker: 'OPEN' })
  await untilSignals(table, 'alpha', { breaker: 'OPEN', calls: 30 })
  await say('one/1', 'alpha', null)
  await untilSignals(table, 'alpha', { breaker: 'CLOSED', calls: 20 })
}, 60_000)

test('forgets what an executor has said that says no more', async () => {
  await say('one/1', 'beta', { breaker: 'OPEN', validForMs: 1_500 })
  await untilSignals(table, 'beta', { breaker: 'OPEN' })
  await untilSignals(table, 'beta', undefined)
}, 60_000)

test('begins with what is still valid, in a process that has just started', async () => {
  await say('one/1', 'gamma', { breaker: 'OPEN' })
  const late = await follow()
  await untilSignals(late, 'gamma', { breaker: 'OPEN' })
  await late.stop()
}, 60_000)
