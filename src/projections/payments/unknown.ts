// What nobody knows: operations and compensations whose gateway has not said what became of them.
import type { ReadDatabase } from '../read-database.ts'
import type { PaymentRow, RowCompensation } from './apply.ts'
import type { Page, PageRequest } from '../../page.ts'
import { pageOfWaiting } from './page.ts'

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

type UnknownRow = PaymentRow & { readonly unknown_since: Date }

const LIST = { list: 'unknown outcomes' }

/**
 * Of all merchants, the oldest first.
 * @throws InvalidCursorError
 */
export const listUnknown = (
  db: ReadDatabase,
  page: PageRequest,
  now = Date.now()
): Promise<Page<UnknownOutcome>> => pageOfWaiting(db, 'unknown_since', LIST, page, row => outcomeOf(row, now))

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
