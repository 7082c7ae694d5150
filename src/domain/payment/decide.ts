// What a command leads to: events, or a refusal. Pure: time, gateways and merchant enter through the context.
import type { Command } from './commands.ts'
import type { Situation, WorldContext } from './context.ts'
import { cancel, capture } from './decide-capture.ts'
import { initiate, type Initiation } from './decide-initiation.ts'
import { closeRefunds, refund } from './decide-refund.ts'
import { resolve } from './decide-resolution.ts'
import { retry } from './decide-retry.ts'
import { review } from './decide-review.ts'
import type { PaymentEvent } from './events.ts'
import { holdsNoCardNumber, isWellFormed, type Refusal } from './guards.ts'
import { limits } from './limits.ts'
import type { PaymentState } from './state.ts'

export interface DecisionContext extends WorldContext {
  readonly merchantIsKnown: boolean
}

export type Decision =
  | { readonly type: 'accepted'; readonly events: readonly PaymentEvent[] }
  | ({ readonly type: 'refused'; readonly remembered: boolean } & Refusal)
  /** The same command again: it has taken effect or was refused, and its sender gets the same answer. */
  | { readonly type: 'repeat' }

/** A refusal that the payment does not remember: it never saw the command, or has no room for it. */
const forgotten = (code: Refusal['code']): Decision => ({
  type: 'refused',
  remembered: false,
  code,
  detail: null
})

const refused = (refusal: Refusal): Decision => ({ type: 'refused', remembered: true, ...refusal })

export function decide(command: Command, state: PaymentState | null, context: DecisionContext): Decision {
  const starts = command.type === 'InitiatePayment'
  if (state === null ? !starts : state.merchantId !== command.merchantId)
    return forgotten('payment_not_found')

  const seen = state?.commands.find(({ commandId }) => commandId === command.commandId)
  if (seen !== undefined) {
    return seen.fingerprint === command.fingerprint ? { type: 'repeat' } : forgotten('idempotency_key_reused')
  }
  if (state !== null && state.commands.length >= limits.commandsPerPayment)
    return forgotten('too_many_commands')

  const payment = state?.payment ?? null
  const refusal = holdsNoCardNumber(command) ?? isWellFormed(command)
  if (refusal !== null) return refused(refusal)

  if (command.type === 'InitiatePayment') {
    // The payment's id follows from this command's key, so only its repeats can meet the payment, and they went above.
    if (payment !== null) return refused({ code: 'status_conflict', detail: null })
    if (!context.merchantIsKnown) return refused({ code: 'merchant_unknown', detail: null })
    return { type: 'accepted', events: initiate(command as Initiation, context) }
  }
  // A payment whose InitiatePayment was refused never came into being.
  if (payment === null) return forgotten('payment_not_found')
  const outcome = decideFor(command, { paymentId: command.paymentId, payment, context })
  return Array.isArray(outcome) ? { type: 'accepted', events: outcome } : refused(outcome)
}

/** The events, or why there are none. */
function decideFor(
  command: Exclude<Command, { type: 'InitiatePayment' }>,
  situation: Situation
): PaymentEvent[] | Refusal {
  switch (command.type) {
    case 'CapturePayment':
      return capture(command, situation)
    case 'CancelPayment':
      return cancel(command, situation)
    case 'RefundPayment':
      return refund(command, situation)
    case 'CloseRefunds':
      return closeRefunds(command, situation.payment)
    case 'RetryPayment':
      return retry(command, situation)
    case 'ResolveReview':
      return review(command, situation)
    case 'ResolveOutcome':
      return resolve(command, situation)
  }
}
