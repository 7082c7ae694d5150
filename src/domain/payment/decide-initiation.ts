// How a payment begins, and how it begins again.
import type { RoutingDecision } from '../routing/choose.ts'
import { route } from '../routing/route.ts'
import { backoff } from './backoff.ts'
import type { CaptureMode, Command, PaymentTerms } from './commands.ts'
import { profileOf, type Situation, type WorldContext } from './context.ts'
import type { PaymentEvent } from './events.ts'
import { isCompliant } from './guards.ts'
import { judge } from './judge.ts'
import { requestOperation } from './operations.ts'
import type { Payment } from './state.ts'

/** The guards have seen that no variant is unrecognised. */
export type Initiation = Command & { type: 'InitiatePayment'; capture: CaptureMode } & PaymentTerms

/** What the choice of a gateway, and what it is asked for, depend on. */
type Subject = Pick<PaymentTerms, 'amount' | 'currency' | 'capture' | 'captureDelayMs' | 'customer'> &
  Pick<Payment, 'operations' | 'giveUpAt' | 'review'> & { readonly paymentMethod: { readonly type: string } }

export function initiate(command: Initiation, context: WorldContext): PaymentEvent[] {
  const { amount, currency, capture, captureDelayMs, customer, paymentMethod, description, metadata } =
    command
  const terms = { amount, currency, capture, captureDelayMs, customer, paymentMethod, description, metadata }
  const giveUpAt = context.now + context.rules.processingDeadlineMs
  const subject = { ...terms, operations: 0, giveUpAt, review: null }
  return [
    { type: 'PaymentInitiated', ...terms, giveUpAt },
    ...begin({ paymentId: command.paymentId, payment: subject, context })
  ]
}

/**
 * From INITIATED on: what the merchant does not take fails, what is suspect fails or is held, the rest goes to a gateway or
 * waits for one.
 */
export function begin(situation: Situation<Subject>): PaymentEvent[] {
  const unwanted = isCompliant(situation.payment, situation.context.rules.compliance)
  if (unwanted !== null) {
    return [{ type: 'PaymentFailed', stage: 'COMPLIANCE', operationId: null, declineType: null, ...unwanted }]
  }
  const judged = judge(situation)
  const goesOn = judged === null || judged.outcome === 'ALLOW'
  return [...(judged?.events ?? []), ...(goesOn ? chooseGateway(situation) : [])]
}

/** Chooses a gateway that is not excluded, and asks it; null where none can be asked now. */
export function chooseNext(
  situation: Situation<Subject>,
  excluded: ReadonlyMap<string, string>
): PaymentEvent[] | null {
  const { paymentId, payment, context } = situation
  const { chosen } = route(payment, { ...context, ...context.routing, paymentId, excluded })
  return chosen === null ? null : ask(situation, chosen)
}

/**
 * Chooses a gateway and asks it. Where all that could take the payment are paused or in trouble, it waits until one is
 * not, or until no attempt may begin any more: each time for as long again as it has waited already.
 */
export function chooseGateway(situation: Situation<Subject>): PaymentEvent[] {
  const { paymentId, payment, context } = situation
  const { giveUpAt } = payment
  const { now, rules } = context
  const routing = route(payment, { ...context, ...context.routing, paymentId })
  if (routing.chosen !== null) return ask(situation, routing.chosen)
  const code = 'no_gateway_available'
  const waited = giveUpAt === null ? 0 : now - (giveUpAt - rules.processingDeadlineMs)
  const wait = Math.max(waited, rules.firstRetryMs)
  const latest = giveUpAt ?? Infinity
  const dueAt = Math.min(now + backoff(1, wait, rules.greatestRetryMs, `${paymentId}.${now}`), latest)
  if (routing.none !== 'no_candidate' && now < latest) {
    const message =
      routing.none === 'paused'
        ? 'All gateways that can take the payment are paused.'
        : 'All gateways that can take the payment are in trouble.'
    const nobody = { operationId: null, gateway: null, nextAttempt: 1, neverLeft: false, isProven: false }
    return [{ type: 'RetryScheduled', ...nobody, dueAt, code, message }]
  }
  const message = 'No gateway can take this payment.'
  const nothing = { operationId: null, declineType: null }
  return [{ type: 'PaymentFailed', stage: 'ROUTING', ...nothing, code, message }]
}

function ask({ paymentId, payment, context }: Situation<Subject>, chosen: RoutingDecision): PaymentEvent[] {
  const { amount, currency, capture, captureDelayMs, operations } = payment
  const gateway = profileOf(context, chosen.gateway)!
  const isAtOnce = capture === 'AUTOMATIC' && captureDelayMs === null
  const kind = isAtOnce && gateway.operations.includes('PURCHASE') ? 'PURCHASE' : 'AUTHORIZE'
  const first = { currency, operations, reference: null }
  return [
    { type: 'GatewaySelected', ...chosen },
    requestOperation({ paymentId, payment: first, context }, kind, amount, gateway)
  ]
}
