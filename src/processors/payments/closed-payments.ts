// The stubs of closed payments: how they stand on the changelog, where they stay for good. Whoever reads one sees the
// state that was written; only what it says twice is left out.
import { answerTo } from '../../domain/payment/answers.ts'
import type { Payment, PaymentState, SeenCommand } from '../../domain/payment/state.ts'
import type { ClosedPayment } from '../../generated/records.ts'
import { children } from './children.ts'
import { endingsOf } from './standing.ts'

export function stubOf({ paymentId, merchantId, commands, payment }: PaymentState): ClosedPayment {
  return {
    ...{ paymentId, merchantId },
    payment: payment === null ? null : { ...payment, ...children(payment) },
    commands: commands.map(command => (isLast(command, payment) ? { ...command, answer: null } : command))
  }
}

/** The answer is the payment as it still is. */
const isLast = ({ answer }: SeenCommand, payment: Payment | null): boolean =>
  answer !== null && answer.version === payment?.version

/** What a closed payment has no more. */
const PAST = {
  operation: null,
  retriedFrom: null,
  giveUpAt: null,
  retryAt: null,
  captureAt: null,
  expiresAt: null
} as const

/** Before variants were looked at that this version may not know. */
export function stateOf({ paymentId, merchantId, commands, payment: terms }: ClosedPayment): PaymentState {
  const payment =
    terms === null
      ? null
      : ({
          ...terms,
          ...PAST,
          endings: endingsOf(terms.endings),
          refunds: terms.refunds ?? [],
          compensations: terms.compensations ?? []
        } as Payment)
  return {
    ...{ paymentId, merchantId, payment },
    commands: (commands as readonly SeenCommand[]).map(command =>
      payment === null || command.rejection !== null || command.answer !== null
        ? command
        : { ...command, answer: answerTo(command, payment) }
    )
  }
}
