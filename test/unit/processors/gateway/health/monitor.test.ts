import { beforeEach, expect, test } from '@jest/globals'
import { pino } from 'pino'
import type { GatewayHealth } from '../../../../../src/generated/records.ts'
import { HealthMonitor } from '../../../../../src/processors/gateway/health/monitor.ts'
import { Guard } from '../../../../../src/processors/gateway/resilience/guard.ts'
import {
  nothingStated,
  outcomeWithout,
  type GatewayCall,
  type GatewayOutcome,
  type GatewayProfile
} from '../../../../../src/processors/gateway/spi.ts'
import { Machine } from '../../../../simulation/machine.ts'
import { Scheduler } from '../../../../simulation/scheduler.ts'

const profile: GatewayProfile = {
  ...{ id: 'one', adapter: 'sandbox', url: 'http://one.example', maxConnections: 8 },
  ...{ currencies: ['EUR'], operations: ['PURCHASE'], callTimeoutMs: 2_000, settlingTimeMs: 0 },
  ...{ idempotencyWindowMs: 60_000, sendWithinMs: 30_000, feeBasisPoints: 0, feeFixed: 0 },
  breaker: { failuresInARow: 1, coolDownMs: 5_000, successesToClose: 3, probeAfterMs: 2_000 }
}
const call: GatewayCall = {
  ...{ paymentId: 'pay_1', operationId: 'purchase-1', kind: 'PURCHASE', idempotencyKey: 'k' },
  ...{ amount: 100, currency: 'EUR', token: 'tok', method: 'CARD', gatewayReference: null },
  ...{ timeoutMs: 2_000, sendBy: 0 }
}
const failed = outcomeWithout('UNKNOWN', 'gateway_status_500', '')

let scheduler: Scheduler
let monitor: HealthMonitor
let guard: Guard
let outcome: GatewayOutcome
let isWell: boolean
let probes: number[]
let published: { readonly at: number; readonly key: string; readonly health: GatewayHealth | null }[]

beforeEach(() => {
  scheduler = new Scheduler()
  const { clock } = new Machine('one', scheduler)
  outcome = { ...nothingStated, outcome: 'SUCCEEDED' }
  isWell = true
  probes = []
  published = []
  const log = pino({ level: 'silent' })
  const gateway = {
    perform: () => Promise.resolve(outcome),
    lookUp: () => Promise.resolve(null),
    probe: () => {
      probes.push(scheduler.time)
      return Promise.resolve(isWell)
    },
    close: () => Promise.resolve()
  }
  guard = new Guard(profile, gateway, clock, { rejected: () => undefined, breaker: () => undefined }, log)
  monitor = HealthMonitor.start({
    ...{ guards: () => [guard], executor: 'host/1', clock, log },
    publish: (key, health) => {
      published.push({ at: scheduler.time, key, health })
      return Promise.resolve()
    }
  })
})

const breakers = () => published.map(({ at, health }) => [at, health?.breaker])

test('says how a gateway does when that has changed, and else now and then', async () => {
  await scheduler.run(3_500)
  await guard.gateway.perform(call)
  await scheduler.run(12_000)
  expect(published.map(({ at }) => at)).toEqual([0, 4_000, 14_000])
  expect(published[1]).toMatchObject({
    key: 'one',
    health: {
      ...{ executor: 'host/1', validForMs: 30_000, breaker: 'CLOSED' },
      figures: { calls: 1, failures: 0, approved: 1 },
      breakdown: [{ currency: 'EUR' }]
    }
  })
})

test('probes a gateway on trial that nobody calls, until it is known to be well', async () => {
  outcome = failed
  await guard.gateway.perform(call)
  await scheduler.run(20_000)
  expect(probes).toEqual([5_000, 7_000, 9_000])
  expect(breakers().map(([, breaker]) => breaker)).toEqual(
    expect.arrayContaining(['OPEN', 'HALF_OPEN', 'CLOSED'])
  )
  expect(guard.health().breaker).toBe('CLOSED')
})

test('leaves a gateway alone that a probe has found unwell, for longer', async () => {
  outcome = failed
  isWell = false
  await guard.gateway.perform(call)
  await scheduler.run(14_900)
  expect(probes).toEqual([5_000])
  await scheduler.run(1_000)
  expect(probes).toEqual([5_000, 15_000])
})

test('probes nobody who is called anyway', async () => {
  outcome = failed
  await guard.gateway.perform(call)
  await scheduler.run(4_500)
  for (let i = 0; i < 4; i++) {
    await guard.gateway.lookUp(call)
    await scheduler.run(1_000)
  }
  expect(probes).toEqual([])
  expect(guard.health().breaker).toBe('CLOSED')
})

test('takes back what it has said when it stops', async () => {
  await monitor.stop()
  await scheduler.run(20_000)
  expect(published.map(({ key, health }) => [key, health === null])).toEqual([
    ['one', false],
    ['one', true]
  ])
})
