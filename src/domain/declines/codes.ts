// Which reason each gateway means by its codes.
import type { DeclineReason } from './reasons.ts'

type Codes = Readonly<Record<string, DeclineReason>>

const conflicts = (...codes: string[]): Codes =>
  Object.fromEntries(codes.map(code => [code, 'conflict' as const]))

const sandbox: Codes = {
  card_declined: 'refused_for_good',
  do_not_honor: 'issuer_declined',
  insufficient_funds: 'insufficient_funds',
  issuer_unavailable: 'issuer_unavailable',
  authentication_failed: 'not_authenticated',
  capture_declined: 'refused_for_good',
  void_declined: 'refused_for_good',
  refund_declined: 'refused_for_good',
  ...conflicts(
    ...['authorization_not_found', 'already_captured', 'already_voided', 'amount_exceeds_authorized'],
    ...['amount_exceeds_captured', 'amount_mismatch', 'not_captured', 'currency_mismatch']
  )
}

/** After docs.stripe.com/declines/codes and /error-codes; from `card_declined` on, error codes that come without a decline code. */
const stripe: Codes = {
  approve_with_id: 'issuer_declined',
  authentication_not_handled: 'not_authenticated',
  authentication_required: 'not_authenticated',
  call_issuer: 'issuer_declined',
  card_not_supported: 'not_allowed',
  card_velocity_exceeded: 'limit_exceeded',
  currency_not_supported: 'not_allowed',
  do_not_honor: 'issuer_declined',
  do_not_try_again: 'refused_for_good',
  duplicate_transaction: 'duplicate',
  expired_card: 'card_expired',
  fraudulent: 'suspected_fraud',
  generic_decline: 'issuer_declined',
  incorrect_address: 'wrong_details',
  incorrect_cvc: 'wrong_details',
  incorrect_number: 'wrong_details',
  incorrect_pin: 'wrong_details',
  incorrect_zip: 'wrong_details',
  insufficient_funds: 'insufficient_funds',
  invalid_account: 'card_not_usable',
  invalid_amount: 'not_allowed',
  invalid_cvc: 'wrong_details',
  invalid_expiry_month: 'wrong_details',
  invalid_expiry_year: 'wrong_details',
  invalid_number: 'wrong_details',
  invalid_pin: 'wrong_details',
  issuer_not_available: 'issuer_unavailable',
  lost_card: 'card_reported',
  merchant_blacklist: 'suspected_fraud',
  mobile_device_authentication_required: 'not_authenticated',
  new_account_information_available: 'card_not_usable',
  no_action_taken: 'issuer_declined',
  not_permitted: 'not_allowed',
  offline_pin_required: 'wrong_details',
  online_or_offline_pin_required: 'wrong_details',
  pickup_card: 'card_reported',
  pin_try_exceeded: 'card_not_usable',
  processing_error: 'processing_error',
  reenter_transaction: 'processing_error',
  restricted_card: 'card_reported',
  revocation_of_all_authorizations: 'consent_withdrawn',
  revocation_of_authorization: 'consent_withdrawn',
  security_violation: 'suspected_fraud',
  service_not_allowed: 'not_allowed',
  stolen_card: 'card_reported',
  stop_payment_order: 'consent_withdrawn',
  testmode_decline: 'card_not_usable',
  transaction_not_allowed: 'not_allowed',
  try_again_later: 'processing_error',
  withdrawal_count_limit_exceeded: 'limit_exceeded',
  card_declined: 'refused_for_good',
  card_decline_rate_limit_exceeded: 'refused_for_good',
  payment_intent_authentication_failure: 'not_authenticated',
  payment_method_customer_decline: 'not_authenticated',
  // Ours, of a PaymentIntent that ended before anything was charged.
  canceled: 'not_authenticated',
  // Why money that was given back did not reach the customer.
  declined: 'refused_for_good',
  expired_or_canceled_card: 'card_expired',
  lost_or_stolen_card: 'card_reported',
  refund_failed: 'refused_for_good',
  refund_canceled: 'refused_for_good',
  ...conflicts(
    ...['amount_too_large', 'capture_charge_authorization_expired', 'capture_unauthorized_payment'],
    ...[
      'charge_already_captured',
      'charge_already_refunded',
      'charge_disputed',
      'charge_exceeds_transaction_limit'
    ],
    ...[
      'charge_expired_for_capture',
      'charge_for_pending_refund_disputed',
      'charge_not_refundable',
      'merchant_request'
    ],
    ...['payment_intent_unexpected_state', 'refund_disputed_payment', 'resource_missing']
  )
}

/** By the kind of adapter that speaks with the gateway. */
export const declineCodes = { sandbox, stripe } as const

export type KnownCodes = keyof typeof declineCodes

/** What a gateway means by its code; `unknown` where nobody has sorted it in. */
export const declineReasonOf = (adapter: KnownCodes, code: string): DeclineReason => {
  const codes: Codes = declineCodes[adapter]
  return Object.hasOwn(codes, code) ? codes[code]! : 'unknown'
}
