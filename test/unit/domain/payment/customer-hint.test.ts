import { describe, expect, test } from '@jest/globals'
import { declineCodes } from '../../../../src/domain/declines/codes.ts'
import { declineReasons } from '../../../../src/domain/declines/reasons.ts'
import { customerHintOf } from '../../../../src/domain/payment/customer-hint.ts'

const known = Object.values(declineCodes).flatMap(codes => Object.entries(codes))

describe('what to tell the customer', () => {
  test.each(known)('of the decline %s is what stands in the table for %s', (code, reason) => {
    expect(customerHintOf({ stage: 'AUTHORIZATION', code })).toBe(declineReasons[reason].hint)
  })

  test.each([
    ['AUTHORIZATION', 'phase_of_the_moon', 'USE_ANOTHER_METHOD'],
    ['AUTHORIZATION', 'constructor', 'USE_ANOTHER_METHOD'],
    ['AUTHORIZATION', 'gateway_breaker_open', 'TRY_LATER'],
    ['AUTHORIZATION', 'gateway_timeout', 'TRY_LATER'],
    ['AUTHORIZATION', 'not_at_gateway', 'TRY_LATER'],
    ['AUTHORIZATION', 'rate_limited', 'TRY_LATER'],
    ['ROUTING', 'no_gateway_available', 'TRY_LATER'],
    ['COMPLIANCE', 'customer_blocked', 'CONTACT_MERCHANT'],
    ['COMPLIANCE', 'method_not_allowed', 'USE_ANOTHER_METHOD'],
    ['FRAUD', 'fraud_blocked', 'USE_ANOTHER_METHOD'],
    ['FRAUD', 'review_expired', 'TRY_LATER'],
    // The code of a decline, about money that is given back: another card would help nobody.
    ['REFUND', 'card_declined', 'NOTHING'],
    ['SETTLEMENT', 'settlement_failed', 'NOTHING']
  ] as const)('of a failure at the stage %s with %s is %s', (stage, code, hint) => {
    expect(customerHintOf({ stage, code })).toBe(hint)
  })

  test('lets nobody who stole a card know that this is known', () => {
    const hints = ['stolen_card', 'lost_card', 'fraudulent', 'generic_decline'].map(code =>
      customerHintOf({ stage: 'AUTHORIZATION', code })
    )
    expect(new Set(hints).size).toBe(1)
  })
})
