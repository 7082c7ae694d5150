import type { PaymentEventRow } from './row.ts'

/** An event as the API shows it. */
export interface EventView {
  readonly id: string
  /** 1..n without gaps; the payment's version after the event. */
  readonly sequence: number
  readonly type: string
  /** RFC 3339. */
  readonly occurredAt: string
  readonly causationId: string | null
  readonly correlationId: string | null
  /** `key:<id>` of whoever asked for it on behalf of the merchant. */
  readonly requestedBy: string | null
  readonly data: Readonly<Record<string, unknown>>
}

/** Of an event that moved a payment. */
export type SequencedRow = PaymentEventRow & { readonly sequence: number }

export const eventViewOf = (row: SequencedRow): EventView => ({
  id: row.event_id,
  sequence: row.sequence,
  type: row.type,
  occurredAt: row.occurred_at.toISOString(),
  causationId: row.causation_id,
  correlationId: row.correlation_id,
  requestedBy: row.requested_by,
  data: row.data
})
