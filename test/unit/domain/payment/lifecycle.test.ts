import { describe, expect, test } from '@jest/globals'
import { defaultRules } from '../../../../src/domain/payment/merchant-rules.ts'
import { NOT_AT_GATEWAY } from '../../../../src/domain/payment/proof.ts'
import { refundable } from '../../../../src/domain/payment/refunds.ts'
import { dueAt } from '../../../../src/domain/payment/timers.ts'
import {
  answered,
  authorized,
  cancel,
  capture,
  closeRefunds,
  gateways,
  initiate,
  refund,
  resolve,
  retry,
  Scenario,
  typesOf
} from './scenario.ts'

const settled = { settled: true }
/** What an executor says when no call can have been made, nor ever will. */
const notAtGateway = answered('NOT_SENT', { code: NOT_AT_GATEWAY })

function completed(): Scenario {
  const scenario = new Scenario()
  scenario.send(initiate())
  scenario.answer(answered('SUCCEEDED', settled))
  return scenario
}

const payment = ({ state }: Scenario) => state!.payment!
const codeOf = (decision: object) => (decision as { code?: string }).code

describe('refunds', () => {
  test('a full one goes through REFUND_INITIATED to REFUNDED', () => {
    const scenario = completed()
    scenario.send(refund())
    expect(payment(scenario)).toMatchObject({ status: 'REFUND_INITIATED', operation: { kind: 'REFUND' } })
    scenario.answer(answered('SUCCEEDED'))
    expect(payment(scenario)).toMatchObject({ status: 'REFUNDED', refundedAmount: 1099 })
  })

  test('reserve their amounts at once, and run one by one', () => {
    const scenario = completed()
    scenario.send(refund(500), { key: 'a' })
    scenario.send(refund(500), { key: 'b' })
    expect(refundable(payment(scenario))).toBe(99)
    expect(codeOf(scenario.send(refund(100), { key: 'c' }))).toBe('amount_exceeds_refundable')
    expect(payment(scenario).operation?.amount).toBe(500)
    expect(typesOf(scenario.answer(answered('SUCCEEDED')))).toEqual([
      'PaymentPartiallyRefunded',
      'GatewayOperationRequested'
    ])
    scenario.answer(answered('SUCCEEDED'))
    expect(payment(scenario)).toMatchObject({ status: 'PARTIALLY_REFUNDED', refundedAmount: 1000 })
    scenario.send(refund(), { key: 'd' })
    expect(payment(scenario)).toMatchObject({ status: 'REFUND_INITIATED', operation: { amount: 99 } })
  })

  test('one that fails frees its amount; the way on is another', () => {
    const scenario = completed()
    scenario.send(refund(), { key: 'a' })
    scenario.answer(answered('DECLINED', { code: 'refund_declined' }))
    expect(payment(scenario)).toMatchObject({
      status: 'FAILED',
      failure: { stage: 'REFUND' },
      refundedAmount: 0
    })
    scenario.send(retry(), { key: 'b' })
    expect(payment(scenario)).toMatchObject({ status: 'REFUND_INITIATED', failure: null })
    scenario.answer(answered('SUCCEEDED'))
    expect(scenario.status).toBe('REFUNDED')
  })

  test('a partial one after a failed one leads to PARTIALLY_REFUNDED', () => {
    const scenario = completed()
    scenario.send(refund(), { key: 'a' })
    scenario.answer(answered('DECLINED'))
    scenario.send(refund(99), { key: 'b' })
    scenario.answer(answered('SUCCEEDED'))
    expect(payment(scenario)).toMatchObject({
      status: 'PARTIALLY_REFUNDED',
      refundedAmount: 99,
      failure: null
    })
  })

  test('are refused before capture, after the window, and when closed', () => {
    expect(codeOf(authorized().send(refund(), { key: 'r' }))).toBe('status_conflict')
    const late = completed()
    late.context = { ...late.context, now: late.context.now + defaultRules.refundWindowMs }
    expect(codeOf(late.send(refund(), { key: 'r' }))).toBe('refund_window_closed')
    const closed = completed()
    closed.send(closeRefunds(), { key: 'close' })
    expect(codeOf(closed.send(refund(), { key: 'r' }))).toBe('refund_window_closed')
    expect(codeOf(closed.send(closeRefunds(), { key: 'again' }))).toBe('refund_window_closed')
  })

  test('the answer to each says what became of it, and stays', () => {
    const scenario = completed()
    scenario.send(refund(100), { key: 'a' })
    scenario.answer(answered('SUCCEEDED'))
    scenario.send(refund(200), { key: 'b' })
    scenario.answer(answered('DECLINED'))
    const answers = scenario.state!.commands.map(({ answer }) => answer?.refund ?? null)
    expect(answers).toMatchObject([
      null,
      { amount: 100, status: 'SUCCEEDED' },
      { amount: 200, status: 'FAILED' }
    ])
  })
})

describe('a gateway that does everything in one go', () => {
  const whole = gateways.map(gateway => ({ ...gateway, partialCapture: false, partialRefunds: false }))

  test('captures all that was authorized, and no part of it', () => {
    const scenario = authorized()
    scenario.context = { ...scenario.context, gateways: whole }
    expect(codeOf(scenario.send(capture(500)))).toBe('operation_unsupported')
    expect(scenario.send(capture(1099), { key: 'k2' })).toMatchObject({ type: 'accepted' })
  })

  test('gives back all that was captured, and no part of it', () => {
    const scenario = completed()
    scenario.context = { ...scenario.context, gateways: whole }
    expect(codeOf(scenario.send(refund(500)))).toBe('operation_unsupported')
    expect(scenario.send(refund(), { key: 'k2' })).toMatchObject({ type: 'accepted' })
  })
})

describe('what a payment does by itself', () => {
  test('an authorization that is not captured in time is voided, and EXPIRED only then', () => {
    const scenario = authorized()
    expect(dueAt(scenario.state!)).toBe(1000 + defaultRules.authorizationValidityMs)
    scenario.fire()
    expect(payment(scenario)).toMatchObject({ status: 'AUTHORIZED', operation: { kind: 'VOID' } })
    scenario.answer(answered('SUCCEEDED'))
    expect(scenario.status).toBe('EXPIRED')
    expect(dueAt(scenario.state!)).toBeNull()
  })

  test('a void that fails is tried again', () => {
    const scenario = authorized()
    scenario.fire()
    scenario.answer(answered('DECLINED'))
    expect(payment(scenario)).toMatchObject({ status: 'AUTHORIZED', operation: null })
    scenario.fire()
    expect(payment(scenario).operation).toMatchObject({ kind: 'VOID', purpose: 'EXPIRY' })
  })

  test('a void that is refused for good is tried ever more seldom', () => {
    const scenario = authorized()
    const since = scenario.context.now
    while (scenario.context.now < since + 365 * 86_400_000) {
      scenario.fire()
      scenario.answer(answered('DECLINED'))
    }
    expect(payment(scenario).operations).toBeGreaterThan(100)
    expect(payment(scenario).operations).toBeLessThan(200)
  })

  test('a capture that was to come by itself is tried again when the gateway could not be reached', () => {
    const scenario = new Scenario()
    scenario.send(initiate({ captureDelayMs: 5000 }))
    scenario.answer(answered('SUCCEEDED'))
    scenario.fire()
    for (let attempt = 1; attempt <= defaultRules.attempts; attempt++) {
      scenario.answer(answered('REFUSED'))
      scenario.answer(notAtGateway)
    }
    expect(payment(scenario)).toMatchObject({ status: 'AUTHORIZED', operation: null })
    scenario.fire()
    expect(payment(scenario).operation).toMatchObject({ kind: 'CAPTURE', status: 'REQUESTED' })
    scenario.answer(answered('DECLINED'))
    expect(payment(scenario)).toMatchObject({ status: 'AUTHORIZED', operation: null, captureAt: null })
  })

  test('an operation that is open keeps the authorization from expiring', () => {
    const scenario = authorized()
    scenario.send(capture(), { key: 'c' })
    scenario.context = {
      ...scenario.context,
      now: scenario.context.now + 2 * defaultRules.authorizationValidityMs
    }
    expect(scenario.fireNow()).toEqual([])
  })

  test('a delayed capture happens when its time has come', () => {
    const scenario = new Scenario()
    scenario.send(initiate({ captureDelayMs: 5000 }))
    scenario.answer(answered('SUCCEEDED'))
    expect(payment(scenario)).toMatchObject({ status: 'AUTHORIZED', captureAt: 6000, operation: null })
    expect(typesOf(scenario.fire())).toEqual(['GatewayOperationRequested'])
    expect(payment(scenario)).toMatchObject({ captureAt: null, operation: { kind: 'CAPTURE' } })
  })

  test('refunds are closed when their time is over, and not while one is under way', () => {
    const scenario = completed()
    scenario.send(refund(100), { key: 'a' })
    expect(dueAt(scenario.state!)).toBeNull()
    scenario.answer(answered('SUCCEEDED'))
    expect(typesOf(scenario.fire())).toEqual(['RefundsClosed'])
    expect(payment(scenario)).toMatchObject({ status: 'COMPLETED', refundsClosed: true })
    expect(dueAt(scenario.state!)).toBeNull()
  })

  test('a payment whose gateways are paused waits, goes on when one is not, and may be cancelled meanwhile', () => {
    const waiting = () => {
      const scenario = new Scenario()
      const paused = gateways.map(gateway => ({ ...gateway, paused: true }))
      scenario.context = { ...scenario.context, gateways: paused }
      scenario.send(initiate())
      return scenario
    }
    const cancelled = waiting()
    expect(cancelled.status).toBe('INITIATED')
    cancelled.send(cancel(), { key: 'x' })
    expect(cancelled.status).toBe('CANCELLED')
    const resumed = waiting()
    resumed.fire()
    resumed.context = { ...resumed.context, gateways }
    resumed.fire()
    expect(resumed.status).toBe('PROCESSING')
    const givenUp = waiting()
    for (let i = 0; i < 100 && givenUp.status === 'INITIATED'; i++) givenUp.fire()
    expect(payment(givenUp)).toMatchObject({ status: 'FAILED', failure: { stage: 'ROUTING' } })
  })

  test('a call that came to nothing is no proof: its request may be delivered again until its time is over', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    const { sendBy, timeoutMs } = payment(scenario).operation!
    scenario.answer(answered('REFUSED'))
    expect(dueAt(scenario.state!)).toBeGreaterThanOrEqual(sendBy + timeoutMs)
    expect(typesOf(scenario.fire())).toEqual(['OutcomeLookupRequested'])
    expect(scenario.answer(answered('REFUSED'))).toEqual([])
    expect(scenario.answer(answered('UNKNOWN'))).toEqual([])
    expect(payment(scenario).operation).toMatchObject({ attempt: 1, status: 'RETRY_SCHEDULED' })
    scenario.answer(answered('DECLINED'))
    expect(scenario.status).toBe('FAILED')
  })

  test('an attempt that provably came to nothing is made again under another key, and not for ever', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    const keys = new Set<string>()
    for (let attempt = 1; attempt <= defaultRules.attempts; attempt++) {
      // Beta first, which was not tried; then the same again, for there is no third.
      const at = attempt === 1 ? { gateway: 'alpha', attempt } : { gateway: 'beta', attempt: attempt - 1 }
      expect(payment(scenario).operation).toMatchObject({ ...at, status: 'REQUESTED' })
      keys.add(payment(scenario).operation!.idempotencyKey)
      scenario.answer(answered('REFUSED'))
      scenario.answer(notAtGateway)
    }
    expect(keys.size).toBe(defaultRules.attempts)
    expect(scenario.status).toBe('FAILED')
  })

  test('a timer that has done its work does nothing again', () => {
    const scenario = authorized()
    scenario.fire()
    expect(scenario.fireNow()).toEqual([])
  })
})

describe('a payment that one gateway has provably not charged', () => {
  const softly = answered('DECLINED', { declineType: 'SOFT', code: 'try_again_later' })
  const begun = () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    return scenario
  }

  test('goes to the next gateway after a soft decline, as another operation', () => {
    const scenario = begun()
    expect(typesOf(scenario.answer(softly))).toEqual([
      'GatewayOperationFailed',
      'GatewaySelected',
      'GatewayOperationRequested'
    ])
    expect(scenario.status).toBe('PROCESSING')
    expect(payment(scenario).operation).toMatchObject({
      operationId: 'authorize-2',
      gateway: 'beta',
      attempt: 1
    })
    const selected = scenario.events.findLast(event => event.type === 'GatewaySelected')!
    expect(selected).toMatchObject({
      candidates: expect.arrayContaining([expect.objectContaining({ gateway: 'alpha', excludedBy: 'tried' })])
    })
  })

  test('goes nowhere else after a hard decline', () => {
    const scenario = begun()
    expect(typesOf(scenario.answer(answered('DECLINED')))).toEqual(['PaymentFailed'])
  })

  test('fails with the last decline when every gateway was tried', () => {
    const scenario = begun()
    scenario.answer(softly)
    expect(scenario.answer(softly)).toMatchObject([{ type: 'PaymentFailed', code: 'try_again_later' }])
  })

  test('goes nowhere else when its time is over, or its attempts are used up', () => {
    const late = begun()
    late.context = { ...late.context, now: late.context.now + defaultRules.processingDeadlineMs + 1 }
    expect(typesOf(late.answer(softly))).toEqual(['PaymentFailed'])
    const usedUp = begun()
    usedUp.context = { ...usedUp.context, rules: { ...defaultRules, attempts: 1 } }
    expect(typesOf(usedUp.answer(softly))).toEqual(['PaymentFailed'])
  })

  test('goes nowhere else while a gateway says that it was charged after all', () => {
    const scenario = begun()
    const { operationId, attempt, gateway } = payment(scenario).operation!
    scenario.answer(softly)
    scenario.answer(answered('SUCCEEDED', { operationId, attempt, gateway }))
    expect(typesOf(scenario.answer(softly))).toEqual(['PaymentFailed'])
  })

  test('is not sent elsewhere by the decision of an operator', () => {
    const scenario = begun()
    scenario.answer(answered('UNKNOWN'))
    scenario.send(resolve('purchase-1', 'FAILED'), { key: 'r' })
    expect(scenario.status).toBe('FAILED')
  })

  test('may go to a gateway that was tried when its merchant begins it anew', () => {
    const scenario = begun()
    scenario.answer(softly)
    scenario.answer(softly)
    scenario.send(retry(), { key: 'again' })
    expect(payment(scenario).operation).toMatchObject({ gateway: 'alpha' })
    scenario.answer(softly)
    expect(payment(scenario).operation).toMatchObject({ gateway: 'beta' })
  })
})

describe('an outcome that is not known', () => {
  const unknown = () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    scenario.answer(answered('UNKNOWN'))
    return scenario
  }

  test('is asked for again and again, with longer and longer waits', () => {
    const scenario = unknown()
    const times: number[] = []
    for (let i = 0; i < 12; i++) {
      scenario.fire()
      times.push(scenario.context.now)
    }
    const waits = times.slice(1).map((at, i) => at - times[i]!)
    expect(Math.max(...waits)).toBeLessThanOrEqual(defaultRules.greatestLookUpMs)
    expect(waits.at(-1)!).toBeGreaterThan(waits[0]!)
    expect(payment(scenario).operation).toMatchObject({ status: 'UNKNOWN', attempt: 1, lookUps: 12 })
  })

  test('that lasts costs ever less, and is never given up', () => {
    const scenario = unknown()
    const since = scenario.context.now
    const daysPassed = () => (scenario.context.now - since) / 86_400_000
    while (daysPassed() < 30) scenario.fire()
    const inFirstMonth = payment(scenario).operation!.lookUps
    while (daysPassed() < 365) scenario.fire()
    expect(inFirstMonth).toBeLessThan(200)
    expect(payment(scenario).operation!.lookUps - inFirstMonth).toBeLessThan(100)
    expect(payment(scenario).operation).toMatchObject({ status: 'UNKNOWN', dueAt: expect.any(Number) })
  })

  test('is never tried anywhere before there is proof', () => {
    const scenario = unknown()
    expect(typesOf(scenario.fire())).toEqual(['OutcomeLookupRequested'])
    scenario.answer(answered('UNKNOWN'))
    expect(payment(scenario).operation).toMatchObject({ status: 'UNKNOWN', attempt: 1 })
    scenario.answer(answered('NOT_SENT'))
    expect(payment(scenario).operation).toMatchObject({ status: 'UNKNOWN', attempt: 1 })
    scenario.answer(notAtGateway)
    expect(payment(scenario).operation).toMatchObject({ status: 'REQUESTED', attempt: 1, gateway: 'beta' })
  })

  test('can be resolved by an operator, with the reason on record', () => {
    const done = unknown()
    done.send(resolve('purchase-1', 'SUCCEEDED'), { key: 'r' })
    expect(payment(done)).toMatchObject({ status: 'COMPLETED', capturedAmount: 1099 })
    expect(done.events).toContainEqual(
      expect.objectContaining({ type: 'OutcomeResolved', reason: 'asked by telephone', decidedBy: 'key:k' })
    )
    const undone = unknown()
    undone.send(resolve('purchase-1', 'FAILED'), { key: 'r' })
    expect(undone.status).toBe('FAILED')
    expect(codeOf(undone.send(resolve('purchase-1', 'FAILED'), { key: 's' }))).toBe('outcome_not_unknown')
  })

  test('refuses what would conflict with it', () => {
    const scenario = authorized()
    scenario.send(capture(), { key: 'c' })
    scenario.answer(answered('UNKNOWN'))
    expect(codeOf(scenario.send(cancel(), { key: 'x' }))).toBe('operation_in_progress')
    expect(codeOf(scenario.send(capture(), { key: 'y' }))).toBe('operation_in_progress')
  })
})

describe('a late success', () => {
  const late = () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    const { operationId, attempt, gateway } = payment(scenario).operation!
    scenario.answer(answered('DECLINED'))
    scenario.answer(answered('SUCCEEDED', { operationId, attempt, gateway }))
    return scenario
  }
  const compensation = (scenario: Scenario) => payment(scenario).compensations[0]!
  const about = ({ operationId, attempt, gateway }: ReturnType<typeof compensation>) => ({
    operationId,
    attempt,
    gateway
  })

  test('is given back beside the payment, which stays as it is', () => {
    const scenario = late()
    expect(compensation(scenario)).toMatchObject({ kind: 'REFUND', status: 'REQUESTED', amount: 1099 })
    scenario.answer(answered('SUCCEEDED', about(compensation(scenario))))
    expect(compensation(scenario).status).toBe('SUCCEEDED')
    expect(scenario.status).toBe('FAILED')
  })

  test('keeps the payment from beginning again until it is given back', () => {
    const scenario = late()
    expect(codeOf(scenario.send(retry(), { key: 'a' }))).toBe('money_may_have_moved')
    scenario.answer(answered('SUCCEEDED', about(compensation(scenario))))
    scenario.send(retry(), { key: 'b' })
    expect(scenario.status).toBe('PROCESSING')
  })

  test('is looked up while what became of giving it back is not known, and tried again when it was not', () => {
    const scenario = late()
    scenario.answer(answered('UNKNOWN', about(compensation(scenario))))
    expect(compensation(scenario).status).toBe('UNKNOWN')
    expect(scenario.fire()).toMatchObject([{ type: 'OutcomeLookupRequested', operationId: 'compensate-2' }])
    expect(scenario.answer(answered('NOT_SENT', about(compensation(scenario))))).toEqual([])
    expect(scenario.answer({ ...notAtGateway, ...about(compensation(scenario)) })).toMatchObject([
      { type: 'CompensationRequested', attempt: 2 }
    ])
  })

  test('is given back however long the gateway cannot be reached', () => {
    const scenario = late()
    for (let attempt = 1; attempt <= 3 * defaultRules.attempts; attempt++) {
      const open = about(compensation(scenario))
      expect(open.attempt).toBe(attempt)
      scenario.answer(answered('NOT_SENT', open))
      scenario.answer({ ...notAtGateway, ...open })
      // One that came to nothing says no more when it is told again.
      if (compensation(scenario).status !== 'RETRY_SCHEDULED') continue
      expect(scenario.answer({ ...notAtGateway, ...open })).toEqual([])
      scenario.fire()
    }
    scenario.answer(answered('SUCCEEDED', about(compensation(scenario))))
    expect(compensation(scenario).status).toBe('SUCCEEDED')
  })

  test('of the attempt before, while the next one waits, is the success of the operation', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    scenario.answer(answered('NOT_SENT'))
    scenario.answer(answered('SUCCEEDED', settled))
    expect(payment(scenario)).toMatchObject({ status: 'COMPLETED', compensations: [] })
    expect(scenario.fireNow()).toEqual([])
  })
})

describe('settlement', () => {
  const capturedOnly = () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    scenario.answer(answered('SUCCEEDED'))
    return scenario
  }

  test('captured money waits for its gateway, which is asked now and then', () => {
    const scenario = capturedOnly()
    expect(payment(scenario)).toMatchObject({ status: 'CAPTURED', operation: { status: 'SETTLING' } })
    expect(typesOf(scenario.fire())).toEqual(['OutcomeLookupRequested'])
    scenario.answer(answered('SUCCEEDED', settled))
    expect(scenario.status).toBe('COMPLETED')
  })

  test('that fails can be asked for again', () => {
    const scenario = capturedOnly()
    scenario.answer(answered('SETTLEMENT_FAILED'))
    expect(payment(scenario)).toMatchObject({ status: 'FAILED', failure: { stage: 'SETTLEMENT' } })
    scenario.send(retry(), { key: 'a' })
    expect(payment(scenario)).toMatchObject({ status: 'CAPTURED', operation: { kind: 'SETTLE' } })
    scenario.answer(answered('SUCCEEDED', settled))
    expect(payment(scenario)).toMatchObject({ status: 'COMPLETED', capturedAmount: 1099 })
  })
})

describe('a failed payment', () => {
  test('begins again where no money moved', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    scenario.answer(answered('DECLINED'))
    scenario.send(retry(), { key: 'a' })
    expect(payment(scenario)).toMatchObject({
      status: 'PROCESSING',
      operation: { operationId: 'purchase-2' }
    })
    scenario.answer(answered('SUCCEEDED', settled))
    expect(scenario.status).toBe('COMPLETED')
    expect(codeOf(scenario.send(retry(), { key: 'b' }))).toBe('status_conflict')
  })

  test('that its merchant does not take says so', () => {
    const scenario = new Scenario()
    const compliance = { ...defaultRules.compliance, blockedCustomers: ['c1'] }
    scenario.context = { ...scenario.context, rules: { ...defaultRules, compliance } }
    scenario.send(initiate())
    expect(payment(scenario)).toMatchObject({
      status: 'FAILED',
      failure: { stage: 'COMPLIANCE', code: 'customer_blocked' }
    })
  })
})

test('a cancellation is refused when its window is over, and keeps its reason', () => {
  const late = authorized()
  late.context = { ...late.context, now: 3000, rules: { ...defaultRules, cancellationWindowMs: 1000 } }
  expect(codeOf(late.send(cancel(), { key: 'x' }))).toBe('cancellation_window_closed')
  const scenario = authorized()
  scenario.send({ type: 'CancelPayment', reason: 'out of stock', expectedVersion: null }, { key: 'x' })
  expect(scenario.answer(answered('SUCCEEDED'))).toMatchObject([
    { type: 'PaymentCancelled', reason: 'out of stock' }
  ])
})
