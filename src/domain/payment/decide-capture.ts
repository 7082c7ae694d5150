// Taking authorized money, and letting it go.
import type { Command } from './commands.ts'
import { profileOf, type Situation } from './context.ts'
import type { PaymentEvent } from './events.ts'
import {
  hasVersion,
  isIdle,
  isIn,
  isPartSupported,
  isSupported,
  isWithinAuthorized,
  isWithinCancellationWindow,
  type Refusal
} from './guards.ts'
import { requestOperation } from './operations.ts'

export function capture(
  { amount, expectedVersion }: Command & { type: 'CapturePayment' },
  situation: Situation
): PaymentEvent[] | Refusal {
  const { payment, context } = situation
  const gateway = profileOf(context, payment.gateway)
  const conflict =
    hasVersion(payment, expectedVersion) ??
    isIdle(payment) ??
    isIn(payment, 'AUTHORIZED') ??
    isWithinAuthorized(payment, amount) ??
    isSupported(gateway, 'CAPTURE') ??
    isPartSupported(amount, payment.authorizedAmount, gateway?.partialCapture)
  if (conflict !== null) return conflict
  return [requestOperation(situation, 'CAPTURE', amount ?? payment.authorizedAmount, gateway!)]
}

/** A payment that still waits for a gateway has nothing to let go. */
export function cancel(
  { reason, expectedVersion }: Command & { type: 'CancelPayment' },
  situation: Situation
): PaymentEvent[] | Refusal {
  const { payment, context } = situation
  const gateway = profileOf(context, payment.gateway)
  const conflict =
    hasVersion(payment, expectedVersion) ??
    isIdle(payment) ??
    isIn(payment, 'INITIATED', 'AUTHORIZED') ??
    isWithinCancellationWindow(payment, context.rules, context.now)
  if (conflict !== null) return conflict
  if (payment.status === 'INITIATED') return [{ type: 'PaymentCancelled', operationId: null, reason }]
  const unsupported = isSupported(gateway, 'VOID')
  if (unsupported !== null) return unsupported
  return [requestOperation(situation, 'VOID', payment.authorizedAmount, gateway!, { reason })]
}
