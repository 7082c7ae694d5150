// The fold of a payment's events into its row: what the payment looks like now, without what only its owner needs.
import type { PaymentEvent, RecordedEvent } from '../../domain/payment/events.ts'
import type { Compensation, Failure, OpenOperation, Payment, Review } from '../../domain/payment/state.ts'
import { reviewAfter } from '../../domain/payment/review.ts'
import { CorruptHistoryError, statusAfter } from '../../domain/payment/statuses.ts'
import { termsOf } from './terms.ts'

/** Something that a gateway was asked for, and since when nobody knows what became of it. */
interface Unknowable {
  /** Epoch milliseconds; null while it is known, or still to be expected. */
  readonly unknownSince: number | null
}

export type RowOperation = OpenOperation & Unknowable

/** A compensation that has not ended. */
export type RowCompensation = Pick<Compensation, 'operationId' | 'kind' | 'gateway' | 'amount'> & Unknowable

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
  readonly operation: RowOperation | null
  readonly compensations: readonly RowCompensation[]
  /** Since when nobody knows what became of one of them. */
  readonly unknown_since: Date | null
  readonly review: Review | null
  /** When it fails unless somebody decides; null while nobody has to. */
  readonly held_until: Date | null
  readonly created_at: Date
  readonly updated_at: Date
  /** By which it is found. */
  readonly terms: readonly number[]
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
  const review = reviewAfter(row?.review ?? null, event)
  const after = { ...changed(row, event), status, version, review, updated_at }
  return { ...after, unknown_since: unknownSince(after), held_until: heldUntil(after) }
}

export const heldUntil = ({ review }: { readonly review: Review | null }): Date | null =>
  review?.status === 'PENDING' && review.until !== null ? new Date(review.until) : null

/** What has been unknown for longest counts. */
export function unknownSince({
  operation,
  compensations
}: {
  readonly operation: Unknowable | null
  readonly compensations: readonly Unknowable[]
}): Date | null {
  const times = [operation, ...compensations].flatMap(asked => asked?.unknownSince ?? [])
  return times.length === 0 ? null : new Date(Math.min(...times))
}

function changed(row: PaymentRow | null, event: SequencedEvent): PaymentRow {
  if (event.type === 'PaymentInitiated') return initiated(event)
  if (row === null) throw new CorruptHistoryError(`${event.type} without a payment`)
  switch (event.type) {
    case 'GatewaySelected':
      return { ...row, gateway: event.gateway }
    case 'GatewayOperationRequested': {
      const { operationId, kind } = event
      const asked = { operationId, kind, status: 'REQUESTED', redirectUrl: null } as const
      return { ...row, operation: { ...asked, unknownSince: null } }
    }
    case 'RetryScheduled':
      return event.operationId === null ? row : waiting(row, 'RETRY_SCHEDULED')
    case 'OutcomeUnknown':
      return waiting(row, 'UNKNOWN', null, event.occurredAt)
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
    case 'FraudAssessed':
    case 'ReviewResolved':
    case 'ContradictoryOutcome':
    case 'OutcomeLookupRequested':
    case 'OutcomeResolved':
    case 'RefundAccepted':
    case 'RefundsClosed':
      return row
    case 'CompensationRequested': {
      const { operationId, kind, gateway, amount } = event
      const asked = { operationId, kind, gateway, amount, unknownSince: null }
      const isAgain = row.compensations.some(known => known.operationId === operationId)
      return isAgain
        ? { ...row, compensations: withKnown(row.compensations, operationId, asked) }
        : { ...row, compensations: [...row.compensations, asked] }
    }
    case 'CompensationPostponed': {
      const { operationId, next, occurredAt } = event
      const known = { unknownSince: next === 'LOOK_UP' ? occurredAt : null }
      return { ...row, compensations: withKnown(row.compensations, operationId, known) }
    }
    case 'CompensationSucceeded':
    case 'CompensationFailed': {
      const open = row.compensations.filter(({ operationId }) => operationId !== event.operationId)
      return { ...row, compensations: open }
    }
  }
}

const withKnown = (
  compensations: readonly RowCompensation[],
  operationId: string,
  known: Partial<RowCompensation>
): RowCompensation[] =>
  compensations.map(asked => (asked.operationId === operationId ? { ...asked, ...known } : asked))

/** A row from before operations were shown may have none. */
function waiting(
  row: PaymentRow,
  status: OpenOperation['status'],
  redirectUrl: string | null = null,
  unknownSince: number | null = null
): PaymentRow {
  if (row.operation === null) return row
  return { ...row, operation: { ...row.operation, status, redirectUrl, unknownSince } }
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
    compensations: [],
    unknown_since: null,
    review: null,
    held_until: null,
    created_at: at,
    updated_at: at,
    terms: termsOf({
      id: event.paymentId,
      ...{ merchantId: event.merchantId, customerId: event.customer.id },
      ...{ description: event.description, metadata: event.metadata }
    })
  }
}
