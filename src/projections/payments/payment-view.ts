import { viewOf, type PaymentView } from '../../domain/payment/view.ts'
import type { PaymentRow } from './apply.ts'

/** The payment as the API shows it. */
export function paymentViewOf(row: PaymentRow): PaymentView {
  const { amount, currency, capture, description, metadata } = row
  const customer = { id: row.customer_id, country: row.customer_country }
  const { version, status, gateway, failure, operation, review } = row
  return viewOf(
    row.id,
    { amount, currency, capture, customer, description, metadata, createdAt: row.created_at.getTime() },
    {
      ...{ version, status, gateway, failure, operation, review, refund: null },
      authorizedAmount: row.authorized_amount,
      capturedAmount: row.captured_amount,
      refundedAmount: row.refunded_amount,
      updatedAt: row.updated_at.getTime()
    }
  )
}
