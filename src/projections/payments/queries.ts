import type { Pool } from 'pg'
import type { PaymentStatus } from '../../domain/payment/statuses.ts'
import { viewOf, type PaymentView } from '../../domain/payment/view.ts'
import type { PaymentRow } from './apply.ts'
import { cursorOf, parseCursor } from './cursor.ts'

export { InvalidCursorError } from './cursor.ts'

export interface PaymentFilter {
  readonly status?: PaymentStatus
  /** The merchant's id of the customer. */
  readonly customer?: string
  /** Payments on one page, from 1. */
  readonly limit: number
  /** Where an earlier page ended. */
  readonly cursor?: string
}

export interface PaymentPage {
  readonly payments: PaymentView[]
  /** Null on the last page. */
  readonly nextCursor: string | null
}

/** The payment as it is in the read model; null when the merchant has no such payment. */
export async function findPayment(pool: Pool, merchantId: string, id: string): Promise<PaymentView | null> {
  const { rows } = await pool.query<PaymentRow>('SELECT * FROM payments WHERE id = $1 AND merchant_id = $2', [
    id,
    merchantId
  ])
  return rows[0] === undefined ? null : paymentViewOf(rows[0])
}

/**
 * A page of the merchant's payments, newest first. A payment that is created meanwhile shifts no later page.
 * @throws InvalidCursorError
 */
export async function listPayments(
  pool: Pool,
  merchantId: string,
  { status, customer, limit, cursor }: PaymentFilter
): Promise<PaymentPage> {
  const parameters: unknown[] = [merchantId]
  const parameter = (value: unknown) => `$${parameters.push(value)}`
  const conditions = ['merchant_id = $1']
  if (status !== undefined) conditions.push(`status = ${parameter(status)}`)
  if (customer !== undefined) conditions.push(`customer_id = ${parameter(customer)}`)
  if (cursor !== undefined) {
    const { createdAt, id } = parseCursor(cursor)
    conditions.push(`(created_at, id) < (${parameter(createdAt)}, ${parameter(id)})`)
  }
  // One more than the page shows whether there is another.
  const { rows } = await pool.query<PaymentRow>(
    `SELECT * FROM payments WHERE ${conditions.join(' AND ')}
     ORDER BY created_at DESC, id DESC LIMIT ${parameter(limit + 1)}`,
    parameters
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const more = rows.length > limit && last !== undefined
  return {
    payments: page.map(paymentViewOf),
    nextCursor: more ? cursorOf({ createdAt: last.created_at, id: last.id }) : null
  }
}

function paymentViewOf(row: PaymentRow): PaymentView {
  const { amount, currency, capture, description, metadata } = row
  const customer = { id: row.customer_id, country: row.customer_country }
  const { version, status, gateway, failure, operation } = row
  return viewOf(
    row.id,
    { amount, currency, capture, customer, description, metadata, createdAt: row.created_at.getTime() },
    {
      ...{ version, status, gateway, failure, operation },
      authorizedAmount: row.authorized_amount,
      capturedAmount: row.captured_amount,
      refundedAmount: row.refunded_amount,
      updatedAt: row.updated_at.getTime()
    }
  )
}
