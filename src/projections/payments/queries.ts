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
export { listUnknown, merchantOf, type UnknownOutcome } from './unknown.ts'

export { wordsIn } from './terms.ts'

export { countWaiting } from './waiting.ts'

/** The payment, and in the same moment the position of the view in its partition. */
export async function findPaymentAndPosition(
  db: ReadDatabase,
  merchantId: string,
  id: string,
  partition: number
): Promise<{ payment: PaymentView; readAt: number; table: number } | null> {
  const [row] = await db.ofMerchant<PaymentRow & { read_at: number; table: number }>(
    merchantId,
    `SELECT payments.*, payments.tableoid::bigint AS "table", next_offset AS read_at FROM payments
     JOIN projection_positions ON view = 'payments' AND projection_positions.partition = $3
     WHERE merchant_id = $1 AND id = $2`,
    [id, partition]
  )
  return row === undefined ? null : { payment: paymentViewOf(row), readAt: row.read_at, table: row.table }
}

/**
 * The offset before which the read model shows all events, by partition, without those that were never read; and the table
 * that it is: another one takes its place when it is built anew.
 */
export async function standingOfPayments(
  db: ReadDatabase
): Promise<{ offsets: ReadonlyMap<number, number>; table: number }> {
  const rows = await db.ofNoMerchant<{ table: number; partition: number | null; next_offset: number }>(
    `SELECT 'payments'::regclass::oid::bigint AS "table", partition, next_offset
     FROM (VALUES ('payments')) AS standing (view) LEFT JOIN projection_positions USING (view)`
  )
  const offsets = rows.flatMap(({ partition, next_offset }) =>
    partition === null ? [] : [[partition, next_offset] as const]
  )
  return { offsets: new Map(offsets), table: rows[0]!.table }
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
