import type { Command } from './commands.ts'
import { profileOf, type Situation } from './context.ts'
import type { PaymentEvent } from './events.ts'
import {
  hasVersion,
  isIdle,
  isIn,
  isPartSupported,
  isRefundable,
  isSupported,
  isWithinRefundable,
  isWithinRefundWindow,
  type Refusal
} from './guards.ts'
import { beginRefunds, nextRefund, refundable, refundIdOf } from './refunds.ts'
import type { Payment } from './state.ts'

/** The amount is reserved at once; the gateway is asked when the refunds before have ended. */
export function refund(
  { commandId, amount, reason, expectedVersion }: Command & { type: 'RefundPayment' },
  situation: Situation
): PaymentEvent[] | Refusal {
  const { payment, context } = situation
  const gateway = profileOf(context, payment.gateway)
  const conflict =
    hasVersion(payment, expectedVersion) ??
    isRefundable(payment) ??
    isWithinRefundWindow(payment, context.now) ??
    isWithinRefundable(payment, amount) ??
    isSupported(gateway, 'REFUND') ??
    isPartSupported(amount ?? refundable(payment), payment.capturedAmount, gateway?.partialRefunds)
  if (conflict !== null) return conflict
  const refundId = refundIdOf(commandId)
  const accepted = { refundId, commandId, amount: amount ?? refundable(payment), status: 'PENDING' } as const
  const events: PaymentEvent[] = [{ type: 'RefundAccepted', refundId, amount: accepted.amount, reason }]
  if (nextRefund(payment) !== null || payment.operation !== null) return events
  return [...events, ...beginRefunds(situation, payment.gateway!, [accepted])]
}

export function closeRefunds(
  { expectedVersion }: Command & { type: 'CloseRefunds' },
  payment: Payment
): PaymentEvent[] | Refusal {
  const conflict =
    hasVersion(payment, expectedVersion) ??
    isIdle(payment) ??
    isIn(payment, 'COMPLETED', 'PARTIALLY_REFUNDED') ??
    (payment.refundsClosed ? { code: 'refund_window_closed' as const, detail: null } : null)
  return conflict ?? [{ type: 'RefundsClosed' }]
}
