// An operator has looked at a payment that was held.
import type { Command } from './commands.ts'
import type { Situation } from './context.ts'
import { chooseGateway } from './decide-initiation.ts'
import type { PaymentEvent } from './events.ts'
import { hasVersion, isHeld, movedNoMoney, type Refusal } from './guards.ts'
import { rejected } from './judge.ts'

export function review(
  command: Command & { type: 'ResolveReview' },
  situation: Situation
): PaymentEvent[] | Refusal {
  const { payment, context } = situation
  const { reason, decidedBy, expectedVersion } = command
  const conflict = hasVersion(payment, expectedVersion) ?? isHeld(payment)
  if (conflict !== null) return conflict
  const by = { type: 'ReviewResolved', reason, decidedBy } as const
  // The guards have seen that it is one of the two.
  if (command.decision === 'REJECT') return [{ ...by, decision: 'REJECT', giveUpAt: null }, rejected()]
  const moved = movedNoMoney(payment)
  if (moved !== null) return moved
  const giveUpAt = context.now + context.rules.processingDeadlineMs
  // It is kept for as long as the payment may be charged.
  const subject = { ...payment, giveUpAt, paymentMethod: payment.paymentMethod! }
  return [{ ...by, decision: 'APPROVE', giveUpAt }, ...chooseGateway({ ...situation, payment: subject })]
}
