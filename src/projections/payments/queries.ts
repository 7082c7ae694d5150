import type { PaymentView } from '../../domain/payment/view.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { PaymentRow } from './apply.ts'
import { paymentViewOf } from './payment-view.ts'

export {
  listPayments,
  type Bounds,
  type PaymentFilter,
  type PaymentOrder,
  type PaymentPageRequest
} from './list.ts'

export { listHeld, type HeldPayment } from './held.ts'
export type { Page, PageRequest } from './page.ts'
export { listUnknown, merchantOf, type UnknownOutcome } from './unknown.ts'

export { wordsIn } from './terms.ts'

export { countWaiting } from './waiting.ts'

/** The payment, and in the same moment the position of the view in its partition. */
export async function findPaymentAndPosition(
  db: ReadDatabase,
  merchantId: string,
  id: string,
  partition: number
): Promise<{ payment: PaymentView; readAt: number } | null> {
  const [row] = await db.ofMerchant<PaymentRow & { read_at: number }>(
    merchantId,
    `SELECT payments.*, next_offset AS read_at FROM payments
     JOIN projection_positions ON view = 'payments' AND projection_positions.partition = $3
     WHERE merchant_id = $1 AND id = $2`,
    [id, partition]
  )
  return row === undefined ? null : { payment: paymentViewOf(row), readAt: row.read_at }
}

/** The payment as it is in the read model; null when the merchant has no such payment. */
export async function findPayment(
  db: ReadDatabase,
  merchantId: string,
  id: string
): Promise<PaymentView | null> {
  const [row] = await db.ofMerchant<PaymentRow>(
    merchantId,
    'SELECT * FROM payments WHERE merchant_id = $1 AND id = $2',
    [id]
  )
  return row === undefined ? null : paymentViewOf(row)
}
