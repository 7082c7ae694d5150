import { expect, test } from '@jest/globals'
import { evidenceIn } from '../../../../src/processors/payments/approval-evidence.ts'
import { answered, initiate, Scenario } from '../../domain/payment/scenario.ts'

/** What is learnt of the answer to the first request. */
function learnt(answer: ReturnType<typeof answered>) {
  const scenario = new Scenario()
  scenario.send(initiate())
  const before = scenario.state!.payment
  return evidenceIn(scenario.answer(answer), before, 'm1', 0)
}

test('an approval and a definite decline are evidence of the gateway that was asked', () => {
  expect(learnt(answered('SUCCEEDED'))).toMatchObject({
    ...{ gateway: 'alpha', outcome: 'approved' },
    features: { currency: 'EUR', country: 'DE', method: 'CARD', amountBand: '<100' }
  })
  expect(learnt(answered('DECLINED'))).toMatchObject({ gateway: 'alpha', outcome: 'declined' })
})

test.each(['UNKNOWN', 'PENDING', 'NEEDS_CUSTOMER', 'NOT_SENT', 'REFUSED'] as const)(
  'that it is %s is none',
  outcome => expect(learnt(answered(outcome))).toBeNull()
)

test('what becomes of a capture is none', () => {
  const scenario = new Scenario()
  scenario.send(initiate({ currency: 'JPY' }))
  scenario.answer(answered('SUCCEEDED'))
  expect(scenario.state!.payment!.operation!.kind).toBe('CAPTURE')
  const before = scenario.state!.payment
  expect(evidenceIn(scenario.answer(answered('DECLINED')), before, 'm1', 0)).toBeNull()
})
