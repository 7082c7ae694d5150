// The life of a payment as data: which event may happen in which status, and where it leads.
import type { EventType } from './events.ts'

export type PaymentStatus =
  | 'INITIATED'
  | 'PROCESSING'
  | 'AUTHORIZED'
  | 'CAPTURED'
  | 'COMPLETED'
  | 'REFUND_INITIATED'
  | 'PARTIALLY_REFUNDED'
  | 'REFUNDED'
  | 'FAILED'
  | 'CANCELLED'
  | 'EXPIRED'

interface Transition {
  /** Null before the payment exists. */
  readonly from: PaymentStatus | null
  readonly event: EventType
  readonly to: PaymentStatus
}

/** In which an operation can be under way at a gateway, and what then can happen without moving the payment. */
const UNDER_WAY = [
  'PROCESSING',
  'AUTHORIZED',
  'CAPTURED',
  'COMPLETED',
  'PARTIALLY_REFUNDED',
  'REFUND_INITIATED'
] as const
const MOVES_NOTHING = [
  'GatewayOperationRequested',
  'OutcomeUnknown',
  'OutcomePending',
  'CustomerActionRequired',
  'RetryScheduled'
] as const

/** What a gateway says, and does, too late moves nothing, in whatever status it finds the payment. */
const EVERY_STATUS = [
  'INITIATED',
  ...UNDER_WAY,
  'REFUNDED',
  'FAILED',
  'CANCELLED',
  'EXPIRED'
] as const satisfies readonly PaymentStatus[]
const BESIDE_THE_PAYMENT = [
  'ContradictoryOutcome',
  'CompensationRequested',
  'CompensationPostponed',
  'CompensationSucceeded',
  'CompensationFailed',
  'OutcomeLookupRequested',
  'OutcomeResolved'
] as const

export const transitions: readonly Transition[] = [
  { from: null, event: 'PaymentInitiated', to: 'INITIATED' },
  { from: 'INITIATED', event: 'FraudAssessed', to: 'INITIATED' },
  { from: 'INITIATED', event: 'ReviewResolved', to: 'INITIATED' },
  { from: 'INITIATED', event: 'GatewaySelected', to: 'INITIATED' },
  { from: 'INITIATED', event: 'RetryScheduled', to: 'INITIATED' },
  { from: 'INITIATED', event: 'GatewayOperationRequested', to: 'PROCESSING' },
  { from: 'INITIATED', event: 'PaymentCancelled', to: 'CANCELLED' },
  { from: 'INITIATED', event: 'PaymentFailed', to: 'FAILED' },
  { from: 'PROCESSING', event: 'GatewayOperationFailed', to: 'PROCESSING' },
  { from: 'PROCESSING', event: 'GatewaySelected', to: 'PROCESSING' },
  { from: 'PROCESSING', event: 'PaymentAuthorized', to: 'AUTHORIZED' },
  { from: 'PROCESSING', event: 'PaymentFailed', to: 'FAILED' },
  { from: 'AUTHORIZED', event: 'GatewayOperationFailed', to: 'AUTHORIZED' },
  { from: 'AUTHORIZED', event: 'PaymentCaptured', to: 'CAPTURED' },
  { from: 'AUTHORIZED', event: 'PaymentCancelled', to: 'CANCELLED' },
  { from: 'AUTHORIZED', event: 'PaymentExpired', to: 'EXPIRED' },
  { from: 'CAPTURED', event: 'PaymentCompleted', to: 'COMPLETED' },
  { from: 'CAPTURED', event: 'PaymentFailed', to: 'FAILED' },
  { from: 'COMPLETED', event: 'RefundAccepted', to: 'COMPLETED' },
  { from: 'COMPLETED', event: 'RefundInitiated', to: 'REFUND_INITIATED' },
  { from: 'COMPLETED', event: 'PaymentPartiallyRefunded', to: 'PARTIALLY_REFUNDED' },
  { from: 'COMPLETED', event: 'RefundFailed', to: 'COMPLETED' },
  { from: 'COMPLETED', event: 'RefundsClosed', to: 'COMPLETED' },
  { from: 'PARTIALLY_REFUNDED', event: 'RefundAccepted', to: 'PARTIALLY_REFUNDED' },
  { from: 'PARTIALLY_REFUNDED', event: 'RefundInitiated', to: 'REFUND_INITIATED' },
  { from: 'PARTIALLY_REFUNDED', event: 'PaymentPartiallyRefunded', to: 'PARTIALLY_REFUNDED' },
  { from: 'PARTIALLY_REFUNDED', event: 'RefundFailed', to: 'PARTIALLY_REFUNDED' },
  { from: 'PARTIALLY_REFUNDED', event: 'RefundsClosed', to: 'COMPLETED' },
  { from: 'REFUND_INITIATED', event: 'RefundAccepted', to: 'REFUND_INITIATED' },
  { from: 'REFUND_INITIATED', event: 'PaymentRefunded', to: 'REFUNDED' },
  { from: 'REFUND_INITIATED', event: 'PaymentPartiallyRefunded', to: 'PARTIALLY_REFUNDED' },
  { from: 'REFUND_INITIATED', event: 'RefundFailed', to: 'FAILED' },
  { from: 'FAILED', event: 'PaymentRetried', to: 'INITIATED' },
  { from: 'FAILED', event: 'SettlementRetried', to: 'CAPTURED' },
  { from: 'FAILED', event: 'RefundAccepted', to: 'FAILED' },
  { from: 'FAILED', event: 'RefundInitiated', to: 'REFUND_INITIATED' },
  ...UNDER_WAY.flatMap(status => MOVES_NOTHING.map(event => ({ from: status, event, to: status }))),
  ...EVERY_STATUS.flatMap(status => BESIDE_THE_PAYMENT.map(event => ({ from: status, event, to: status })))
]

const edges = new Map(
  [...Map.groupBy(transitions, ({ from }) => from)].map(([from, leaving]) => [
    from,
    new Map(leaving.map(({ event, to }) => [event, to]))
  ])
)

/** A history that no decision can have made: it must be seen, never skipped. */
export class CorruptHistoryError extends Error {
  override readonly name = 'CorruptHistoryError'
}

/**
 * The status that an event leads to.
 * @throws CorruptHistoryError when the event cannot happen in that status.
 */
export function statusAfter(from: PaymentStatus | null, event: EventType): PaymentStatus {
  const to = edges.get(from)?.get(event)
  if (to === undefined)
    throw new CorruptHistoryError(`${event} cannot happen to a payment that is ${String(from)}`)
  return to
}
