// What a payment does when an attempt has come to nothing while its gateways are in trouble.
import { describe, expect, test } from '@jest/globals'
import { attemptsToCharge } from '../../../../src/domain/payment/failover.ts'
import { defaultRules } from '../../../../src/domain/payment/merchant-rules.ts'
import { NOT_AT_GATEWAY } from '../../../../src/domain/payment/proof.ts'
import type { Payment } from '../../../../src/domain/payment/state.ts'
import { dueAt } from '../../../../src/domain/payment/timers.ts'
import type { GatewaySignals } from '../../../../src/domain/routing/signals.ts'
import { answered, authorized, capture, gateways, initiate, Scenario, typesOf } from './scenario.ts'

/** More often than anything is done before a deadline. */
const TIMES = 1_000
const heldBack = answered('NOT_SENT', { code: 'gateway_breaker_open' })
const notAtGateway = answered('NOT_SENT', { code: NOT_AT_GATEWAY })

const payment = (scenario: Scenario): Payment => scenario.state!.payment!

function breakers(scenario: Scenario, breaker: GatewaySignals['breaker'], ids = ['alpha', 'beta']): void {
  const signals = ids.map(id => [id, { breaker, successShare: null, latencyP95Ms: null, calls: 0 }] as const)
  scenario.context = { ...scenario.context, signals: new Map(signals) }
}

/** Sent to alpha by a merchant that wants one attempt, and no more. */
function begun(attempts = 1): Scenario {
  const scenario = new Scenario()
  scenario.context = { ...scenario.context, rules: { ...defaultRules, attempts } }
  scenario.send(initiate())
  return scenario
}

/** We refuse the call ourselves; what that came to is asked, and proven. */
function refuseIt(scenario: Scenario): readonly { readonly type: string }[] {
  scenario.answer(heldBack)
  scenario.fire()
  return scenario.answer(notAtGateway)
}

describe('an attempt that never left us', () => {
  test('counts as none: not for the number of attempts, and its gateway may be asked later', () => {
    const scenario = begun()
    for (const gateway of ['beta', 'alpha', 'beta', 'alpha']) {
      refuseIt(scenario)
      expect(payment(scenario).operation).toMatchObject({ gateway, status: 'REQUESTED' })
    }
    expect(attemptsToCharge(payment(scenario))).toBe(1)
    scenario.answer(answered('REFUSED'))
    scenario.answer(notAtGateway)
    expect(scenario.status).toBe('FAILED')
  })

  test('has a key of its own all the same', () => {
    const scenario = begun()
    const keys = new Set<string>()
    for (let i = 0; i < 6; i++) {
      keys.add(payment(scenario).operation!.idempotencyKey)
      refuseIt(scenario)
    }
    expect(keys.size).toBe(6)
  })

  test('of a capture counts as none either, and such captures get ever more seldom', () => {
    const scenario = authorized()
    scenario.context = { ...scenario.context, rules: { ...defaultRules, attempts: 1 } }
    scenario.send(capture(), { key: 'c' })
    const began = scenario.context.now
    for (let i = 0; i < 60; i++) refuseIt(scenario)
    expect(payment(scenario)).toMatchObject({ status: 'AUTHORIZED', operation: { attempt: 61 } })
    expect(scenario.context.now - began).toBeGreaterThan(12 * 60 * 60 * 1000)
    scenario.answer(answered('REFUSED'))
    expect(typesOf(scenario.answer(notAtGateway))).toEqual(['GatewayOperationFailed'])
  })
})

describe('while all gateways are in trouble', () => {
  test('a payment waits, asks nobody, and goes on when one is back', () => {
    const scenario = begun()
    breakers(scenario, 'OPEN')
    expect(refuseIt(scenario)).toMatchObject([
      { type: 'RetryScheduled', code: 'gateway_breaker_open', isProven: true, neverLeft: true }
    ])
    for (let i = 0; i < 5; i++) {
      expect(typesOf(scenario.fire())).toEqual(['RetryScheduled'])
      expect(dueAt(scenario.state!)).toBeGreaterThan(scenario.context.now)
    }
    breakers(scenario, 'CLOSED')
    scenario.fire()
    expect(payment(scenario).operation).toMatchObject({ gateway: 'beta', status: 'REQUESTED' })
    scenario.answer(answered('SUCCEEDED'))
    expect(scenario.status).toBe('AUTHORIZED')
  })

  test('one that has been tried everywhere goes on where it was tried last', () => {
    const scenario = begun(20)
    for (let i = 0; i < 2; i++) {
      scenario.answer(answered('REFUSED'))
      breakers(scenario, 'OPEN', ['alpha'])
      scenario.answer(notAtGateway)
    }
    expect(payment(scenario).operation).toMatchObject({ gateway: 'beta', attempt: 2 })
    scenario.answer(answered('REFUSED'))
    breakers(scenario, 'OPEN')
    expect(typesOf(scenario.answer(notAtGateway))).toEqual(['RetryScheduled'])
    breakers(scenario, 'CLOSED')
    expect(typesOf(scenario.fire())).toEqual(['GatewayOperationRequested'])
    expect(payment(scenario).operation).toMatchObject({ gateway: 'beta', attempt: 3 })
  })

  test('it waits until its deadline, and fails then for what held it up', () => {
    const scenario = begun()
    const { giveUpAt } = payment(scenario)
    breakers(scenario, 'OPEN')
    refuseIt(scenario)
    for (let i = 0; i < TIMES && scenario.status === 'PROCESSING'; i++) {
      expect(scenario.context.now).toBeLessThan(giveUpAt!)
      scenario.fire()
    }
    expect(scenario.context.now).toBe(giveUpAt)
    expect(payment(scenario).failure).toMatchObject({ stage: 'AUTHORIZATION', code: 'gateway_breaker_open' })
  })

  test('one of which no attempt was begun waits for all of its time, too', () => {
    const scenario = new Scenario()
    breakers(scenario, 'OPEN')
    scenario.send(initiate())
    const { giveUpAt } = payment(scenario)
    for (let i = 0; i < TIMES && scenario.status === 'INITIATED'; i++) scenario.fire()
    expect(scenario.context.now).toBe(giveUpAt)
  })

  test('what the gateway says of it meanwhile counts', () => {
    const scenario = begun()
    breakers(scenario, 'OPEN')
    refuseIt(scenario)
    scenario.answer(answered('SUCCEEDED', { settled: true }))
    expect(scenario.status).toBe('COMPLETED')
    expect(dueAt(scenario.state!)).toBe(payment(scenario).refundsUntil)
  })

  test('a pause holds up another attempt to charge, and no capture', () => {
    const paused = gateways.map(gateway => ({ ...gateway, paused: true }))
    const charge = begun()
    charge.answer(heldBack)
    charge.context = { ...charge.context, gateways: paused }
    expect(charge.answer(notAtGateway)).toMatchObject([{ type: 'RetryScheduled', code: 'gateway_paused' }])
    const begunAlready = authorized()
    begunAlready.send(capture(), { key: 'c' })
    begunAlready.answer(heldBack)
    begunAlready.context = { ...begunAlready.context, gateways: paused }
    expect(typesOf(begunAlready.answer(notAtGateway))).toEqual(['GatewayOperationRequested'])
  })
})

test('while a payment may still be begun anew, what is unknown of it is looked up as often as it may be tried', () => {
  const scenario = begun()
  scenario.answer(answered('UNKNOWN'))
  const { giveUpAt } = payment(scenario)
  const waits: number[] = []
  while (waits.length < TIMES && dueAt(scenario.state!)! <= giveUpAt!) {
    const before = scenario.context.now
    scenario.fire()
    waits.push(scenario.context.now - before)
  }
  expect(Math.max(...waits)).toBeLessThanOrEqual(defaultRules.greatestRetryMs)
  for (let i = 0; i < 10; i++) scenario.fire()
  expect(scenario.context.now - giveUpAt!).toBeGreaterThan(10 * defaultRules.greatestRetryMs)
})
