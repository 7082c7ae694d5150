// The refunds of a payment: a fold of its events when somebody asks. Most payments have none, so no table is kept of them.
import type { RecordedEvent } from '../../domain/payment/events.ts'
import type { RefundView } from '../../domain/payment/view.ts'

/** A refund as the API shows it. */
export interface RefundHistory extends RefundView {
  /** Why, as its sender said. */
  readonly reason?: string
  readonly failure?: { readonly code: string; readonly message: string }
  /** RFC 3339. */
  readonly createdAt: string
  readonly updatedAt: string
}

/** Oldest first. */
export function refundsIn(events: readonly RecordedEvent[]): RefundHistory[] {
  const refunds = new Map<string, RefundHistory>()
  const end = (refundId: string, ending: Pick<RefundHistory, 'status' | 'failure' | 'updatedAt'>) => {
    const refund = refunds.get(refundId)
    if (refund !== undefined) refunds.set(refundId, { ...refund, ...ending })
  }
  for (const event of events) {
    const at = new Date(event.occurredAt).toISOString()
    if (event.type === 'RefundAccepted') {
      const { refundId: id, amount, reason } = event
      const said = reason === null ? {} : { reason }
      refunds.set(id, { id, status: 'pending', amount, ...said, createdAt: at, updatedAt: at })
    } else if (event.type === 'PaymentPartiallyRefunded' || event.type === 'PaymentRefunded') {
      end(event.refundId, { status: 'succeeded', updatedAt: at })
    } else if (event.type === 'RefundFailed') {
      const { refundId, code, message } = event
      end(refundId, { status: 'failed', failure: { code, message }, updatedAt: at })
    }
  }
  return [...refunds.values()]
}
