import { beforeEach, describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { sleep, type Clock } from '../../../../../src/platform/clock.ts'
import type { BreakerState } from '../../../../../src/processors/gateway/resilience/breaker.ts'
import { Guard } from '../../../../../src/processors/gateway/resilience/guard.ts'
import {
  nothingStated,
  outcomeWithout,
  type Gateway,
  type GatewayCall,
  type GatewayOutcome,
  type GatewayProfile
} from '../../../../../src/processors/gateway/spi.ts'
import { Machine } from '../../../../simulation/machine.ts'
import { Scheduler } from '../../../../simulation/scheduler.ts'

const call: GatewayCall = {
  ...{ paymentId: 'pay_1', operationId: 'purchase-1', kind: 'PURCHASE', idempotencyKey: 'k' },
  ...{ amount: 100, currency: 'EUR', token: 'tok', method: 'CARD', gatewayReference: null },
  ...{ sendBy: 0, timeoutMs: 2_000 }
}
const profile: GatewayProfile = {
  ...{ id: 'one', adapter: 'sandbox', url: 'http://one.example', maxConnections: 8 },
  ...{ currencies: ['EUR'], operations: ['PURCHASE'], callTimeoutMs: 2_000, settlingTimeMs: 0 },
  ...{ idempotencyWindowMs: 60_000, sendWithinMs: 30_000, feeBasisPoints: 0, feeFixed: 0 },
  breaker: { failuresInARow: 2, coolDownMs: 1_000, successesToClose: 2 }
}
const succeeded: GatewayOutcome = { ...nothingStated, outcome: 'SUCCEEDED', reference: 'r' }
const failed = outcomeWithout('UNKNOWN', 'gateway_status_500', '')

let scheduler: Scheduler
let clock: Clock
let answer: () => Promise<GatewayOutcome>
let known: () => Promise<GatewayOutcome | null>
let performed: number
let seen: string[]
let guard: Guard

beforeEach(() => {
  scheduler = new Scheduler()
  clock = new Machine('one', scheduler).clock
  performed = 0
  seen = []
  answer = () => Promise.resolve(succeeded)
  known = () => Promise.resolve(null)
  const gateway: Gateway = {
    perform: () => {
      performed++
      return answer()
    },
    lookUp: () => known(),
    close: () => Promise.resolve()
  }
  const observe = {
    rejected: (_gateway: string, reason: string) => void seen.push(reason),
    breaker: (_gateway: string, state: BreakerState) => void seen.push(state)
  }
  guard = new Guard(profile, gateway, clock, observe, pino({ level: 'silent' }))
})

const { perform, lookUp } = {
  perform: () => guard.gateway.perform(call),
  lookUp: () => guard.gateway.lookUp(call)
}

async function openBreaker(): Promise<void> {
  answer = () => Promise.resolve(failed)
  await perform()
  await perform()
}

describe('an open breaker', () => {
  beforeEach(openBreaker)

  test('makes no call, and says that nothing was sent', async () => {
    expect(guard.rejectionOf(30_000)).toBe('gateway_breaker_open')
    expect(await perform()).toMatchObject({ outcome: 'NOT_SENT', code: 'gateway_breaker_open' })
    expect(performed).toBe(2)
    expect(seen).toEqual(['CLOSED', 'OPEN', 'gateway_breaker_open'])
  })

  test('lets the gateway be asked what it knows', async () => {
    known = () => Promise.resolve(succeeded)
    expect(await lookUp()).toEqual(succeeded)
  })

  test('closes by look-ups alone, so that no payment is at risk', async () => {
    await scheduler.run(1_000)
    // Not found is an answer.
    expect(await lookUp()).toBeNull()
    expect(await lookUp()).toBeNull()
    expect(seen).toEqual(['CLOSED', 'OPEN', 'HALF_OPEN', 'CLOSED'])
  })

  test('opens again when the gateway cannot even be asked', async () => {
    await scheduler.run(1_000)
    known = () => Promise.resolve(failed)
    expect(await lookUp()).toEqual(failed)
    expect(seen).toEqual(['CLOSED', 'OPEN', 'HALF_OPEN', 'OPEN'])
  })
})

describe('a gateway that wants a rest', () => {
  beforeEach(async () => {
    answer = () =>
      Promise.resolve({
        ...outcomeWithout('REFUSED', 'rate_limited', ''),
        isTurnedAway: true,
        retryAfterMs: 3_000
      })
    expect(await perform()).toEqual(outcomeWithout('REFUSED', 'rate_limited', ''))
  })

  test('gets no call until then from those that can wait', async () => {
    let turnedAt: number | null = null
    const turn = guard.turn(10_000, () => false).then(() => (turnedAt = scheduler.time))
    await scheduler.run(2_900)
    expect(turnedAt).toBeNull()
    await scheduler.run(200)
    await turn
    expect(turnedAt).toBe(3_000)
  })

  test('is not called by those that cannot', async () => {
    expect(guard.rejectionOf(2_000)).toBe('gateway_rate_limited')
    expect(await guard.turn(2_000, () => false)).toBe('gateway_rate_limited')
    const outcome = await guard.closedFor('gateway_rate_limited').perform(call)
    expect(outcome).toMatchObject({ outcome: 'NOT_SENT', code: 'gateway_rate_limited' })
    expect(performed).toBe(1)
  })
})

describe('of a call whose adapter breaks its promise nobody knows whether it was made', () => {
  test('when it never ends', async () => {
    answer = () => new Promise(() => undefined)
    const ended = perform()
    await scheduler.run(call.timeoutMs + 1_000)
    expect(await ended).toMatchObject({ outcome: 'UNKNOWN', code: 'gateway_timeout' })
  })

  test.each([
    ['rejects', () => Promise.reject(new Error('oops'))],
    [
      'throws',
      () => {
        throw new Error('oops')
      }
    ]
  ])('when it %s', async (_how, breaks) => {
    answer = breaks
    expect(await perform()).toMatchObject({ outcome: 'UNKNOWN', code: 'gateway_adapter_failed' })
    await perform()
    expect(guard.rejectionOf(30_000)).toBe('gateway_breaker_open')
  })
})

test('look-ups have connections of their own', async () => {
  const never = () => sleep(clock, 60_000)
  for (let i = 0; i < 20; i++) void guard.calls.run(never)
  let isAsked = false
  void guard.lookUps.run(() => (isAsked = true))
  await scheduler.run(0)
  expect(guard.calls.active + guard.lookUps.active).toBeLessThanOrEqual(profile.maxConnections)
  expect(isAsked).toBe(true)
})
