// What a gateway's answer or notification leads to. It moves the payment only when it is about the operation in flight,
// at the gateway that was asked, and about the sum that was asked for.
import { backoff } from './backoff.ts'
import type { DeclineType, GatewayResult } from './commands.ts'
import { compensate, decideCompensation, isOpenCompensation } from './compensations.ts'
import { contradiction, isAbout } from './contradictions.ts'
import { endingOf, isClaimed } from './endings.ts'
import type { WorldContext } from './context.ts'
import type { PaymentEvent } from './events.ts'
import { movedNoMoney } from './guards.ts'
import { callEndsAt, requestAgain, requestOperation } from './operations.ts'
import { provesNothingDone } from './proof.ts'
import { beginRefunds, notGivenBack } from './refunds.ts'
import type { Operation, Payment, PaymentState } from './state.ts'

/** The events that follow from the answer; none when it says nothing new. */
export function decideResult(
  result: GatewayResult,
  state: PaymentState | null,
  context: WorldContext
): readonly PaymentEvent[] {
  const payment = state?.payment ?? null
  if (state === null || payment === null) return []
  const { operation, compensations } = payment
  const compensation = compensations.find(open => isOpenCompensation(open) && isOf(open, result))
  if (compensation !== undefined && isAbout(result, compensation.amount, payment.currency))
    return decideCompensation(result, state.paymentId, payment, compensation, context)
  if (operation === null || !isOf(operation, result))
    return [
      ...contradicted(result, state.paymentId, payment, context),
      ...heldBack(result, operation, context)
    ]
  if (!isAbout(result, operation.amount, payment.currency)) {
    const unsettled = waits(mismatch(result), operation, context)
    return [...contradiction(result, payment), ...unsettled, ...heldBack(result, operation, context)]
  }
  return operation.status === 'SETTLING'
    ? settles(result, state.paymentId, payment, operation, context)
    : decideOpen(result, state.paymentId, payment, operation, context)
}

function decideOpen(
  result: GatewayResult,
  paymentId: string,
  payment: Payment,
  operation: Operation,
  context: WorldContext
): readonly PaymentEvent[] {
  switch (result.outcome) {
    case 'SUCCEEDED':
      return succeeded(result, paymentId, payment, operation, context)
    case 'DECLINED':
      return failed(result, paymentId, payment, operation, context)
    case 'SETTLEMENT_FAILED':
      return settlementFailed(result, paymentId, payment, operation, context)
    case 'REFUSED':
    case 'NOT_SENT':
      if (isAccepted(operation) || isClaimedOf(payment, operation)) return []
      if (provesNothingDone(result)) return afterProof(result, paymentId, payment, operation, context)
      return operation.status === 'REQUESTED' ? [untilProof(result, operation, context)] : []
    case 'PENDING':
    case 'NEEDS_CUSTOMER':
    case 'UNKNOWN':
    case 'UNRECOGNIZED':
      return waits(result, operation, context)
  }
}

/** Only what was captured can fail to settle, also where that is the first that is heard of it. */
function settlementFailed(
  result: GatewayResult,
  paymentId: string,
  payment: Payment,
  operation: Operation,
  context: WorldContext
): PaymentEvent[] {
  switch (operation.kind) {
    case 'SETTLE':
      return failed(result, paymentId, payment, operation, context)
    case 'PURCHASE':
    case 'CAPTURE':
      return [
        ...succeeded({ ...result, settled: false }, paymentId, payment, operation, context),
        ...failed(result, paymentId, payment, { ...operation, status: 'SETTLING' }, context)
      ]
    default:
      return waits(result, operation, context)
  }
}

const isOf = (
  { operationId, attempt, gateway }: Pick<Operation, 'operationId' | 'attempt' | 'gateway'>,
  result: GatewayResult
): boolean => operationId === result.operationId && attempt === result.attempt && gateway === result.gateway

/** Then that one call came to nothing says nothing: another has reached the gateway. */
const isAccepted = ({ status }: Operation): boolean => status === 'PENDING' || status === 'NEEDS_CUSTOMER'

/** Nor does it where the gateway has said, if only of another sum, that it was done. */
function isClaimedOf({ endings }: Payment, operation: Operation): boolean {
  const ending = endingOf(endings, operation)
  return ending !== null && isClaimed(ending)
}

/** Nothing is asked for again while the gateway says that it was done after all: what became of it is looked up. */
function heldBack(
  { operationId: about, outcome }: GatewayResult,
  operation: Operation | null,
  context: WorldContext
): PaymentEvent[] {
  if (operation?.operationId !== about || operation.status !== 'RETRY_SCHEDULED') return []
  if (outcome !== 'SUCCEEDED') return []
  const { operationId, gateway } = operation
  const message = 'The gateway says that it did what it was to be asked for again.'
  const lookUpAt = firstLookUp(operation, context)
  return [
    { type: 'OutcomeUnknown', operationId, gateway, lookUpAt, code: 'gateway_contradicts_itself', message }
  ]
}

/** What is said about another sum is no evidence of what became of this one. */
const mismatch = (result: GatewayResult): GatewayResult => ({
  ...result,
  outcome: 'UNKNOWN',
  code: 'gateway_answer_mismatch',
  message: 'The gateway speaks of another sum than it was asked for.'
})

function contradicted(
  result: GatewayResult,
  paymentId: string,
  payment: Payment,
  context: WorldContext
): PaymentEvent[] {
  return contradiction(result, payment).flatMap(late => [
    late,
    ...compensate(paymentId, payment, late, context)
  ])
}

/** What follows when the operation was done, be it that its gateway says so or an operator. */
export function succeeded(
  result: Pick<GatewayResult, 'reference' | 'settled'>,
  paymentId: string,
  payment: Payment,
  operation: Operation,
  context: WorldContext
): PaymentEvent[] {
  const { gateways, now, rules } = context
  const { operationId, gateway: gatewayId, amount } = operation
  const { reference, settled } = result
  const done = { operationId, gateway: gatewayId, reference, amount }
  const gateway = gateways.find(({ id }) => id === gatewayId)
  // What was captured has happened already; only that it settles was missing.
  if (operation.status === 'SETTLING') return settled ? [completed(payment.capturedAmount, context)] : []
  switch (operation.kind) {
    case 'PURCHASE': {
      const authorized = { type: 'PaymentAuthorized', ...done, captureAt: null, expiresAt: null } as const
      return [authorized, ...captures(done, settled, operation, context)]
    }
    case 'AUTHORIZE': {
      const { capture, captureDelayMs } = payment
      const expiresAt = now + rules.authorizationValidityMs
      // Without its profile the gateway cannot be asked: the payment rests AUTHORIZED, for a merchant to capture.
      const isAutomatic = capture === 'AUTOMATIC' && gateway !== undefined
      const captureAt = isAutomatic && captureDelayMs !== null ? now + captureDelayMs : null
      const authorized = { type: 'PaymentAuthorized', ...done, captureAt, expiresAt } as const
      if (!isAutomatic || captureAt !== null) return [authorized]
      const next = { ...payment, reference }
      return [authorized, requestOperation(paymentId, next, 'CAPTURE', amount, gateway, now)]
    }
    case 'CAPTURE':
      return captures(done, settled, operation, context)
    case 'VOID':
      return operation.purpose === 'EXPIRY'
        ? [{ type: 'PaymentExpired', operationId }]
        : [{ type: 'PaymentCancelled', operationId, reason: operation.reason }]
    case 'SETTLE':
      if (settled) return [completed(payment.capturedAmount, context)]
      return waits({ ...unstated, outcome: 'PENDING', reference }, operation, context)
    case 'REFUND':
      return refunded({ ...done, refundId: operation.refundId! }, paymentId, payment, context)
  }
}

const unstated = { code: null, message: null, redirectUrl: null }

function captures(
  done: { operationId: string; gateway: string; reference: string | null; amount: number },
  settled: boolean,
  operation: Operation,
  context: WorldContext
): PaymentEvent[] {
  if (settled) {
    return [{ type: 'PaymentCaptured', ...done, lookUpAt: null }, completed(done.amount, context)]
  }
  return [{ type: 'PaymentCaptured', ...done, lookUpAt: firstLookUp(operation, context) }]
}

const completed = (amount: number, { now, rules }: WorldContext): PaymentEvent => ({
  type: 'PaymentCompleted',
  amount,
  refundsUntil: now + rules.refundWindowMs
})

/** What is said of captured money after it was captured. */
function settles(
  result: GatewayResult,
  paymentId: string,
  payment: Payment,
  operation: Operation,
  context: WorldContext
): PaymentEvent[] {
  switch (result.outcome) {
    case 'SUCCEEDED':
      return succeeded(result, paymentId, payment, operation, context)
    case 'SETTLEMENT_FAILED':
      return failed(result, paymentId, payment, operation, context)
    default:
      return contradicted(result, paymentId, payment, context)
  }
}

function refunded(
  done: { refundId: string; operationId: string; gateway: string; reference: string | null; amount: number },
  paymentId: string,
  payment: Payment,
  { gateways, now }: WorldContext
): PaymentEvent[] {
  const refundedAmount = payment.refundedAmount + done.amount
  if (refundedAmount === payment.capturedAmount) return [{ type: 'PaymentRefunded', ...done, refundedAmount }]
  const partly: PaymentEvent = { type: 'PaymentPartiallyRefunded', ...done, refundedAmount }
  const refunds = payment.refunds.filter(({ refundId }) => refundId !== done.refundId)
  const gateway = gateways.find(({ id }) => id === done.gateway)
  const left = { ...payment, status: 'PARTIALLY_REFUNDED', refundedAmount } as const
  return [partly, ...beginRefunds(paymentId, left, done.gateway, refunds, gateway, now)]
}

/**
 * No money moved, provably: the gateway said no, or nothing reached it.
 * @param result or an operator's decision that says as much
 */
export function failed(
  result: Pick<GatewayResult, 'outcome' | 'code' | 'message' | 'declineType'>,
  paymentId: string,
  payment: Payment,
  operation: Operation,
  { gateways, now, rules }: WorldContext
): PaymentEvent[] {
  const { operationId, kind, gateway, purpose, status, refundId } = operation
  const reason = {
    code: result.code ?? CODES[result.outcome] ?? 'failed',
    message: result.message ?? 'It was refused.'
  }
  const declineType = asDeclineType(result)
  if (status === 'SETTLING' || kind === 'SETTLE')
    return [{ type: 'PaymentFailed', stage: 'SETTLEMENT', operationId, declineType, ...reason }]
  if (kind === 'AUTHORIZE' || kind === 'PURCHASE')
    return [{ type: 'PaymentFailed', stage: 'AUTHORIZATION', operationId, declineType, ...reason }]
  if (kind === 'REFUND') {
    const event: PaymentEvent = {
      type: 'RefundFailed',
      ...{ refundId: refundId!, operationId, gateway, declineType, ...reason }
    }
    const others = payment.refunds.filter(refund => refund.refundId !== refundId)
    const left = payment.status === 'REFUND_INITIATED' ? ({ ...payment, status: 'FAILED' } as const) : payment
    const profile = gateways.find(({ id }) => id === gateway)
    return [event, ...beginRefunds(paymentId, left, gateway, others, profile, now)]
  }
  const expiresAt = purpose === 'EXPIRY' ? now + rules.greatestLookUpMs : null
  return [{ type: 'GatewayOperationFailed', operationId, kind, gateway, declineType, expiresAt, ...reason }]
}

/**
 * That one call came to nothing does not say that no other is made: its request may be delivered once more until its time is
 * over. Only when the gateway then knows nothing of it, there is another attempt, or an end.
 */
function untilProof(result: GatewayResult, operation: Operation, { now, rules }: WorldContext): PaymentEvent {
  const { operationId, gateway, attempt, idempotencyKey } = operation
  const wait = backoff(attempt, rules.firstRetryMs, rules.greatestRetryMs, idempotencyKey)
  const dueAt = Math.max(now + wait, callEndsAt(operation))
  const code = result.code ?? CODES[result.outcome] ?? 'failed'
  const message = result.message ?? 'The gateway did not take the request.'
  return { type: 'RetryScheduled', operationId, gateway, nextAttempt: attempt + 1, dueAt, code, message }
}

function afterProof(
  result: GatewayResult,
  paymentId: string,
  payment: Payment,
  operation: Operation,
  context: WorldContext
): PaymentEvent[] {
  const { gateways, now, rules } = context
  const gateway = gateways.find(({ id }) => id === operation.gateway)
  const isFirst = operation.kind === 'AUTHORIZE' || operation.kind === 'PURCHASE'
  const isTooLate = isFirst && payment.giveUpAt !== null && now > payment.giveUpAt
  const isLast = isTooLate || operation.attempt >= rules.attempts
  if (gateway === undefined || isLast || !mayBeAskedAgain(payment, operation))
    return failed(result, paymentId, payment, operation, context)
  return [requestAgain(paymentId, payment, operation, gateway, now)]
}

/** Not while a gateway says that money moved after all, by an earlier attempt or by what this one was to stand in for. */
function mayBeAskedAgain(payment: Payment, { operationId, kind, amount }: Operation): boolean {
  if (payment.endings.some(ending => ending.operationId === operationId && isClaimed(ending))) return false
  if (kind === 'AUTHORIZE' || kind === 'PURCHASE') return movedNoMoney(payment) === null
  return kind !== 'REFUND' || amount <= notGivenBack(payment)
}

/**
 * The operation stays open. What is known of it only grows: that the gateway has accepted it, or waits for the customer,
 * is not forgotten when a later call came to nothing.
 */
function waits(
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
  const code = result.code ?? CODES[result.outcome] ?? 'outcome_unknown'
  const message = result.message ?? 'The gateway may have done what was asked.'
  return [{ type: 'OutcomeUnknown', ...at, code, message }]
}

const firstLookUp = ({ idempotencyKey }: Operation, { now, rules }: WorldContext): number =>
  now + backoff(1, rules.firstLookUpMs, rules.greatestLookUpMs, idempotencyKey)

/** For gateways that give no code of their own. */
const CODES: Partial<Record<GatewayResult['outcome'], string>> = {
  DECLINED: 'declined',
  REFUSED: 'gateway_refused',
  NOT_SENT: 'gateway_unreachable',
  NEEDS_CUSTOMER: 'customer_action_required',
  SETTLEMENT_FAILED: 'settlement_failed'
}

/** A kind of decline that this version does not know is final: to try again could be wrong. */
function asDeclineType({
  outcome,
  declineType
}: Pick<GatewayResult, 'outcome' | 'declineType'>): DeclineType | null {
  if (outcome !== 'DECLINED') return null
  return declineType === 'SOFT' ? 'SOFT' : 'HARD'
}
