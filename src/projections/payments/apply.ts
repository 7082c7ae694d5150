// The fold of a payment's events into its row: what the payment looks like now, without what only its owner needs.
import type { PaymentEvent, RecordedEvent } from '../../domain/payment/events.ts'
import type { Failure, OpenOperation, Payment } from '../../domain/payment/state.ts'
import { CorruptHistoryError, statusAfter } from '../../domain/payment/statuses.ts'

/** A row of the table `payments`. */
export interface PaymentRow {
  readonly id: string
  readonly merchant_id: string
  readonly status: Payment['status']
  readonly amount: number
  readonly currency: string
  readonly capture: Payment['capture']
  readonly authorized_amount: number
  readonly captured_amount: number
  readonly refunded_amount: number
  readonly gateway: string | null
  readonly version: number
  readonly customer_id: string
  readonly customer_country: string | null
  readonly description: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly failure: Failure | null
  readonly operation: OpenOperation | null
  /** Since when nobody knows what became of the operation. */
  readonly unknown_since: Date | null
  readonly created_at: Date
  readonly updated_at: Date
}

/** An event that moves a payment; rejections do not. */
export type SequencedEvent = Exclude<RecordedEvent, { type: 'CommandRejected' }>

/**
 * Applies the next event of a payment; null is the row before the first.
 * @throws CorruptHistoryError when the event is not the next one, or cannot happen in the payment's status.
 */
export function applyEvent(row: PaymentRow | null, event: SequencedEvent): PaymentRow {
  const version = (row?.version ?? 0) + 1
  if (event.sequence !== version) {
    throw new CorruptHistoryError(
      `${event.paymentId} is at ${version - 1} and cannot take event ${String(event.sequence)}`
    )
  }
  const status = statusAfter(row?.status ?? null, event.type)
  const updated_at = new Date(event.occurredAt)
  const after = { ...changed(row, event), status, version, updated_at }
  return {
    ...after,
    unknown_since: after.operation?.status === 'UNKNOWN' ? (row?.unknown_since ?? updated_at) : null
  }
}

function changed(row: PaymentRow | null, event: SequencedEvent): PaymentRow {
  if (event.type === 'PaymentInitiated') return initiated(event)
  if (row === null) throw new CorruptHistoryError(`${event.type} without a payment`)
  switch (event.type) {
    case 'GatewaySelected':
      return { ...row, gateway: event.gateway }
    case 'GatewayOperationRequested': {
      const { operationId, kind } = event
      return { ...row, operation: { operationId, kind, status: 'REQUESTED', redirectUrl: null } }
    }
    case 'RetryScheduled':
      return event.operationId === null ? row : waiting(row, 'RETRY_SCHEDULED')
    case 'OutcomeUnknown':
      return waiting(row, 'UNKNOWN')
    case 'OutcomePending':
      return waiting(row, 'PENDING')
    case 'CustomerActionRequired':
      return waiting(row, 'NEEDS_CUSTOMER', event.redirectUrl)
    case 'PaymentAuthorized': {
      // A purchase is not over before what comes with its authorization, the capture.
      const operation = row.operation?.kind === 'PURCHASE' ? row.operation : null
      return { ...row, operation, authorized_amount: event.amount }
    }
    case 'PaymentCaptured': {
      const captured = { ...row, captured_amount: event.amount }
      return event.lookUpAt === null ? { ...captured, operation: null } : waiting(captured, 'SETTLING')
    }
    case 'PaymentCompleted':
    case 'GatewayOperationFailed':
    case 'PaymentCancelled':
    case 'PaymentExpired':
      return { ...row, operation: null }
    case 'PaymentPartiallyRefunded':
    case 'PaymentRefunded':
      return { ...row, operation: null, refunded_amount: event.refundedAmount }
    case 'RefundFailed': {
      const { operationId, code, message } = event
      const failure: Failure | null =
        row.status === 'REFUND_INITIATED' ? { stage: 'REFUND', code, message } : row.failure
      return { ...row, failure, operation: operationId === null ? row.operation : null }
    }
    case 'PaymentRetried':
    case 'SettlementRetried':
    case 'RefundInitiated':
      return { ...row, failure: null }
    case 'PaymentFailed': {
      const { stage, code, message } = event
      return { ...row, operation: null, failure: { stage, code, message } }
    }
    case 'ContradictoryOutcome':
    case 'OutcomeLookupRequested':
    case 'OutcomeResolved':
    case 'RefundAccepted':
    case 'RefundsClosed':
    case 'CompensationRequested':
    case 'CompensationPostponed':
    case 'CompensationSucceeded':
    case 'CompensationFailed':
      return row
  }
}

/** A row from before operations were shown may have none. */
function waiting(
  row: PaymentRow,
  status: OpenOperation['status'],
  redirectUrl: string | null = null
): PaymentRow {
  return row.operation === null ? row : { ...row, operation: { ...row.operation, status, redirectUrl } }
}

function initiated(event: SequencedEvent & PaymentEvent & { type: 'PaymentInitiated' }): PaymentRow {
  const at = new Date(event.occurredAt)
  return {
    id: event.paymentId,
    merchant_id: event.merchantId,
    status: 'INITIATED',
    amount: event.amount,
    currency: event.currency,
    capture: event.capture,
    authorized_amount: 0,
    captured_amount: 0,
    refunded_amount: 0,
    gateway: null,
    version: 0,
    customer_id: event.customer.id,
    customer_country: event.customer.country,
    description: event.description,
    metadata: event.metadata,
    failure: null,
    operation: null,
    unknown_since: null,
    created_at: at,
    updated_at: at
  }
}
