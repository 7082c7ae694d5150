// What a payment does by itself when its time has come. Timers are no things of their own: they follow from the state, so they
// move with it and are gone when it has moved on.
import { afterProof } from './after-proof.ts'
import { continueCompensation, isOpenCompensation } from './compensations.ts'
import { profileOf, type Situation, type WorldContext } from './context.ts'
import { chooseGateway } from './decide-initiation.ts'
import type { PaymentEvent } from './events.ts'
import { isSupported, movedNoMoney } from './guards.ts'
import { holdIsOver } from './judge.ts'
import { requestOperation } from './operations.ts'
import { nextRefund } from './refunds.ts'
import { rejections } from './rejections.ts'
import type { Operation, Payment, PaymentState } from './state.ts'
import { lookUpOpen, nextEndingAt } from './waiting.ts'

/** When something of the payment is due next, in epoch milliseconds; null when nothing ever is. */
export function dueAt({ payment }: PaymentState): number | null {
  if (payment === null) return null
  let first = Infinity
  for (const at of timesOf(payment)) if (at !== null && at < first) first = at
  return first === Infinity ? null : first
}

function* timesOf(payment: Payment): Iterable<number | null> {
  const { status, operation, compensations } = payment
  if (operation !== null) yield operation.dueAt
  for (const open of compensations) if (isOpenCompensation(open)) yield open.dueAt
  if (status === 'INITIATED') {
    yield payment.retryAt
    yield payment.review?.until ?? null
  }
  if (status === 'AUTHORIZED' && operation === null) {
    yield payment.captureAt
    yield payment.expiresAt
  }
  if (takesRefunds(payment)) yield payment.refundsUntil
}

/** Whether refunds are still to be closed: not while one has not ended. */
const takesRefunds = (payment: Payment): boolean =>
  (payment.status === 'COMPLETED' || payment.status === 'PARTIALLY_REFUNDED') &&
  !payment.refundsClosed &&
  payment.operation === null &&
  nextRefund(payment) === null

/** What is due now; nothing of a payment that has moved on. */
export function decideDue(state: PaymentState, context: WorldContext): PaymentEvent[] {
  const { paymentId, payment } = state
  const { now } = context
  if (payment === null) return []
  const situation = { paymentId, payment, context }
  const isDue = (at: number | null): boolean => at !== null && at <= now
  const { status, operation, captureAt, expiresAt } = payment
  const undoing = payment.compensations
    .filter(open => isOpenCompensation(open) && isDue(open.dueAt))
    .map(due => continueCompensation(due, situation))
  if (operation !== null)
    return isDue(operation.dueAt) ? [...undoing, ...continueOperation(operation, situation)] : undoing
  if (status === 'INITIATED' && isDue(payment.review?.until ?? null)) return [...undoing, holdIsOver()]
  if (status === 'INITIATED' && isDue(payment.retryAt)) return [...undoing, ...goOnChoosing(situation)]
  // What was to be captured before it expired is captured, however long nobody was there to do it.
  if (status === 'AUTHORIZED' && isDue(captureAt)) return [...undoing, endAuthorization(situation, 'CAPTURE')]
  if (status === 'AUTHORIZED' && isDue(expiresAt)) return [...undoing, endAuthorization(situation, 'VOID')]
  if (takesRefunds(payment) && isDue(payment.refundsUntil)) return [...undoing, { type: 'RefundsClosed' }]
  return undoing
}

const continueOperation = (operation: Operation, situation: Situation): PaymentEvent[] =>
  operation.status === 'RETRY_SCHEDULED' && operation.isProven
    ? afterProof(operation, situation)
    : [lookUpOpen(operation, situation)]

/** Not while a gateway says that it was charged after all, of which it may have heard while it waited. */
function goOnChoosing(situation: Situation): PaymentEvent[] {
  const { payment } = situation
  const moved = movedNoMoney(payment)
  if (moved === null)
    return chooseGateway({ ...situation, payment: { ...payment, paymentMethod: payment.paymentMethod! } })
  const failed = { stage: 'ROUTING', operationId: null, declineType: null } as const
  return [{ type: 'PaymentFailed', ...failed, code: moved.code, message: rejections[moved.code] }]
}

/** Captures, or gives back, what was authorized; where the gateway cannot be asked, it is tried again later. */
function endAuthorization(situation: Situation, kind: 'CAPTURE' | 'VOID'): PaymentEvent {
  const { payment, context } = situation
  const gateway = profileOf(context, payment.gateway)
  const purpose = kind === 'VOID' ? 'EXPIRY' : null
  if (isSupported(gateway, kind) === null)
    return requestOperation(situation, kind, payment.authorizedAmount, gateway!, { purpose })
  const reason = { code: 'operation_unsupported', message: 'The gateway of the payment does not do this.' }
  const nobody = { operationId: null, gateway: null, nextAttempt: 1, neverLeft: false, isProven: false }
  return { type: 'RetryScheduled', ...nobody, dueAt: nextEndingAt(situation), ...reason }
}
