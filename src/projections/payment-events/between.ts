// The events of a merchant between two places of the log, for who reads on from where it was.
import type { ReadDatabase } from '../read-database.ts'
import { eventViewOf, type EventView, type SequencedRow } from './event-view.ts'

/** A part of a partition: from the first offset to the one behind the last. */
export interface Span {
  readonly partition: number
  readonly from: number
  readonly to: number
}

/** An event, and where it stands. */
export interface PlacedEvent {
  readonly partition: number
  readonly offset: number
  readonly paymentId: string
  /** Null where the payment is not in the read model. */
  readonly customerId: string | null
  readonly event: EventView
}

type BetweenRow = SequencedRow & { readonly customer_id: string | null }

/**
 * In the order of partition and offset, without refusals.
 * @param limit of each span: of one that has more come the first
 */
export async function eventsBetween(
  db: ReadDatabase,
  merchantId: string,
  spans: readonly Span[],
  limit: number
): Promise<PlacedEvent[]> {
  const rows = await db.ofMerchant<BetweenRow>(
    merchantId,
    `SELECT happened.*, payments.customer_id
     FROM unnest($2::integer[], $3::bigint[], $4::bigint[]) AS span (partition, first, behind)
     CROSS JOIN LATERAL (
       SELECT * FROM payment_events AS event
       WHERE event.merchant_id = $1 AND event.partition = span.partition AND sequence IS NOT NULL
         AND event_offset >= first AND event_offset < behind
       ORDER BY event_offset LIMIT $5
     ) AS happened
     LEFT JOIN payments ON payments.merchant_id = $1 AND payments.id = happened.payment_id
     ORDER BY happened.partition, happened.event_offset`,
    [spans.map(({ partition }) => partition), spans.map(({ from }) => from), spans.map(({ to }) => to), limit]
  )
  return rows.map(row => ({
    partition: row.partition,
    offset: row.event_offset,
    paymentId: row.payment_id,
    customerId: row.customer_id,
    event: eventViewOf(row)
  }))
}
