// How a payment goes on when an attempt at its gateway has provably come to nothing: elsewhere, once more, or later. What cannot
// be asked for now is put off, on the record; only its deadline, or the number of its attempts, ends it.
import { troubleOf } from '../routing/route.ts'
import type { GatewayProfile } from '../routing/route.ts'
import { backoff, patience } from './backoff.ts'
import type { GatewayResult } from './commands.ts'
import { failed, failureOf } from './conclusions.ts'
import { profileOf, type Situation, type WorldContext } from './context.ts'
import { isClaimed } from './endings.ts'
import type { PaymentEvent } from './events.ts'
import { failOver, mayBeTried } from './failover.ts'
import { isFirst, requestAgain } from './operations.ts'
import { NOT_AT_GATEWAY } from './proof.ts'
import { notGivenBack } from './refunds.ts'
import type { Operation, Payment } from './state.ts'

/** Why a retry was put off whose gateway has had as many as it may have for now. */
export const RETRY_BUDGET_SPENT = 'retry_budget_spent'

type Proof = Pick<GatewayResult, 'outcome' | 'code' | 'message' | 'declineType'>

/** What was said when the proof was had, for attempts that were put off since. */
const PROVEN: Proof = {
  ...{ outcome: 'NOT_SENT', code: NOT_AT_GATEWAY, declineType: null },
  message: 'The gateway never saw the request.'
}

export function afterProof(operation: Operation, situation: Situation, proof = PROVEN): PaymentEvent[] {
  const { payment, context } = situation
  const elsewhere = failOver(failureOf(proof), operation, situation)
  if (elsewhere !== null) return elsewhere
  const gateway = profileOf(context, operation.gateway)
  if (gateway === undefined || !mayBeAskedAgain(payment, operation, context))
    return failed(proof, operation, situation)
  const obstacle = obstacleTo(operation, gateway, context)
  if (obstacle === null) return [requestAgain(situation, operation, gateway)]
  const { giveUpAt } = payment
  if (!isFirst(operation) || giveUpAt === null) return [putOff(operation, obstacle, Infinity, context)]
  return context.now < giveUpAt
    ? [putOff(operation, obstacle, giveUpAt, context)]
    : failed({ ...proof, ...obstacle }, operation, situation)
}

/** Not while a gateway says that money moved after all, by an earlier attempt or by what this one was to stand in for. */
function mayBeAskedAgain(payment: Payment, operation: Operation, context: WorldContext): boolean {
  const { operationId, kind, amount, attempt } = operation
  const earlier = payment.endings.filter(ending => ending.operationId === operationId)
  if (earlier.some(isClaimed)) return false
  if (isFirst(operation)) return mayBeTried(payment, context)
  const neverLeft = earlier.filter(ending => ending.neverLeft).length + Number(operation.neverLeft)
  return (
    attempt - neverLeft < context.rules.attempts && (kind !== 'REFUND' || amount <= notGivenBack(payment))
  )
}

interface Obstacle {
  readonly code: string
  readonly message: string
}

/** Why the gateway is not to be asked again now; null when it may. */
function obstacleTo(
  operation: Operation,
  gateway: GatewayProfile,
  { signals, retriesSpent }: WorldContext
): Obstacle | null {
  const trouble = troubleOf(gateway, signals?.get(gateway.id))
  // A paused gateway takes no new payments; what it has begun it ends.
  if (trouble === 'paused' && isFirst(operation))
    return { code: 'gateway_paused', message: 'The gateway is paused, and no other takes the payment.' }
  if (trouble === 'breaker_open')
    return { code: 'gateway_breaker_open', message: 'The gateway is in trouble, and no other can be asked.' }
  // What never left us was no call, so that to make it now is no retry.
  if (!operation.neverLeft && retriesSpent?.has(gateway.id) === true)
    return { code: RETRY_BUDGET_SPENT, message: 'The gateway gets no more retries for now.' }
  return null
}

/** Each time for about as long again as has been waited already, so that what waits comes back soon after its gateway. */
function putOff(
  { operationId, gateway, attempt, idempotencyKey, sendBy, neverLeft }: Operation,
  obstacle: Obstacle,
  latest: number,
  { now, rules }: WorldContext
): PaymentEvent {
  const waited = Math.max(now - sendBy, rules.firstRetryMs)
  const greatest = Math.max(rules.greatestRetryMs, patience(sendBy, now))
  const dueAt = Math.min(now + backoff(1, waited, greatest, `${idempotencyKey}.${now}`), latest)
  const proven = { neverLeft, isProven: true }
  return {
    type: 'RetryScheduled',
    ...{ operationId, gateway, nextAttempt: attempt + 1, dueAt, ...obstacle, ...proven }
  }
}
