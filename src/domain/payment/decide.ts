// What a command leads to: events, or a refusal. Pure: time, gateways and merchant enter through the context.
import type { GatewayProfile } from '../routing/route.ts'
import { route } from '../routing/route.ts'
import type { CaptureMode, Command, PaymentTerms } from './commands.ts'
import type { PaymentEvent } from './events.ts'
import type { Refusal } from './guards.ts'
import {
  hasVersion,
  holdsNoCardNumber,
  isIdle,
  isIn,
  isSupported,
  isWellFormed,
  isWithinAuthorized
} from './guards.ts'
import { limits } from './limits.ts'
import { requestOperation } from './operations.ts'
import type { PaymentState } from './state.ts'

export interface DecisionContext {
  /** Epoch milliseconds. */
  readonly now: number
  readonly merchantIsKnown: boolean
  readonly gateways: readonly GatewayProfile[]
}

export type Decision =
  | { readonly type: 'accepted'; readonly events: readonly PaymentEvent[] }
  | ({ readonly type: 'refused'; readonly remembered: boolean } & Refusal)
  /** The same command again: it has taken effect or was refused, and its sender gets the same answer. */
  | { readonly type: 'repeat' }

const accepted = (...events: PaymentEvent[]): Decision => ({ type: 'accepted', events })

/** A refusal that the payment does not remember: it never saw the command, or has no room for it. */
const forgotten = (code: Refusal['code']): Decision => ({
  type: 'refused',
  remembered: false,
  code,
  detail: null
})

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
  if (refusal !== null) return { type: 'refused', remembered: true, ...refusal }

  if (command.type === 'InitiatePayment') {
    // The payment's id follows from this command's key, so only its repeats can meet the payment, and they went above.
    if (payment !== null) return { type: 'refused', remembered: true, code: 'status_conflict', detail: null }
    return context.merchantIsKnown
      ? accepted(...initiate(command as InitiatePayment, context))
      : { type: 'refused', remembered: true, code: 'merchant_unknown', detail: null }
  }
  // A payment whose InitiatePayment was refused never came into being.
  if (payment === null) return forgotten('payment_not_found')

  const gateway = context.gateways.find(({ id }) => id === payment.gateway)
  const kind = command.type === 'CapturePayment' ? 'CAPTURE' : 'VOID'
  const amount = command.type === 'CapturePayment' ? command.amount : null
  const conflict =
    hasVersion(payment, command.expectedVersion) ??
    isIdle(payment) ??
    isIn(payment, 'AUTHORIZED') ??
    isWithinAuthorized(payment, amount) ??
    isSupported(gateway, kind)
  if (conflict !== null) return { type: 'refused', remembered: true, ...conflict }
  return accepted(
    requestOperation(
      command.paymentId,
      payment,
      kind,
      amount ?? payment.authorizedAmount,
      gateway!,
      context.now
    )
  )
}

/** The guards have seen that no variant is unrecognised. */
type InitiatePayment = Command & { type: 'InitiatePayment'; capture: CaptureMode } & PaymentTerms

function initiate(command: InitiatePayment, { gateways, now }: DecisionContext): PaymentEvent[] {
  const { amount, currency, capture, captureDelayMs, customer, paymentMethod, description, metadata } =
    command
  const terms = { amount, currency, capture, captureDelayMs, customer, paymentMethod, description, metadata }
  const initiated: PaymentEvent = { type: 'PaymentInitiated', ...terms }
  const routing = route(terms, gateways)
  if (routing === null) {
    const reason = { code: 'no_gateway_available', message: 'No gateway can take this payment.' }
    return [
      initiated,
      { type: 'PaymentFailed', stage: 'ROUTING', operationId: null, declineType: null, ...reason }
    ]
  }
  const gateway = gateways.find(({ id }) => id === routing.gateway)!
  const kind = capture === 'AUTOMATIC' && gateway.operations.includes('PURCHASE') ? 'PURCHASE' : 'AUTHORIZE'
  const first = { currency, operations: 0, reference: null }
  return [
    initiated,
    { type: 'GatewaySelected', ...routing },
    requestOperation(command.paymentId, first, kind, amount, gateway, now)
  ]
}
