// What a command's sender is told, and when: the payment as it was when it first rested after the command. The answer
// is frozen in the state, so that a repeat gets the same one, however far the payment has moved on.
import { letGo } from './closed.ts'
import type { Answer, OpenOperation, Operation, Payment, PaymentState, SeenCommand } from './state.ts'

/** Nothing is under way that would move the payment by itself: it waits for someone, or is at its end. */
export const rests = ({ operation }: Payment): boolean =>
  operation === null || (operation.status !== 'REQUESTED' && operation.status !== 'RETRY_SCHEDULED')

/** What a decision leaves behind when all of its events are folded. Doing it twice changes nothing. */
export const atRest = (state: PaymentState): PaymentState => letGo(freezeAnswers(state))

/**
 * Gives every command that has no answer yet the payment as it is now, if it rests. Called after all events of one
 * decision, not after each: a payment does not rest between an authorization and the capture that follows from it.
 */
function freezeAnswers(state: PaymentState): PaymentState {
  const { payment, commands } = state
  if (payment === null || !rests(payment) || !commands.some(awaitsAnswer)) return state
  return {
    ...state,
    commands: commands.map(command =>
      awaitsAnswer(command) ? { ...command, answer: answerTo(command, payment) } : command
    )
  }
}

const awaitsAnswer = ({ rejection, answer }: SeenCommand): boolean => rejection === null && answer === null

const openOperationOf = ({ operationId, kind, status, redirectUrl }: Operation): OpenOperation => ({
  operationId,
  kind,
  status,
  redirectUrl
})

/** The payment as it is now, with the refund that the command asked for. */
export function answerTo({ commandId }: Pick<SeenCommand, 'commandId'>, payment: Payment): Answer {
  const refund = payment.refunds.find(asked => asked.commandId === commandId)
  if (refund === undefined) return { ...answerOf(payment), refund: null }
  const { refundId, amount, status } = refund
  return { ...answerOf(payment), refund: { refundId, amount, status } }
}

const answerOf = (payment: Payment): Omit<Answer, 'refund'> => ({
  version: payment.version,
  status: payment.status,
  gateway: payment.gateway,
  authorizedAmount: payment.authorizedAmount,
  capturedAmount: payment.capturedAmount,
  refundedAmount: payment.refundedAmount,
  failure: payment.failure,
  operation: payment.operation === null ? null : openOperationOf(payment.operation),
  review: payment.review,
  updatedAt: payment.updatedAt
})
