import { createHash } from 'node:crypto'
import { draw } from './draw.ts'
import type { SandboxGateway, SandboxOperation } from './gateways.ts'
import type { Effect, StoredAnswer } from './ledger.ts'
import { tokens, type Decline, type TokenBehaviour } from './tokens.ts'

/** What is asked of a gateway, under which key. */
export interface OperationRequest {
  readonly idempotencyKey: string
  readonly kind: SandboxOperation
  readonly payment: string
  readonly operation: string
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  /** The card token that is charged; null for what follows on a charge. */
  readonly token: string | null
  /** The authorization or purchase that it is about; null for a charge. */
  readonly authorization: string | null
}

/** Equal for requests that ask for the same thing, whatever the order or spacing of their JSON. */
export function fingerprintOf(request: OperationRequest): string {
  const { kind, payment, operation, amount, currency, token, authorization } = request
  const asked = JSON.stringify([kind, payment, operation, amount, currency, token, authorization])
  return createHash('sha256').update(asked).digest('base64url')
}

/** What authorizing or purchasing comes to: the token decides, or else the gateway's approval rate by the payment's id. */
export const behaviourOf = (gateway: SandboxGateway, { token, payment }: OperationRequest): TokenBehaviour =>
  tokens.get(token ?? '') ?? byApprovalRate(gateway, payment)

/**
 * Authorizes or purchases.
 *
 * @param customerPage base URL of the pages on which customers decide.
 * @returns null when nothing is done and the key stays unknown.
 */
export function charge(
  gateway: SandboxGateway,
  request: OperationRequest,
  { does, settlement }: TokenBehaviour,
  customerPage: string
): Effect | null {
  switch (does) {
    case 'NOTHING':
      return null
    case 'APPROVE':
      return approve(gateway, request, settlement === undefined)
    case 'ACCEPT':
      return accept(gateway, request, { status: 'pending' })
    case 'ASK_CUSTOMER': {
      const redirectUrl = `${customerPage}/${gateway.id}/${referenceOf(gateway, request)}`
      return accept(gateway, request, { status: 'customer_action_required', redirectUrl })
    }
    default:
      return decline(gateway, request, does)
  }
}

function byApprovalRate(gateway: SandboxGateway, payment: string): TokenBehaviour {
  // The gateway's id takes part, else the payments that one gateway declines would be declined by every stricter one.
  if (draw(`approval ${gateway.id}`, payment) < gateway.approvalRate) return { does: 'APPROVE' }
  return { does: { code: 'do_not_honor', message: 'The issuer did not approve.' } }
}

/** @param settles whether captured money is settled at once. */
export function approve(gateway: SandboxGateway, request: OperationRequest, settles = true): Effect {
  const { kind, payment, operation, amount, currency, authorization, token } = request
  const reference = referenceOf(gateway, request)
  const settled = settles && (kind === 'CAPTURE' || kind === 'PURCHASE' || kind === 'SETTLE')
  return {
    answer: approval(reference, request, settled),
    movement: { reference, payment, operation, kind, amount, currency, authorization, token }
  }
}

/** How an approval is told. */
export const approval = (
  reference: string,
  { amount, currency }: Pick<OperationRequest, 'amount' | 'currency'>,
  settled: boolean
): StoredAnswer => ({
  status: 200,
  body: JSON.stringify({ id: reference, status: 'approved', amount, currency, settled })
})

/** How it is told that what was captured will not be paid out. */
export const settlementFailure = (
  reference: string,
  { amount, currency }: Pick<OperationRequest, 'amount' | 'currency'>
): StoredAnswer => ({
  status: 200,
  body: JSON.stringify({
    ...{ id: reference, status: 'settlement_failed', amount, currency, settled: false },
    ...{ code: 'acquirer_rejected', message: 'The acquirer did not pay out.' }
  })
})

/** Says that it will be done, or asked, and moves nothing. */
function accept(gateway: SandboxGateway, request: OperationRequest, answer: object): Effect {
  const { amount, currency } = request
  const id = referenceOf(gateway, request)
  const body = JSON.stringify({ id, ...answer, amount, currency, settled: false })
  return { answer: { status: 200, body }, movement: null }
}

export function decline(
  gateway: SandboxGateway,
  request: OperationRequest,
  { code, message }: Decline
): Effect {
  const { amount, currency } = request
  const id = referenceOf(gateway, request)
  const body = JSON.stringify({ id, status: 'declined', code, message, amount, currency, settled: false })
  return { answer: { status: 200, body }, movement: null }
}

/** What the gateway cannot do, without effect and remembered. */
export function conflict(status: 404 | 409, code: string, message: string): Effect {
  return { answer: { status, body: JSON.stringify({ code, message }) }, movement: null }
}

/** Made from the key, so that a repeated run yields the same references. */
export function referenceOf(gateway: Pick<SandboxGateway, 'id'>, request: OperationRequest): string {
  const digest = createHash('sha256').update(`${gateway.id}\n${request.idempotencyKey}`).digest('base64url')
  return `${gateway.id.replace('sandbox-', '')}_${digest.slice(0, 22)}`
}
