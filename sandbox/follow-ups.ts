// What is asked of a gateway about money that it has authorized or charged before.
import type { FollowUpKind, SandboxGateway } from './gateways.ts'
import type { Charge, Effect } from './ledger.ts'
import { approve, conflict, decline, type OperationRequest } from './operations.ts'
import { tokens, type FollowUpBehaviour, type TokenBehaviour } from './tokens.ts'

/** What the token that was charged makes of what follows. */
export function behaviourAfter(
  kind: FollowUpKind,
  token: string | null
): FollowUpBehaviour & Pick<TokenBehaviour, 'settlement'> {
  const { settlement, then } = tokens.get(token ?? '') ?? {}
  const behaviour = then?.[kind] ?? { does: 'APPROVE' }
  return kind === 'CAPTURE' && settlement !== undefined ? { ...behaviour, settlement } : behaviour
}

/**
 * Captures (once, up to the authorized amount; the rest is released) or voids (once, the whole of) an authorization,
 * refunds (in parts, up to what was captured), or settles what was captured.
 */
export function followUp(
  gateway: SandboxGateway,
  request: OperationRequest & { readonly kind: FollowUpKind },
  charge: Charge | undefined,
  { does, settlement }: ReturnType<typeof behaviourAfter>
): Effect {
  if (charge?.payment !== request.payment) return notFound()
  const refusal = rules[request.kind](request, charge)
  if (refusal !== null) return refusal
  return does === 'APPROVE'
    ? approve(gateway, request, settlement === undefined)
    : decline(gateway, request, does)
}

type Rule = (request: OperationRequest, charge: Charge) => Effect | null

const ofAuthorization: Rule = ({ amount, currency }, charge) => {
  if (charge.kind !== 'AUTHORIZE') return notFound()
  if (charge.endedBy === 'CAPTURE') return conflict(409, 'already_captured', 'It was captured before.')
  if (charge.endedBy === 'VOID') return conflict(409, 'already_voided', 'It was voided before.')
  if (currency !== charge.currency) return otherCurrency(charge)
  if (amount <= charge.amount) return null
  return conflict(409, 'amount_exceeds_authorized', `No more than ${charge.amount} was authorized.`)
}

const ofCaptured: Rule = ({ currency }, charge) => {
  if (charge.captured === 0) return conflict(409, 'not_captured', 'Nothing of it was captured.')
  return currency === charge.currency ? null : otherCurrency(charge)
}

const rules: Readonly<Record<FollowUpKind, Rule>> = {
  CAPTURE: ofAuthorization,

  VOID(request, charge) {
    const refusal = ofAuthorization(request, charge)
    if (refusal !== null || request.amount === charge.amount) return refusal
    return conflict(409, 'amount_mismatch', `A void releases all of the ${charge.amount} authorized.`)
  },

  REFUND(request, charge) {
    const refusal = ofCaptured(request, charge)
    const left = charge.captured - charge.refunded
    if (refusal !== null || request.amount <= left) return refusal
    return conflict(409, 'amount_exceeds_captured', `No more than ${left} is left of what was captured.`)
  },

  SETTLE(request, charge) {
    const refusal = ofCaptured(request, charge)
    if (refusal !== null || request.amount === charge.captured) return refusal
    return conflict(409, 'amount_mismatch', `All of the ${charge.captured} captured is settled.`)
  }
}

const otherCurrency = (charge: Charge): Effect =>
  conflict(409, 'currency_mismatch', `It was authorized in ${charge.currency}.`)

const notFound = (): Effect =>
  conflict(404, 'authorization_not_found', 'The payment has no such authorization or purchase.')
