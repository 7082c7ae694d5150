// What is kept of a payment so that its next event can be counted: a fold of its events, as narrow as may be.
import { isFirst } from '../../domain/payment/operations.ts'
import { CorruptHistoryError, statusAfter, type PaymentStatus } from '../../domain/payment/statuses.ts'
import type { PaymentEvent, RecordedEvent } from '../../domain/payment/events.ts'

/** An event that moves a payment; rejections do not. */
export type SequencedEvent = Exclude<RecordedEvent, { type: 'CommandRejected' }>

/** A row of the table `analytics_payments`. Amounts are in minor units. */
export interface TrackedPayment {
  readonly id: string
  readonly merchant_id: string
  readonly currency: string
  /** As the API names it. */
  readonly method: string
  readonly amount: number
  readonly status: PaymentStatus
  /** Null while none is chosen. */
  readonly gateway: string | null
  readonly variant: string | null
  /** What the gateway takes for the payment, in ten-thousandths of a minor unit; null where that is not known. */
  readonly fee: string | null
  readonly authorized_amount: number
  readonly captured_amount: number
  /** The attempt to charge it that has not ended; one that is known to have never left us counts as none. */
  readonly attempt: 'OPEN' | 'NEVER_LEFT' | null
  /** When it was initiated, or begun again by a retry. */
  readonly begun_at: Date
  /** When its gateway was asked for something of which nothing has been heard yet. */
  readonly asked_at: Date | null
  /** Amounts of refunds that have not ended, by their ids. */
  readonly refunds: Readonly<Record<string, number>>
}

/** @throws CorruptHistoryError when the event cannot happen in the payment's status */
export function tracked(before: TrackedPayment | null, event: SequencedEvent): TrackedPayment {
  const status = statusAfter(before?.status ?? null, event.type)
  if (event.type === 'PaymentInitiated') return { ...initiated(event), status }
  if (before === null) throw new CorruptHistoryError(`${event.type} without a payment`)
  return { ...changed(before, event), status }
}

function changed(before: TrackedPayment, event: SequencedEvent): TrackedPayment {
  switch (event.type) {
    case 'PaymentRetried':
      return { ...before, ...NOT_CHOSEN, attempt: null, begun_at: new Date(event.occurredAt) }
    case 'GatewaySelected':
      return { ...before, gateway: event.gateway, variant: event.variant, fee: feeIn(event) }
    case 'GatewayOperationRequested': {
      // What settles was asked for by an operation before.
      const asked_at = event.kind === 'SETTLE' ? null : new Date(event.occurredAt)
      return { ...before, asked_at, attempt: isFirst(event) ? 'OPEN' : before.attempt }
    }
    case 'RetryScheduled':
      if (event.operationId === null) return before
      return {
        ...heard(before),
        attempt: before.attempt && (event.neverLeft === true ? 'NEVER_LEFT' : 'OPEN')
      }
    case 'OutcomeUnknown':
    case 'OutcomePending':
    case 'CustomerActionRequired':
      return { ...heard(before), attempt: before.attempt && 'OPEN' }
    case 'PaymentAuthorized':
      return { ...heard(before), attempt: null, authorized_amount: event.amount }
    case 'PaymentCaptured':
      return { ...heard(before), captured_amount: event.amount }
    case 'GatewayOperationFailed':
    case 'PaymentFailed':
    case 'PaymentCancelled':
    case 'PaymentExpired':
      return { ...heard(before), attempt: null }
    case 'RefundAccepted':
      return { ...before, refunds: { ...before.refunds, [event.refundId]: event.amount } }
    case 'PaymentPartiallyRefunded':
    case 'PaymentRefunded':
    case 'RefundFailed': {
      const open = Object.entries(before.refunds).filter(([refundId]) => refundId !== event.refundId)
      return { ...heard(before), refunds: Object.fromEntries(open) }
    }
    default:
      return before
  }
}

const NOT_CHOSEN = { gateway: null, variant: null, fee: null }

const heard = (payment: TrackedPayment): TrackedPayment => ({ ...payment, asked_at: null })

/** As it was known when the gateway was chosen. Events of before did not record it. */
function feeIn({ candidates, gateway }: PaymentEvent & { type: 'GatewaySelected' }): string | null {
  const fee = candidates.find(candidate => candidate.gateway === gateway)?.terms['cost']
  return fee === undefined || !Number.isFinite(fee) ? null : String(BigInt(Math.round(fee * 10_000)))
}

function initiated(event: SequencedEvent & { type: 'PaymentInitiated' }): Omit<TrackedPayment, 'status'> {
  return {
    id: event.paymentId,
    merchant_id: event.merchantId,
    currency: event.currency,
    method: event.paymentMethod.type.toLowerCase(),
    amount: event.amount,
    ...NOT_CHOSEN,
    authorized_amount: 0,
    captured_amount: 0,
    attempt: null,
    begun_at: new Date(event.occurredAt),
    asked_at: null,
    refunds: {}
  }
}
