// Why money was refused, in words of ours: every gateway has codes of its own for the same few reasons.

/** A `HARD` decline holds at every gateway and for every retry; a `SOFT` one may end otherwise elsewhere or later. */
export type DeclineType = 'HARD' | 'SOFT'

/** What to tell somebody who wants to pay, by what they can do about it. */
export const customerHints = {
  CHECK_DETAILS: 'Check the details of the card, and enter them again.',
  USE_ANOTHER_METHOD: 'Pay with another card.',
  CONTACT_ISSUER: 'Ask the bank that issued the card, or pay with another.',
  CONFIRM_PAYMENT: 'Pay again, and confirm the payment when the bank asks.',
  TRY_LATER: 'Nothing is wrong with the card: try again later.',
  CONTACT_MERCHANT: 'Ask the shop: it does not take this payment.',
  NOTHING: 'Nothing: it is between the merchant and the gateway.'
} as const

export type CustomerHint = keyof typeof customerHints

interface Reason {
  readonly declineType: DeclineType
  readonly hint: CustomerHint
}

/**
 * The reasons. Where the issuer suspects a crime, the customer is sent to the issuer like anybody else: whoever stole the
 * card must not learn that this is known.
 */
export const declineReasons = {
  insufficient_funds: { declineType: 'SOFT', hint: 'USE_ANOTHER_METHOD' },
  limit_exceeded: { declineType: 'SOFT', hint: 'CONTACT_ISSUER' },
  issuer_declined: { declineType: 'SOFT', hint: 'CONTACT_ISSUER' },
  issuer_unavailable: { declineType: 'SOFT', hint: 'TRY_LATER' },
  processing_error: { declineType: 'SOFT', hint: 'TRY_LATER' },
  refused_for_good: { declineType: 'HARD', hint: 'CONTACT_ISSUER' },
  suspected_fraud: { declineType: 'HARD', hint: 'CONTACT_ISSUER' },
  card_reported: { declineType: 'HARD', hint: 'CONTACT_ISSUER' },
  card_expired: { declineType: 'HARD', hint: 'USE_ANOTHER_METHOD' },
  card_not_usable: { declineType: 'HARD', hint: 'USE_ANOTHER_METHOD' },
  not_allowed: { declineType: 'HARD', hint: 'USE_ANOTHER_METHOD' },
  wrong_details: { declineType: 'HARD', hint: 'CHECK_DETAILS' },
  not_authenticated: { declineType: 'HARD', hint: 'CONFIRM_PAYMENT' },
  duplicate: { declineType: 'HARD', hint: 'TRY_LATER' },
  consent_withdrawn: { declineType: 'HARD', hint: 'CONTACT_ISSUER' },
  /**
   * What was authorized or charged does not allow it, as definite as a decline: not to be asked of another gateway, for none
   * other has the money. It is between the merchant and the gateway.
   */
  conflict: { declineType: 'HARD', hint: 'NOTHING' },
  /** A code of the gateway that nobody has sorted in: the next try is not ours to risk. */
  unknown: { declineType: 'HARD', hint: 'USE_ANOTHER_METHOD' }
} as const satisfies Readonly<Record<string, Reason>>

export type DeclineReason = keyof typeof declineReasons
