// What an event counts for. Everything is counted in the hour in which it happened, so that an hour that has passed does not
// change any more.
import { isFirst } from '../../domain/payment/operations.ts'
import type { CountedMeasure, Latency, SummedMeasure } from './measures.ts'
import type { SequencedEvent, TrackedPayment } from './tracked-payment.ts'

/** What came to nothing. */
export type Subject = 'payment' | 'attempt' | 'capture' | 'void' | 'refund'

export type Fact =
  /** `amount` in the unit of the measure. */
  | { readonly kind: 'summed'; readonly measure: SummedMeasure; readonly amount: bigint }
  | { readonly kind: 'counted'; readonly measure: CountedMeasure }
  | { readonly kind: 'took'; readonly latency: Latency; readonly ms: number }
  | ({ readonly kind: 'declined' } & Decline)

export interface Decline {
  readonly subject: Subject
  /** Of a payment, the step that failed; else empty. */
  readonly stage: string
  readonly code: string
  /** Empty where no gateway has declined. */
  readonly declineType: string
}

/** @param after what is tracked of the payment with the event, @param before null before its first */
export function factsOf(event: SequencedEvent, before: TrackedPayment | null, after: TrackedPayment): Fact[] {
  const took = before === null ? [] : answerTime(event, before, after)
  return [...happened(event, before ?? after), ...took]
}

function happened(event: SequencedEvent, before: TrackedPayment): Fact[] {
  switch (event.type) {
    case 'PaymentInitiated':
      return [summed('initiated', event.amount)]
    case 'PaymentRetried':
      return [counted('retried')]
    case 'GatewayOperationRequested':
      // The attempt before has come to nothing, or there would be no other.
      return isFirst(event) ? attempt(before, 'attempts_failed') : []
    case 'OutcomeUnknown':
      return attempt(before, 'attempts_unknown')
    case 'PaymentAuthorized':
      return [
        summed('authorized', event.amount),
        ...attempt(before, 'attempts_approved'),
        took('authorization_ms', before.begun_at, event)
      ]
    case 'PaymentCaptured':
      return [
        summed('captured', event.amount),
        ...(before.fee === null ? [] : [summed('charged', before.fee)])
      ]
    case 'PaymentCompleted':
      return [summed('completed', event.amount), took('completion_ms', before.begun_at, event)]
    case 'PaymentFailed': {
      const { stage } = event
      if (stage === 'SETTLEMENT')
        return [summed('settlement_failed', before.captured_amount), declined('payment', event, stage)]
      const failed = [summed('failed', before.amount), declined('payment', event, stage)]
      return event.operationId === null ? failed : [...failed, ...attemptEnded(event, before)]
    }
    case 'GatewayOperationFailed':
      if (isFirst(event)) return attemptEnded(event, before)
      return [declined(event.kind === 'VOID' ? 'void' : 'capture', event)]
    case 'PaymentCancelled':
      return [summed('cancelled', before.amount)]
    case 'PaymentExpired':
      return [summed('expired', before.authorized_amount)]
    case 'PaymentPartiallyRefunded':
    case 'PaymentRefunded':
      return [summed('refunded', event.amount)]
    case 'RefundFailed':
      return [summed('refund_failed', before.refunds[event.refundId] ?? 0), declined('refund', event)]
    default:
      return []
  }
}

const summed = (measure: SummedMeasure, amount: number | string): Fact => ({
  ...{ kind: 'summed', measure, amount: BigInt(amount) }
})

const counted = (measure: CountedMeasure): Fact => ({ kind: 'counted', measure })

const took = (latency: Latency, since: Date, { occurredAt }: SequencedEvent): Fact => ({
  ...{ kind: 'took', latency, ms: occurredAt - since.getTime() }
})

const attempt = (before: TrackedPayment, measure: CountedMeasure): Fact[] =>
  before.attempt === 'OPEN' ? [counted(measure)] : []

interface Reason {
  readonly code: string
  readonly declineType: string | null
}

function attemptEnded(event: SequencedEvent & Reason, before: TrackedPayment): Fact[] {
  const ended = attempt(before, event.declineType === null ? 'attempts_failed' : 'attempts_declined')
  return ended.length === 0 ? [] : [...ended, declined('attempt', event)]
}

const declined = (subject: Subject, { code, declineType }: Reason, stage = ''): Fact => ({
  ...{ kind: 'declined', subject, stage, code, declineType: declineType ?? '' }
})

/** From when a gateway was asked to the first that was heard of it. What never left us was no call. */
function answerTime(event: SequencedEvent, before: TrackedPayment, after: TrackedPayment): Fact[] {
  if (before.asked_at === null || after.asked_at !== null) return []
  if (event.type === 'RetryScheduled' && event.neverLeft === true) return []
  return [took('answer_ms', before.asked_at, event)]
}
