import type { StoredEvent } from '../view.ts'

/** A row of the table `statement_entries`. */
export interface StatementEntryRow {
  readonly payment_id: string
  readonly sequence: number
  readonly merchant_id: string
  readonly customer_id: string
  readonly currency: string
  readonly kind: 'initiated' | 'capture' | 'refund'
  /** Minor units, negative for what the customer got back. */
  readonly amount: number
  readonly refund_id: string | null
  readonly occurred_at: Date
}

/** Whose a payment is. */
export type PaymentOwner = Pick<StatementEntryRow, 'customer_id' | 'currency'>

type StoredMovement = Extract<
  StoredEvent,
  { type: 'PaymentInitiated' | 'PaymentCaptured' | 'PaymentPartiallyRefunded' | 'PaymentRefunded' }
>

/** Everything else moves no money between a customer and the merchant, or, as what is given back of a late success, none that stays. */
export const isMovement = (event: StoredEvent): event is StoredMovement =>
  event.type === 'PaymentInitiated' ||
  event.type === 'PaymentCaptured' ||
  event.type === 'PaymentPartiallyRefunded' ||
  event.type === 'PaymentRefunded'

/** @param owner undefined while nothing is known of the payment, which then has to begin */
export function entryOf(event: StoredMovement, owner: PaymentOwner | undefined): StatementEntryRow {
  const { paymentId, merchantId, sequence, occurredAt } = event.value
  const entry = {
    payment_id: paymentId,
    sequence: sequence!,
    merchant_id: merchantId,
    occurred_at: new Date(occurredAt)
  }
  if (event.type === 'PaymentInitiated') {
    const { customer, currency } = event.value
    return {
      ...{ ...entry, customer_id: customer.id, currency },
      ...{ kind: 'initiated', amount: 0, refund_id: null }
    }
  }
  if (owner === undefined) throw new Error(`${event.type} of ${paymentId}, which has not begun`)
  const whose = { ...entry, customer_id: owner.customer_id, currency: owner.currency }
  return event.type === 'PaymentCaptured'
    ? { ...whose, kind: 'capture', amount: event.value.amount, refund_id: null }
    : { ...whose, kind: 'refund', amount: -event.value.amount, refund_id: event.value.refundId }
}
