// What nobody knows: operations and compensations whose gateway has not said what became of them.
import type { ReadDatabase } from '../read-database.ts'
import type { PaymentRow, RowCompensation } from './apply.ts'
import { cursorOf, parseCursor } from './cursor.ts'

/** Something that a gateway was asked for, whose outcome is not known. */
interface Unknown {
  /** As a decision about it names it. */
  readonly id: string
  readonly kind: string
  readonly gateway: string | null
  /** RFC 3339. */
  readonly since: string
  /** How long, as of now, in milliseconds. */
  readonly forMs: number
}

/** A payment of which something is not known, as the API shows it. */
export interface UnknownOutcome {
  readonly paymentId: string
  readonly merchantId: string
  /** Of the payment, which waits in it. */
  readonly status: PaymentRow['status']
  /** Of the payment, in minor units. */
  readonly amount: number
  readonly currency: string
  /** Null where only compensations are unknown. */
  readonly operation: Unknown | null
  /** Each with its amount, in minor units. */
  readonly compensations: readonly (Unknown & { readonly amount: number })[]
  /** RFC 3339: since when the oldest of these is. */
  readonly since: string
  readonly forMs: number
}

export interface UnknownPage {
  readonly outcomes: UnknownOutcome[]
  /** Null on the last page. */
  readonly nextCursor: string | null
}

type UnknownRow = PaymentRow & { readonly unknown_since: Date }

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

function outcomeOf(row: UnknownRow, now: number): UnknownOutcome {
  const { operation, compensations, gateway } = row
  return {
    paymentId: row.id,
    merchantId: row.merchant_id,
    status: row.status,
    amount: row.amount,
    currency: row.currency,
    operation: operation && unknownOf({ ...operation, gateway }, now),
    compensations: compensations.flatMap(asked => {
      const unknown = unknownOf(asked, now)
      return unknown === null ? [] : [{ ...unknown, amount: asked.amount }]
    }),
    ...age(row.unknown_since.getTime(), now)
  }
}

function unknownOf(
  asked: Omit<RowCompensation, 'amount' | 'gateway'> & { readonly gateway: string | null },
  now: number
): Unknown | null {
  const { operationId: id, kind, gateway, unknownSince } = asked
  return unknownSince === null ? null : { id, kind: kind.toLowerCase(), gateway, ...age(unknownSince, now) }
}

const age = (since: number, now: number) => ({
  since: new Date(since).toISOString(),
  forMs: Math.max(0, now - since)
})
