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

export const transitions: readonly Transition[] = [
  { from: null, event: 'PaymentInitiated', to: 'INITIATED' },
  { from: 'INITIATED', event: 'GatewaySelected', to: 'INITIATED' },
  { from: 'INITIATED', event: 'GatewayOperationRequested', to: 'PROCESSING' },
  { from: 'INITIATED', event: 'PaymentFailed', to: 'FAILED' },
  { from: 'PROCESSING', event: 'OutcomeUnknown', to: 'PROCESSING' },
  { from: 'PROCESSING', event: 'OutcomePending', to: 'PROCESSING' },
  { from: 'PROCESSING', event: 'CustomerActionRequired', to: 'PROCESSING' },
  { from: 'PROCESSING', event: 'ContradictoryOutcome', to: 'PROCESSING' },
  { from: 'PROCESSING', event: 'PaymentAuthorized', to: 'AUTHORIZED' },
  { from: 'PROCESSING', event: 'PaymentFailed', to: 'FAILED' },
  { from: 'AUTHORIZED', event: 'GatewayOperationRequested', to: 'AUTHORIZED' },
  { from: 'AUTHORIZED', event: 'OutcomeUnknown', to: 'AUTHORIZED' },
  { from: 'AUTHORIZED', event: 'OutcomePending', to: 'AUTHORIZED' },
  { from: 'AUTHORIZED', event: 'CustomerActionRequired', to: 'AUTHORIZED' },
  { from: 'AUTHORIZED', event: 'ContradictoryOutcome', to: 'AUTHORIZED' },
  { from: 'AUTHORIZED', event: 'GatewayOperationFailed', to: 'AUTHORIZED' },
  { from: 'AUTHORIZED', event: 'PaymentCaptured', to: 'CAPTURED' },
  { from: 'AUTHORIZED', event: 'PaymentCancelled', to: 'CANCELLED' },
  { from: 'CAPTURED', event: 'PaymentCompleted', to: 'COMPLETED' },
  // What a gateway says too late moves nothing, in whatever status it finds the payment.
  { from: 'CAPTURED', event: 'ContradictoryOutcome', to: 'CAPTURED' },
  { from: 'COMPLETED', event: 'ContradictoryOutcome', to: 'COMPLETED' },
  { from: 'CANCELLED', event: 'ContradictoryOutcome', to: 'CANCELLED' },
  { from: 'FAILED', event: 'ContradictoryOutcome', to: 'FAILED' }
]

const edges: ReadonlyMap<string, PaymentStatus> = new Map(
  transitions.map(({ from, event, to }) => [`${String(from)} ${event}`, to])
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
  const to = edges.get(`${String(from)} ${event}`)
  if (to === undefined)
    throw new CorruptHistoryError(`${event} cannot happen to a payment that is ${String(from)}`)
  return to
}
