import type { ContactKey } from '../../customers/contact-key.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { StatementEntryRow } from './entries.ts'

/** Something that moved money between a customer and the merchant. */
export interface StatementEntry {
  readonly kind: 'capture' | 'refund'
  readonly paymentId: string
  readonly refundId: string | null
  readonly currency: string
  /** Minor units, negative for what the customer got back. */
  readonly amount: number
  readonly occurredAt: Date
}

export interface StatementPeriod {
  /** The first instant. */
  readonly from: Date
  /** The first instant that is too late. */
  readonly to: Date
  /** All of them unless given. */
  readonly currency?: string
}

/** What a statement is made of. */
export interface StatementParts {
  /** Minor units that were paid, less what came back, before the period; by currency. */
  readonly opening: ReadonlyMap<string, number>
  /** In the order of their time. */
  readonly entries: readonly StatementEntry[]
}

interface OpeningRow {
  readonly currency: string
  readonly opening: number
}

/**
 * One query, so that balance and entries are of one moment.
 *
 * @param most entries that are read
 * @returns null when the merchant has had no payment of the customer
 */
export async function findStatement(
  db: ReadDatabase,
  { merchantId, customerId }: ContactKey,
  { from, to, currency }: StatementPeriod,
  most: number
): Promise<StatementParts | null> {
  const rows = await db.ofMerchant<{
    isKnown: boolean
    before: OpeningRow[] | null
    during: StatementEntryRow[] | null
  }>(
    merchantId,
    `WITH entries AS NOT MATERIALIZED (
       SELECT * FROM statement_entries
       WHERE merchant_id = $1 AND customer_id = $2 AND kind <> 'initiated' AND ($5::text IS NULL OR currency = $5)
     )
     SELECT
       EXISTS (SELECT FROM statement_entries WHERE merchant_id = $1 AND customer_id = $2) AS "isKnown",
       (SELECT json_agg(sums) FROM (
          SELECT currency, sum(amount)::bigint AS opening FROM entries WHERE occurred_at < $3 GROUP BY currency
        ) AS sums) AS before,
       (SELECT json_agg(shown) FROM (
          SELECT * FROM entries WHERE occurred_at >= $3 AND occurred_at < $4
          ORDER BY occurred_at, payment_id, sequence LIMIT $6
        ) AS shown) AS during`,
    [customerId, from, to, currency ?? null, most]
  )
  const { isKnown, before, during } = rows[0]!
  if (!isKnown) return null
  return {
    opening: new Map((before ?? []).map(({ currency, opening }) => [currency, opening])),
    entries: (during ?? []).map(row => ({
      kind: row.kind as StatementEntry['kind'],
      paymentId: row.payment_id,
      refundId: row.refund_id,
      currency: row.currency,
      amount: row.amount,
      occurredAt: new Date(row.occurred_at)
    }))
  }
}
