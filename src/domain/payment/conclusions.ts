// What it means that an operation was done, or was not.
import type { DeclineType, GatewayResult } from './commands.ts'
import { profileOf, type Situation, type WorldContext } from './context.ts'
import type { PaymentEvent } from './events.ts'
import type { Failure } from './failover.ts'
import { isFirst, requestOperation } from './operations.ts'
import { reasonOf } from './reasons.ts'
import { beginRefunds } from './refunds.ts'
import type { Operation } from './state.ts'
import { firstLookUp, nextTryAt, nextEndingAt, waits } from './waiting.ts'

/** What follows when the operation was done, be it that its gateway says so or an operator. */
export function succeeded(
  result: Pick<GatewayResult, 'reference' | 'settled'>,
  operation: Operation,
  situation: Situation
): PaymentEvent[] {
  const { payment, context } = situation
  const { now, rules } = context
  const { operationId, gateway: gatewayId, amount } = operation
  const { reference, settled } = result
  const done = { operationId, gateway: gatewayId, reference, amount }
  const gateway = profileOf(context, gatewayId)
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
      return [authorized, requestOperation({ ...situation, payment: next }, 'CAPTURE', amount, gateway)]
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
      return refunded({ ...done, refundId: operation.refundId! }, situation)
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

function refunded(
  done: { refundId: string; operationId: string; gateway: string; reference: string | null; amount: number },
  situation: Situation
): PaymentEvent[] {
  const { payment } = situation
  const refundedAmount = payment.refundedAmount + done.amount
  if (refundedAmount === payment.capturedAmount) return [{ type: 'PaymentRefunded', ...done, refundedAmount }]
  const partly: PaymentEvent = { type: 'PaymentPartiallyRefunded', ...done, refundedAmount }
  const refunds = payment.refunds.filter(({ refundId }) => refundId !== done.refundId)
  const left = { ...payment, status: 'PARTIALLY_REFUNDED', refundedAmount } as const
  return [partly, ...beginRefunds({ ...situation, payment: left }, done.gateway, refunds)]
}

/**
 * No money moved, provably: the gateway said no, or nothing reached it.
 * @param result or an operator's decision that says as much
 */
export function failed(
  result: Pick<GatewayResult, 'outcome' | 'code' | 'message' | 'declineType'>,
  operation: Operation,
  situation: Situation
): PaymentEvent[] {
  const { payment } = situation
  const { operationId, kind, gateway, purpose, status, refundId } = operation
  const { declineType, ...reason } = failureOf(result)
  if (status === 'SETTLING' || kind === 'SETTLE')
    return [{ type: 'PaymentFailed', stage: 'SETTLEMENT', operationId, declineType, ...reason }]
  if (isFirst(operation))
    return [{ type: 'PaymentFailed', stage: 'AUTHORIZATION', operationId, declineType, ...reason }]
  if (kind === 'REFUND') {
    const event: PaymentEvent = {
      type: 'RefundFailed',
      ...{ refundId: refundId!, operationId, gateway, declineType, ...reason }
    }
    const others = payment.refunds.filter(refund => refund.refundId !== refundId)
    const left = payment.status === 'REFUND_INITIATED' ? ({ ...payment, status: 'FAILED' } as const) : payment
    return [event, ...beginRefunds({ ...situation, payment: left }, gateway, others)]
  }
  const expiresAt = purpose === 'EXPIRY' ? nextEndingAt(situation) : null
  const isLeftUndone = kind === 'CAPTURE' && payment.capture === 'AUTOMATIC' && declineType === null
  const captureAt = isLeftUndone ? nextTryAt(situation) : null
  const again = { expiresAt, captureAt }
  return [{ type: 'GatewayOperationFailed', operationId, kind, gateway, declineType, ...again, ...reason }]
}

/** Why it did not happen, as events say it. */
export const failureOf = (
  result: Pick<GatewayResult, 'outcome' | 'code' | 'message' | 'declineType'>
): Failure => ({
  ...reasonOf(result, 'failed', 'It was refused.'),
  declineType: asDeclineType(result)
})

/** A kind of decline that this version does not know is final: to try again could be wrong. */
function asDeclineType({
  outcome,
  declineType
}: Pick<GatewayResult, 'outcome' | 'declineType'>): DeclineType | null {
  if (outcome !== 'DECLINED') return null
  return declineType === 'SOFT' ? 'SOFT' : 'HARD'
}
