// Why money was refused, in words of ours: every gateway has codes of its own for the same few reasons.

/** A `HARD` decline holds at every gateway and for every retry; a `SOFT` one may end otherwise elsewhere or later. */
export type DeclineType = 'HARD' | 'SOFT'

/** What somebody who wants to pay can do about it. */
export type CustomerHint =
  'CHECK_DETAILS' | 'USE_ANOTHER_METHOD' | 'CONTACT_ISSUER' | 'CONFIRM_PAYMENT' | 'TRY_LATER'

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
  /** A code of the gateway that nobody has sorted in: the next try is not ours to risk. */
  unknown: { declineType: 'HARD', hint: 'USE_ANOTHER_METHOD' }
} as const satisfies Readonly<Record<string, Reason>>

export type DeclineReason = keyof typeof declineReasons
