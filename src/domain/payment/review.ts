// Whether somebody has to look at a payment before it goes to a gateway, as its events tell.
import type { PaymentEvent } from './events.ts'
import type { Review } from './state.ts'

/** What an event makes of it. A payment that has ended is held no longer. */
export function reviewAfter(review: Review | null, event: PaymentEvent): Review | null {
  switch (event.type) {
    case 'FraudAssessed':
      return event.outcome === 'REVIEW' ? { status: 'PENDING', until: event.holdUntil } : review
    case 'ReviewResolved':
      return { status: event.decision === 'APPROVE' ? 'APPROVED' : 'REJECTED', until: null }
    case 'PaymentCancelled':
    case 'PaymentExpired':
    case 'PaymentFailed':
      return review?.status === 'PENDING' ? null : review
    default:
      return review
  }
}
