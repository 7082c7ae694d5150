import { expect, test } from '@jest/globals'
import { defaultRules, rulesOf } from '../../../../src/domain/payment/merchant-rules.ts'

test('a merchant that has set nothing has the defaults', () => {
  expect(rulesOf({})).toEqual(defaultRules)
  expect(rulesOf({ payments: {}, compliance: {} })).toEqual(defaultRules)
})

test('what a merchant has set holds, and the defaults beside it', () => {
  const rules = rulesOf({
    payments: { cancellationWindowMs: 60_000, attempts: 1 },
    compliance: { currencies: ['EUR'], maxAmount: { EUR: 5000 } }
  })
  expect(rules).toEqual({
    ...defaultRules,
    ...{ cancellationWindowMs: 60_000, attempts: 1 },
    compliance: { ...defaultRules.compliance, currencies: ['EUR'], maxAmount: { EUR: 5000 } }
  })
})
