import type { RecordedEvent } from '../../domain/payment/events.ts'
import { ownFields } from '../event-fields.ts'
import type { StoredPaymentEvent } from '../view.ts'

/** A row of the table `payment_events`. */
export interface PaymentEventRow {
  readonly partition: number
  readonly event_offset: number
  readonly payment_id: string
  readonly merchant_id: string
  /** Null for a rejection. */
  readonly sequence: number | null
  readonly event_id: string
  /** Record name without the namespace. */
  readonly type: StoredPaymentEvent['type']
  readonly occurred_at: Date
  readonly causation_id: string | null
  readonly correlation_id: string | null
  readonly requested_by: string | null
  readonly input_topic: string | null
  readonly input_partition: number | null
  readonly input_offset: number | null
  readonly command_fingerprint: string | null
  /** The fields of the event's own type. */
  readonly data: Readonly<Record<string, unknown>>
}

export function rowOf({ type, value, partition, offset, requestedBy }: StoredPaymentEvent): PaymentEventRow {
  return {
    partition,
    event_offset: offset,
    payment_id: value.paymentId,
    merchant_id: value.merchantId,
    sequence: value.sequence,
    event_id: value.eventId,
    type,
    occurred_at: new Date(value.occurredAt),
    causation_id: value.causationId,
    correlation_id: value.correlationId,
    requested_by: requestedBy ?? null,
    input_topic: value.inputTopic,
    input_partition: value.inputPartition,
    input_offset: value.inputOffset,
    command_fingerprint: value.commandFingerprint,
    data: ownFields(value)
  }
}

/** The event as its owner recorded it, ready to be folded. */
export const recordedEventIn = (row: PaymentEventRow): RecordedEvent =>
  ({
    ...row.data,
    type: row.type,
    paymentId: row.payment_id,
    merchantId: row.merchant_id,
    sequence: row.sequence,
    occurredAt: row.occurred_at.getTime(),
    causationId: row.causation_id,
    commandFingerprint: row.command_fingerprint
  }) as unknown as RecordedEvent
