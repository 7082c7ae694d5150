// What to tell the customer of a payment that failed, whoever refused it.
import { declineCodes } from '../declines/codes.ts'
import { declineReasons, type CustomerHint, type DeclineReason } from '../declines/reasons.ts'
import type { FailureStage } from './events.ts'
import type { Failure } from './state.ts'

/** Unless the code says more. What was settled or is given back is no longer in the customer's hands. */
const byStage: Readonly<Record<Exclude<FailureStage, 'AUTHORIZATION'>, CustomerHint>> = {
  VALIDATION: 'CHECK_DETAILS',
  FRAUD: 'USE_ANOTHER_METHOD',
  COMPLIANCE: 'CONTACT_MERCHANT',
  ROUTING: 'TRY_LATER',
  SETTLEMENT: 'NOTHING',
  REFUND: 'NOTHING'
}

/** Codes of ours whose stage says something else, and codes by which gateways say that they have not looked at the card. */
const byCode: Readonly<Record<string, CustomerHint>> = {
  method_not_allowed: 'USE_ANOTHER_METHOD',
  review_expired: 'TRY_LATER',
  not_at_gateway: 'TRY_LATER',
  outcome_unknown: 'TRY_LATER',
  resolved_by_operator: 'TRY_LATER',
  retry_budget_spent: 'TRY_LATER',
  rate_limit: 'TRY_LATER',
  rate_limited: 'TRY_LATER'
}

/** Codes with which the gateway was not asked, or gave no answer. */
const NOT_THE_CARD = 'gateway_'

/** By a code of whatever gateway: those that two of them have mean one thing. */
const reasons: ReadonlyMap<string, DeclineReason> = new Map(
  Object.values(declineCodes).flatMap(codes => Object.entries(codes))
)

/** Follows from what is on record of the failure alone, so that it is the same wherever a payment is shown. */
export function customerHintOf({ stage, code }: Pick<Failure, 'stage' | 'code'>): CustomerHint {
  if (Object.hasOwn(byCode, code)) return byCode[code]!
  if (stage !== 'AUTHORIZATION') return byStage[stage]
  if (code.startsWith(NOT_THE_CARD)) return 'TRY_LATER'
  return declineReasons[reasons.get(code) ?? 'unknown'].hint
}
