// What nobody knows: operations whose gateway has not said what became of them.
import type { ReadDatabase } from '../read-database.ts'
import type { PaymentRow } from './apply.ts'
import { cursorOf, parseCursor } from './cursor.ts'

/** An operation whose outcome is not known, as the API shows it. */
export interface UnknownOutcome {
  readonly paymentId: string
  readonly merchantId: string
  /** Of the payment, which waits in it. */
  readonly status: PaymentRow['status']
  /** Of the payment, in minor units. */
  readonly amount: number
  readonly currency: string
  readonly gateway: string | null
  readonly operation: { readonly id: string; readonly kind: string }
  /** RFC 3339. */
  readonly since: string
  /** How long, as of now, in milliseconds. */
  readonly forMs: number
}

export interface UnknownPage {
  readonly outcomes: UnknownOutcome[]
  /** Null on the last page. */
  readonly nextCursor: string | null
}

type UnknownRow = PaymentRow & {
  readonly unknown_since: Date
  readonly operation: NonNullable<PaymentRow['operation']>
}

const LIST = { list: 'unknown outcomes' }

/**
 * Of all merchants, the oldest first. What becomes unknown or known meanwhile shifts no later page.
 * @param limit from 1
 * @throws InvalidCursorError
 */
export async function listUnknown(
  db: ReadDatabase,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
  now = Date.now()
): Promise<UnknownPage> {
  const start = cursor === undefined ? null : parseCursor(cursor, LIST)
  // One more than the page shows whether there is another.
  const rows = await db.ofAllMerchants<UnknownRow>(
    `SELECT * FROM payments WHERE unknown_since IS NOT NULL
     ${start === null ? '' : 'AND (unknown_since, id) > ($2, $3)'} ORDER BY unknown_since, id LIMIT $1`,
    [limit + 1, ...(start === null ? [] : [start.createdAt, start.id])]
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const isLast = rows.length <= limit || last === undefined
  return {
    outcomes: page.map(row => outcomeOf(row, now)),
    nextCursor: isLast ? null : cursorOf({ createdAt: last.unknown_since, id: last.id }, LIST)
  }
}

/** Whose payment it is, for an operator; null when there is none. */
export async function merchantOf(db: ReadDatabase, paymentId: string): Promise<string | null> {
  const [row] = await db.ofAllMerchants<{ merchant_id: string }>(
    'SELECT merchant_id FROM payments WHERE id = $1',
    [paymentId]
  )
  return row?.merchant_id ?? null
}

const outcomeOf = (row: UnknownRow, now: number): UnknownOutcome => ({
  paymentId: row.id,
  merchantId: row.merchant_id,
  status: row.status,
  amount: row.amount,
  currency: row.currency,
  gateway: row.gateway,
  operation: { id: row.operation.operationId, kind: row.operation.kind.toLowerCase() },
  since: row.unknown_since.toISOString(),
  forMs: Math.max(0, now - row.unknown_since.getTime())
})
