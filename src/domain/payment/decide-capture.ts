// Taking authorized money, and letting it go.
import type { Command } from './commands.ts'
import type { WorldContext } from './context.ts'
import type { PaymentEvent } from './events.ts'
import {
  hasVersion,
  isIdle,
  isIn,
  isSupported,
  isWithinAuthorized,
  isWithinCancellationWindow,
  type Refusal
} from './guards.ts'
import { requestOperation } from './operations.ts'
import type { Payment } from './state.ts'

export function capture(
  { paymentId, amount, expectedVersion }: Command & { type: 'CapturePayment' },
  payment: Payment,
  { gateways, now }: WorldContext
): PaymentEvent[] | Refusal {
  const gateway = gateways.find(({ id }) => id === payment.gateway)
  const conflict =
    hasVersion(payment, expectedVersion) ??
    isIdle(payment) ??
    isIn(payment, 'AUTHORIZED') ??
    isWithinAuthorized(payment, amount) ??
    isSupported(gateway, 'CAPTURE')
  if (conflict !== null) return conflict
  return [requestOperation(paymentId, payment, 'CAPTURE', amount ?? payment.authorizedAmount, gateway!, now)]
}

/** A payment that still waits for a gateway has nothing to let go. */
export function cancel(
  { paymentId, reason, expectedVersion }: Command & { type: 'CancelPayment' },
  payment: Payment,
  { gateways, now, rules }: WorldContext
): PaymentEvent[] | Refusal {
  const gateway = gateways.find(({ id }) => id === payment.gateway)
  const conflict =
    hasVersion(payment, expectedVersion) ??
    isIdle(payment) ??
    isIn(payment, 'INITIATED', 'AUTHORIZED') ??
    isWithinCancellationWindow(payment, rules, now)
  if (conflict !== null) return conflict
  if (payment.status === 'INITIATED') return [{ type: 'PaymentCancelled', operationId: null, reason }]
  const unsupported = isSupported(gateway, 'VOID')
  if (unsupported !== null) return unsupported
  return [requestOperation(paymentId, payment, 'VOID', payment.authorizedAmount, gateway!, now, { reason })]
}
