// A gateway that says too late that it did what had been taken for undone holds money of somebody: it is asked to give it
// back. That happens beside the payment, in whatever status it is, and never changes it.
import { spacedBackoff } from './backoff.ts'
import type { GatewayResult, OperationKind } from './commands.ts'
import { profileOf, type Situation } from './context.ts'
import type { PaymentEvent } from './events.ts'
import { callEndsAt, callOf } from './operations.ts'
import { provesNothingDone } from './proof.ts'
import type { Compensation } from './state.ts'
import { lookUp, nextTryAt } from './waiting.ts'

/** How the kinds are undone that hold money. Their ids begin with the kind. */
const UNDONE_BY: Readonly<Record<string, OperationKind>> = {
  authorize: 'VOID',
  purchase: 'REFUND',
  capture: 'REFUND'
}

export const isOpenCompensation = ({ status }: Compensation): boolean =>
  status !== 'SUCCEEDED' && status !== 'FAILED'

/** An attempt, as what undoes it names it. */
export const attemptName = ({ operationId, attempt }: { operationId: string; attempt: number }): string =>
  `${operationId}.${attempt}`

/** Asks the gateway to undo what it did late; nothing where it cannot be asked. */
export function compensate(
  late: PaymentEvent & { type: 'ContradictoryOutcome' },
  { paymentId, payment, context }: Situation
): PaymentEvent[] {
  const kind = UNDONE_BY[late.operationId.split('-')[0]!]
  const gateway = profileOf(context, late.gateway)
  if (late.stated !== 'SUCCEEDED' || late.recorded !== 'FAILED' || kind === undefined) return []
  if (gateway?.operations.includes(kind) !== true) return []
  const operationId = `compensate-${payment.operations + 1}`
  // A gateway gives a captured sum back by the reference of its authorization.
  const reference = late.operationId.startsWith('capture') ? payment.reference : late.reference
  return [
    {
      type: 'CompensationRequested',
      ...{ operationId, kind, reference, currency: payment.currency, compensates: attemptName(late) },
      amount: late.amount ?? payment.amount,
      ...callOf(paymentId, operationId, 1, gateway, context.now)
    }
  ]
}

/** What a gateway says of a compensation that is open. */
export function decideCompensation(
  result: GatewayResult,
  compensation: Compensation,
  situation: Situation
): PaymentEvent[] {
  const { now, rules } = situation.context
  const { operationId, gateway, attempt, status, idempotencyKey } = compensation
  const at = { operationId, gateway }
  const code = result.code ?? result.outcome.toLowerCase()
  const message = result.message ?? 'The gateway did not undo what it did too late.'
  if (result.outcome === 'SUCCEEDED')
    return [{ type: 'CompensationSucceeded', ...at, reference: result.reference }]
  if (result.outcome === 'DECLINED') return [{ type: 'CompensationFailed', ...at, code, message }]
  if (status === 'RETRY_SCHEDULED') return []
  if (provesNothingDone(result)) {
    if (attempt < rules.attempts) return [askAgain(compensation, situation)]
    // Somebody's money is held, so it is never given up before the gateway says no.
    const again = { next: 'RETRY', dueAt: nextTryAt(situation) } as const
    return [{ type: 'CompensationPostponed', ...at, attempt, ...again, code, message }]
  }
  if (status !== 'REQUESTED') return []
  const wait = spacedBackoff(1, rules.firstLookUpMs, rules.greatestLookUpMs, idempotencyKey)
  // No other attempt begins before it is known that this one came to nothing.
  const dueAt = Math.max(now + wait, callEndsAt(compensation))
  return [{ type: 'CompensationPostponed', ...at, attempt, next: 'LOOK_UP', dueAt, code, message }]
}

/** What is due of a compensation whose time has come. */
export function continueCompensation(compensation: Compensation, situation: Situation): PaymentEvent {
  return compensation.status === 'RETRY_SCHEDULED'
    ? askAgain(compensation, situation)
    : lookUp(compensation, situation.context)
}

/** After proof that the attempt before came to nothing. */
function askAgain(
  { operationId, kind, attempt, gateway, amount, reference, compensates }: Compensation,
  { paymentId, payment, context }: Situation
): PaymentEvent {
  const { now, rules } = context
  const profile = profileOf(context, gateway)
  if (profile === undefined) {
    const reason = { code: 'gateway_unknown', message: 'No profile has the gateway.' }
    const dueAt = now + rules.greatestLookUpMs
    const at = { operationId, gateway, attempt }
    return { type: 'CompensationPostponed', ...at, next: 'RETRY', dueAt, ...reason }
  }
  return {
    type: 'CompensationRequested',
    ...{ operationId, kind, amount, reference, currency: payment.currency, compensates },
    ...callOf(paymentId, operationId, attempt + 1, profile, now)
  }
}
