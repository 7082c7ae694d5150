// The way on after a failure: anew where no money moved, another settlement, or another refund.
import type { Command } from './commands.ts'
import type { WorldContext } from './context.ts'
import { begin } from './decide-initiation.ts'
import { refund } from './decide-refund.ts'
import type { PaymentEvent } from './events.ts'
import { hasVersion, isIn, isSupported, movedNoMoney, type Refusal } from './guards.ts'
import { requestOperation } from './operations.ts'
import type { Payment } from './state.ts'

export function retry(
  command: Command & { type: 'RetryPayment' },
  payment: Payment,
  context: WorldContext
): PaymentEvent[] | Refusal {
  const conflict = hasVersion(payment, command.expectedVersion) ?? isIn(payment, 'FAILED')
  if (conflict !== null) return conflict
  const { stage } = payment.failure!
  if (stage === 'SETTLEMENT') return settleAgain(command.paymentId, payment, context)
  if (stage === 'REFUND') {
    const { amount } = payment.refunds.findLast(({ status }) => status === 'FAILED')!
    return refund({ ...command, type: 'RefundPayment', amount, reason: null }, payment, context)
  }
  const moved = movedNoMoney(payment)
  if (moved !== null) return moved
  const giveUpAt = context.now + context.rules.processingDeadlineMs
  const { paymentMethod } = payment
  // It is kept for as long as the payment may be tried again.
  const subject = { ...payment, giveUpAt, paymentMethod: paymentMethod! }
  return [{ type: 'PaymentRetried', stage, giveUpAt }, ...begin(command.paymentId, subject, context)]
}

function settleAgain(
  paymentId: string,
  payment: Payment,
  { gateways, now }: WorldContext
): PaymentEvent[] | Refusal {
  const gateway = gateways.find(({ id }) => id === payment.gateway)
  const unsupported = isSupported(gateway, 'SETTLE')
  if (unsupported !== null) return unsupported
  const request = requestOperation(paymentId, payment, 'SETTLE', payment.capturedAmount, gateway!, now)
  return [{ type: 'SettlementRetried' }, request]
}
