// An operation that stays open: until its gateway, a look-up or an operator tells what became of it.
import { backoff, patience, spacedBackoff } from './backoff.ts'
import type { GatewayResult } from './commands.ts'
import type { Situation, WorldContext } from './context.ts'
import type { PaymentEvent } from './events.ts'
import { callEndsAt, isFirst } from './operations.ts'
import { reasonOf } from './reasons.ts'
import type { Operation } from './state.ts'

/** Attempts, counted or not, after which another is as rare as a look-up may be. */
const PATIENT_AFTER = 20

/**
 * What is known of an operation only grows: that the gateway has accepted it, or waits for the customer, is not forgotten
 * when a later call came to nothing.
 */
export function waits(
  result: Pick<GatewayResult, 'outcome' | 'reference' | 'redirectUrl' | 'code' | 'message'>,
  operation: Operation,
  context: WorldContext
): PaymentEvent[] {
  const { operationId, gateway, status, redirectUrl: present } = operation
  const { reference, redirectUrl } = result
  const at = { operationId, gateway, lookUpAt: firstLookUp(operation, context) }
  if (result.outcome === 'PENDING') {
    return status === 'PENDING' ? [] : [{ type: 'OutcomePending', ...at, reference }]
  }
  if (result.outcome === 'NEEDS_CUSTOMER' && redirectUrl !== null) {
    const isRepeat = status === 'NEEDS_CUSTOMER' && present === redirectUrl
    return isRepeat ? [] : [{ type: 'CustomerActionRequired', ...at, reference, redirectUrl }]
  }
  if (status !== 'REQUESTED') return []
  const reason = reasonOf(result, 'outcome_unknown', 'The gateway may have done what was asked.')
  return [{ type: 'OutcomeUnknown', ...at, ...reason }]
}

/**
 * That one call came to nothing does not say that no other is made: its request may be delivered once more until its time is
 * over. Only when the gateway then knows nothing of it, there is another attempt, or an end.
 */
export function untilProof(
  result: GatewayResult,
  operation: Operation,
  { now, rules }: WorldContext
): PaymentEvent {
  const { operationId, gateway, attempt, idempotencyKey } = operation
  // What no deadline ends is tried ever more seldom, since what never left us counts as no attempt.
  const isRare = !isFirst(operation) && attempt > PATIENT_AFTER
  const greatest = isRare ? Math.max(rules.greatestRetryMs, rules.greatestLookUpMs) : rules.greatestRetryMs
  const wait = backoff(attempt, rules.firstRetryMs, greatest, idempotencyKey)
  const dueAt = Math.max(now + wait, callEndsAt(operation))
  const reason = reasonOf(result, 'failed', 'The gateway did not take the request.')
  const standing = { neverLeft: result.outcome === 'NOT_SENT', isProven: false }
  const next = { operationId, gateway, nextAttempt: attempt + 1, dueAt }
  return { type: 'RetryScheduled', ...next, ...standing, ...reason }
}

/** Asks the gateway what became of the payment's operation, as often as it may still be asked for it again. */
export function lookUpOpen(operation: Operation, { payment, context }: Situation): PaymentEvent {
  const { now, rules } = context
  const { giveUpAt } = payment
  if (!isFirst(operation) || giveUpAt === null || now > giveUpAt) return lookUp(operation, context)
  // Else the proof might come when it is too late to begin anew, for a payment whose gateway was back in good time.
  const greatestLookUpMs = Math.min(rules.greatestLookUpMs, rules.greatestRetryMs)
  return lookUp(operation, { ...context, rules: { ...rules, greatestLookUpMs } })
}

/** Asks the gateway what became of an operation; also before it is asked for it again. */
export function lookUp(
  open: Pick<
    Operation,
    'operationId' | 'gateway' | 'attempt' | 'lookUps' | 'idempotencyKey' | 'sendBy' | 'timeoutMs'
  >,
  { now, rules }: WorldContext
): PaymentEvent {
  const { operationId, gateway, attempt, lookUps, idempotencyKey } = open
  const wait = spacedBackoff(lookUps + 2, rules.firstLookUpMs, rules.greatestLookUpMs, idempotencyKey)
  const lookUpAt = now + Math.max(wait, patience(callEndsAt(open), now))
  return { type: 'OutcomeLookupRequested', operationId, gateway, attempt, lookUp: lookUps + 1, lookUpAt }
}

/** Epoch milliseconds of the next try to end an authorization, after its gateway did not let it end. */
export const nextEndingAt = ({ payment, context: { now, rules } }: Situation): number =>
  now + Math.max(rules.greatestLookUpMs, patience(payment.createdAt + rules.authorizationValidityMs, now))

/** Epoch milliseconds of the next try of what has to be done, and could not be in as many attempts as there may be at once. */
export const nextTryAt = ({ payment, context: { now, rules } }: Situation): number =>
  now + Math.max(rules.greatestRetryMs, patience(payment.createdAt, now))

/** Epoch milliseconds of the first look-up of an operation that is open from now on. */
export const firstLookUp = ({ idempotencyKey }: Operation, { now, rules }: WorldContext): number =>
  now + spacedBackoff(1, rules.firstLookUpMs, rules.greatestLookUpMs, idempotencyKey)
