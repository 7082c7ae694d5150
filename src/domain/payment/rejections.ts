// Why a command is refused, in order of precedence: of several reasons the first is given.

export const rejections = {
  payment_not_found: 'There is no such payment.',
  idempotency_key_reused: 'The idempotency key was used for another command.',
  too_many_commands: 'The payment has taken as many commands as one payment may.',
  card_number_not_allowed: 'The command contains what looks like a card number. Send a token instead.',
  command_invalid: 'The command breaks a rule of its schema.',
  merchant_unknown: 'There is no such merchant.',
  version_conflict: 'The payment does not have the expected version.',
  operation_in_progress: 'An operation of the payment at its gateway has not ended yet.',
  status_conflict: 'The payment is in a status that does not allow this.',
  review_rejected: 'An operator has refused the payment: it cannot begin again.',
  not_in_review: 'The payment is not held for review.',
  outcome_not_unknown: 'The payment has no such operation whose outcome is not known.',
  money_may_have_moved: 'A gateway says that money moved for this payment: it cannot begin again.',
  cancellation_window_closed: 'The time in which the payment could be cancelled is over.',
  refund_window_closed: 'Refunds of the payment are not taken any more.',
  amount_exceeds_authorized: 'The amount is more than what is authorized.',
  amount_exceeds_refundable: 'The amount is more than what is left to refund.',
  operation_unsupported: 'The gateway of the payment does not do this.'
} as const

export type RejectionCode = keyof typeof rejections
