// Puts decisions on record: gives events their place in the payment's history and folds them into the state.
import { atRest } from './answers.ts'
import type { EventEnvelope, PaymentEvent, RecordedEvent, Rejection } from './events.ts'
import { evolve } from './evolve.ts'
import type { PaymentState } from './state.ts'

export interface Cause {
  readonly paymentId: string
  readonly merchantId: string
  /** Id of the command or gateway result. */
  readonly causationId: string
  /** Null when the cause is not a command. */
  readonly commandFingerprint: string | null
}

/**
 * Numbers the events of one decision. The first carries the command's fingerprint.
 * @param now epoch milliseconds; a clock that runs behind the history does not turn it back
 */
export function recordEvents(
  events: readonly PaymentEvent[],
  state: PaymentState | null,
  cause: Cause,
  now: number
): RecordedEvent[] {
  const version = state?.payment?.version ?? 0
  const occurredAt = Math.max(now, state?.payment?.updatedAt ?? 0)
  return events.map((event, i) => ({
    ...event,
    paymentId: cause.paymentId,
    merchantId: cause.merchantId,
    sequence: version + 1 + i,
    occurredAt,
    causationId: cause.causationId,
    commandFingerprint: i === 0 ? cause.commandFingerprint : null
  }))
}

/** A rejection has no place in the payment's sequence. */
export const recordRejection = (
  rejection: Rejection,
  cause: Cause,
  now: number
): Rejection & EventEnvelope => ({
  ...rejection,
  ...cause,
  sequence: null,
  occurredAt: now
})

/**
 * Folds all events of one decision, then settles what the decision leaves behind. A history is folded decision by decision:
 * its events say by their input position, or their cause, which belong together.
 * @throws CorruptHistoryError when an event cannot follow.
 */
export function foldDecision(
  state: PaymentState | null,
  events: readonly RecordedEvent[]
): PaymentState | null {
  let folded = state
  for (const event of events) {
    // What a payment does not remember leaves no trace in its state.
    if (event.type === 'CommandRejected' && !event.remembered) continue
    folded = evolve(folded, event)
  }
  return folded === null ? null : atRest(folded)
}
