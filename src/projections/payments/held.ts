// Payments that are held until an operator decides.
import type { ReadDatabase } from '../read-database.ts'
import type { PaymentRow } from './apply.ts'
import { cursorOf, parseCursor } from './cursor.ts'

/** A payment that somebody has to look at, as the API shows it. */
export interface HeldPayment {
  readonly paymentId: string
  readonly merchantId: string
  readonly customerId: string
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  readonly version: number
  /** RFC 3339: when the payment fails unless somebody has decided. */
  readonly until: string
}

export interface HeldPage {
  readonly payments: HeldPayment[]
  /** Null on the last page. */
  readonly nextCursor: string | null
}

type HeldRow = PaymentRow & { readonly held_until: Date }

const LIST = { list: 'held payments' }

/**
 * Of all merchants, those first that fail first. What is held or decided meanwhile shifts no later page.
 * @param limit from 1
 * @throws InvalidCursorError
 */
export async function listHeld(
  db: ReadDatabase,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string }
): Promise<HeldPage> {
  const start = cursor === undefined ? null : parseCursor(cursor, LIST)
  // One more than the page shows whether there is another.
  const rows = await db.ofAllMerchants<HeldRow>(
    `SELECT * FROM payments WHERE held_until IS NOT NULL
     ${start === null ? '' : 'AND (held_until, id) > ($2, $3)'} ORDER BY held_until, id LIMIT $1`,
    [limit + 1, ...(start === null ? [] : [start.createdAt, start.id])]
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const isLast = rows.length <= limit || last === undefined
  return {
    payments: page.map(heldOf),
    nextCursor: isLast ? null : cursorOf({ createdAt: last.held_until, id: last.id }, LIST)
  }
}

const heldOf = (row: HeldRow): HeldPayment => ({
  ...{ paymentId: row.id, merchantId: row.merchant_id, customerId: row.customer_id },
  ...{ amount: row.amount, currency: row.currency, version: row.version },
  until: row.held_until.toISOString()
})
