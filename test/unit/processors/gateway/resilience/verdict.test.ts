import { expect, test } from '@jest/globals'
import { verdictOf } from '../../../../../src/processors/gateway/resilience/verdict.ts'
import { nothingStated, type OutcomeClass } from '../../../../../src/processors/gateway/spi.ts'

const verdict = (outcome: OutcomeClass, code: string | null = null, isTurnedAway = false) =>
  verdictOf({ ...nothingStated, outcome, code, isTurnedAway })

test.each(['SUCCEEDED', 'DECLINED', 'PENDING', 'NEEDS_CUSTOMER', 'SETTLEMENT_FAILED'] as const)(
  'a gateway that answers %s does its work',
  outcome => expect(verdict(outcome)).toBe('SUCCESS')
)

test('a request that is refused for itself says nothing against the gateway, and one refused for us does', () => {
  expect(verdict('REFUSED', 'currency_not_supported')).toBe('SUCCESS')
  expect(verdict('REFUSED', 'rate_limited', true)).toBe('FAILURE')
})

test('an unknown outcome is a failure', () => {
  expect(verdict('UNKNOWN', 'gateway_timeout')).toBe('FAILURE')
})

test.each(['gateway_unreachable', 'gateway_no_connection'])('so is what was not sent for %s', code => {
  expect(verdict('NOT_SENT', code)).toBe('FAILURE')
})

test.each(['gateway_operation_unsupported', 'gateway_closing', 'send_by_passed'])(
  'what was not sent for %s says nothing',
  code => expect(verdict('NOT_SENT', code)).toBe('NEITHER')
)
