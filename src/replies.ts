// How a processor answers an ingress that waits for a command: what the ingress writes into the command's headers, and
// what comes back over Redis. A reply is a hint, never the truth: the truth is on the topics, and losing a reply costs
// the waiting request only the time until it finds the answer in the read model.
import type { PaymentState } from './domain/payment/state.ts'
import { viewOf, type PaymentView } from './domain/payment/view.ts'
import type { HeaderName } from './headers.ts'
import type { InputPosition } from './position.ts'

/** Headers of a record that concern its transport and never its meaning. */
export const transportHeaders = {
  /** Redis channel of the ingress instance that waits; absent when nobody does. */
  replyTo: 'aegispay-reply-to',
  /** Tells the waiting requests of one instance apart. */
  replyId: 'aegispay-reply-id',
  /** Epoch milliseconds after which nobody waits any more. */
  deadline: 'aegispay-deadline',
  /** Of the request that began it all; handed on to every record that follows from it. */
  correlationId: 'aegispay-correlation-id',
  /** Who gave the command, where it was not the merchant; handed on to the events that it leads to. */
  requestedBy: 'aegispay-requested-by',
  /** Offset on `control` up to which the ingress had read: an owner that is behind waits for it, bounded. */
  controlOffset: 'aegispay-control-offset'
} as const satisfies Record<string, HeaderName>

/** What the sender of a command is told. */
export type CommandAnswer =
  | { readonly kind: 'payment'; readonly payment: PaymentView }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }

export interface SettledAnswer {
  readonly answer: CommandAnswer
  /** The input that settled it: a read model that shows its effects shows the answer. */
  readonly position: InputPosition
}

/** The JSON on a reply channel. */
export interface Reply extends SettledAnswer {
  readonly replyId: string
}

/** What a payment's state says to the sender of a command: null while the payment has not rested after it. */
export function answerIn(state: PaymentState, commandId: string): CommandAnswer | null {
  const seen = state.commands.find(command => command.commandId === commandId)
  if (seen === undefined) return null
  if (seen.rejection !== null) return { kind: 'rejected', ...seen.rejection }
  if (seen.answer === null || state.payment === null) return null
  return { kind: 'payment', payment: viewOf(state.paymentId, state.payment, seen.answer) }
}
