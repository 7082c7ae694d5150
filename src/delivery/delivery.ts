import type { WebhookType } from './event-types.ts'

export type DeliveryStatus = 'pending' | 'delivered' | 'failed'

/** A row of the table `webhook_deliveries`. */
export interface DeliveryRow {
  /** The webhook id. */
  readonly id: string
  readonly endpoint_id: string
  readonly merchant_id: string
  readonly payment_id: string
  readonly sequence: number
  readonly event_id: string
  readonly event_type: WebhookType
  readonly occurred_at: Date
  readonly body: string
  readonly status: DeliveryStatus
  readonly is_again: boolean
  readonly attempts: number
  /** Attempts since the first sending, or the last redelivery, began. */
  readonly tries: number
  readonly next_attempt_at: Date | null
  readonly created_at: Date
  readonly delivered_at: Date | null
}

/** A row of the table `webhook_attempts`. */
export interface AttemptRow {
  readonly attempt: number
  readonly began_at: Date
  readonly duration_ms: number
  readonly http_status: number | null
  readonly error: string | null
  readonly response: string | null
}

/** A delivery as the API lists it. */
export interface DeliveryView {
  readonly id: string
  readonly endpointId: string
  readonly paymentId: string
  readonly sequence: number
  readonly eventId: string
  readonly eventType: WebhookType
  readonly occurredAt: string
  readonly status: DeliveryStatus
  readonly isRedelivery: boolean
  readonly attemptCount: number
  readonly nextAttemptAt: string | null
  readonly createdAt: string
  readonly deliveredAt: string | null
}

export interface AttemptView {
  readonly attempt: number
  readonly beganAt: string
  readonly durationMs: number
  readonly httpStatus: number | null
  readonly error: string | null
  readonly response: string | null
}

/** A delivery with all there is to know. */
export interface DeliveryDetails extends DeliveryView {
  /** The body, as it is sent. */
  readonly body: string
  readonly attempts: readonly AttemptView[]
}

export const deliveryViewOf = (row: DeliveryRow): DeliveryView => ({
  id: row.id,
  endpointId: row.endpoint_id,
  paymentId: row.payment_id,
  sequence: row.sequence,
  eventId: row.event_id,
  eventType: row.event_type,
  occurredAt: row.occurred_at.toISOString(),
  status: row.status,
  isRedelivery: row.is_again,
  attemptCount: row.attempts,
  nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
  deliveredAt: row.delivered_at?.toISOString() ?? null
})

export const attemptViewOf = (row: AttemptRow): AttemptView => ({
  attempt: row.attempt,
  beganAt: row.began_at.toISOString(),
  durationMs: row.duration_ms,
  httpStatus: row.http_status,
  error: row.error,
  response: row.response
})
