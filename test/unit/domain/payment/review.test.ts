import { describe, expect, test } from '@jest/globals'
import { NO_FINDINGS } from '../../../../src/domain/fraud/assess.ts'
import { dueAt } from '../../../../src/domain/payment/timers.ts'
import { answered, cancel, initiate, retry, Scenario, typesOf } from './scenario.ts'

const HOLD_MS = 3_600_000

/** Every payment gets the score. */
function judged(score: number): Scenario {
  const scenario = new Scenario()
  const rules = {
    ...{ id: 'all', rules: [{ name: 'all', score }] },
    ...{ reviewFrom: 50, blockFrom: 90, holdForMs: HOLD_MS }
  }
  scenario.context = {
    ...scenario.context,
    fraud: { rules: { rules, version: '1' }, findings: NO_FINDINGS }
  }
  scenario.send(initiate())
  return scenario
}
const held = () => judged(60)
const review = (decision: 'APPROVE' | 'REJECT' | 'UNRECOGNIZED') =>
  ({ type: 'ResolveReview', decision, reason: 'called', decidedBy: 'key:k', expectedVersion: null }) as const
const payment = ({ state }: Scenario) => state!.payment!
const codeOf = (decision: object) => (decision as { code?: string }).code

describe('a payment that is held', () => {
  test('asks no gateway, and rests', () => {
    const scenario = held()
    expect(typesOf(scenario.events)).toEqual(['PaymentInitiated', 'FraudAssessed'])
    expect(payment(scenario)).toMatchObject({ status: 'INITIATED', review: { status: 'PENDING' } })
    expect(scenario.state!.commands[0]!.answer).toMatchObject({ review: { status: 'PENDING' } })
  })

  test('goes to a gateway when it is let pass, with all the time that a payment has', () => {
    const scenario = held()
    scenario.context = { ...scenario.context, now: scenario.context.now + HOLD_MS / 2 }
    scenario.send(review('APPROVE'))
    expect(typesOf(scenario.decisions.at(-1)!)).toEqual([
      'ReviewResolved',
      'GatewaySelected',
      'GatewayOperationRequested'
    ])
    const { now, rules } = scenario.context
    expect(payment(scenario).giveUpAt).toBe(now + rules.processingDeadlineMs)
    expect(payment(scenario).review).toEqual({ status: 'APPROVED', until: null })
  })

  test('that was let pass is not judged again when it is retried', () => {
    const scenario = held()
    scenario.send(review('APPROVE'))
    scenario.answer(answered('DECLINED'))
    scenario.send(retry())
    expect(scenario.status).toBe('PROCESSING')
  })

  test('fails for good when it is refused', () => {
    const scenario = held()
    scenario.send(review('REJECT'))
    expect(payment(scenario).failure).toMatchObject({ stage: 'FRAUD', code: 'review_rejected' })
    expect(codeOf(scenario.send(retry()))).toBe('review_rejected')
  })

  test('fails when nobody has decided in time, and may be tried again', () => {
    const scenario = held()
    expect(dueAt(scenario.state!)).toBe(scenario.context.now + HOLD_MS)
    scenario.fire()
    expect(payment(scenario)).toMatchObject({ failure: { code: 'review_expired' }, review: null })
    scenario.send(retry())
    expect(payment(scenario).review).toMatchObject({ status: 'PENDING' })
  })

  test('can be cancelled, and is then decided about no more', () => {
    const scenario = held()
    scenario.send(cancel())
    expect(payment(scenario)).toMatchObject({ status: 'CANCELLED', review: null })
    expect(dueAt(scenario.state!)).toBeNull()
    expect(codeOf(scenario.send(review('APPROVE')))).toBe('not_in_review')
  })

  test('is decided about once, and by a decision that is one', () => {
    const scenario = held()
    expect(codeOf(scenario.send(review('UNRECOGNIZED')))).toBe('command_invalid')
    scenario.send(review('APPROVE'), { key: 'k2' })
    expect(codeOf(scenario.send(review('REJECT'), { key: 'k3' }))).toBe('not_in_review')
  })

  test('is not let pass while a gateway says that it was charged before', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    scenario.answer(answered('DECLINED'))
    scenario.context = { ...held().context, now: scenario.context.now + 1 }
    scenario.send(retry())
    expect(payment(scenario).review).toMatchObject({ status: 'PENDING' })
    const late = { operationId: 'purchase-1', attempt: 1, gateway: 'alpha' }
    scenario.answer(answered('SUCCEEDED', late))
    expect(codeOf(scenario.send(review('APPROVE')))).toBe('money_may_have_moved')
  })
})

test('a payment that is taken for fraud fails, asks no gateway, and may be tried again', () => {
  const scenario = judged(95)
  expect(typesOf(scenario.events)).toEqual(['PaymentInitiated', 'FraudAssessed', 'PaymentFailed'])
  expect(payment(scenario).failure).toMatchObject({ stage: 'FRAUD', code: 'fraud_blocked' })
  scenario.context = { ...new Scenario().context, now: scenario.context.now }
  scenario.send(retry())
  expect(scenario.status).toBe('PROCESSING')
})

test('a payment that nothing speaks against goes on, with the judgement on record', () => {
  expect(typesOf(judged(0).events)).toEqual([
    'PaymentInitiated',
    'FraudAssessed',
    'GatewaySelected',
    'GatewayOperationRequested'
  ])
})
