// The way on after a failure: anew where no money moved, another settlement, or another refund.
import type { Command } from './commands.ts'
import { profileOf, type Situation } from './context.ts'
import { begin } from './decide-initiation.ts'
import { refund } from './decide-refund.ts'
import type { PaymentEvent } from './events.ts'
import { hasVersion, isIn, isSupported, movedNoMoney, wasNotRejected, type Refusal } from './guards.ts'
import { requestOperation } from './operations.ts'

export function retry(
  command: Command & { type: 'RetryPayment' },
  situation: Situation
): PaymentEvent[] | Refusal {
  const { payment, context } = situation
  const conflict = hasVersion(payment, command.expectedVersion) ?? isIn(payment, 'FAILED')
  if (conflict !== null) return conflict
  const { stage } = payment.failure!
  if (stage === 'SETTLEMENT') return settleAgain(situation)
  if (stage === 'REFUND') {
    const { amount } = payment.refunds.findLast(({ status }) => status === 'FAILED')!
    return refund({ ...command, type: 'RefundPayment', amount, reason: null }, situation)
  }
  const moved = wasNotRejected(payment) ?? movedNoMoney(payment)
  if (moved !== null) return moved
  const giveUpAt = context.now + context.rules.processingDeadlineMs
  const { paymentMethod } = payment
  // It is kept for as long as the payment may be tried again.
  const subject = { ...payment, giveUpAt, paymentMethod: paymentMethod! }
  return [{ type: 'PaymentRetried', stage, giveUpAt }, ...begin({ ...situation, payment: subject })]
}

function settleAgain(situation: Situation): PaymentEvent[] | Refusal {
  const { payment, context } = situation
  const gateway = profileOf(context, payment.gateway)
  const unsupported = isSupported(gateway, 'SETTLE')
  if (unsupported !== null) return unsupported
  const request = requestOperation(situation, 'SETTLE', payment.capturedAmount, gateway!)
  return [{ type: 'SettlementRetried' }, request]
}
