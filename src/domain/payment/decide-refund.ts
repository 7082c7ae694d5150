import type { Command } from './commands.ts'
import type { WorldContext } from './context.ts'
import type { PaymentEvent } from './events.ts'
import {
  hasVersion,
  isIdle,
  isIn,
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
  { paymentId, commandId, amount, reason, expectedVersion }: Command & { type: 'RefundPayment' },
  payment: Payment,
  { gateways, now }: WorldContext
): PaymentEvent[] | Refusal {
  const gateway = gateways.find(({ id }) => id === payment.gateway)
  const conflict =
    hasVersion(payment, expectedVersion) ??
    isRefundable(payment) ??
    isWithinRefundWindow(payment, now) ??
    isWithinRefundable(payment, amount) ??
    isSupported(gateway, 'REFUND')
  if (conflict !== null) return conflict
  const refundId = refundIdOf(commandId)
  const accepted = { refundId, commandId, amount: amount ?? refundable(payment), status: 'PENDING' } as const
  const events: PaymentEvent[] = [{ type: 'RefundAccepted', refundId, amount: accepted.amount, reason }]
  if (nextRefund(payment) !== null || payment.operation !== null) return events
  return [...events, ...beginRefunds(paymentId, payment, payment.gateway!, [accepted], gateway, now)]
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
