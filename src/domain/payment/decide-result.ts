// What a gateway's answer or notification leads to. It moves the payment only when it is about the operation in flight,
// at the gateway that was asked, and about the sum that was asked for.
import type { DeclineType, GatewayResult } from './commands.ts'
import { contradiction, isAbout } from './contradictions.ts'
import type { DecisionContext } from './decide.ts'
import type { PaymentEvent } from './events.ts'
import { requestOperation } from './operations.ts'
import type { Operation, Payment, PaymentState } from './state.ts'

/** The events that follow from the answer; none when it says nothing new. */
export function decideResult(
  result: GatewayResult,
  state: PaymentState | null,
  context: Pick<DecisionContext, 'gateways' | 'now'>
): readonly PaymentEvent[] {
  const payment = state?.payment ?? null
  if (state === null || payment === null) return []
  const { operation } = payment
  if (operation === null || !isOf(operation, result)) return contradiction(result, payment)
  if (!isAbout(result, operation.amount, payment.currency)) {
    return [...contradiction(result, payment), ...waits(mismatch(result), operation)]
  }
  switch (result.outcome) {
    case 'SUCCEEDED':
      return succeeded(result, state.paymentId, payment, operation, context)
    case 'DECLINED':
      return [failed(result, operation)]
    case 'REFUSED':
    case 'NOT_SENT':
      return isAccepted(operation) ? [] : [failed(result, operation)]
    case 'PENDING':
    case 'NEEDS_CUSTOMER':
    case 'UNKNOWN':
    case 'UNRECOGNIZED':
      return waits(result, operation)
    case 'SETTLEMENT_FAILED':
      // Only what was captured can fail to settle.
      return operation.kind === 'PURCHASE' || operation.kind === 'CAPTURE'
        ? succeeded({ ...result, settled: false }, state.paymentId, payment, operation, context)
        : waits(result, operation)
  }
}

const isOf = ({ operationId, attempt, gateway }: Operation, result: GatewayResult): boolean =>
  operationId === result.operationId && attempt === result.attempt && gateway === result.gateway

/** Then that one call came to nothing says nothing: another has reached the gateway. */
const isAccepted = ({ status }: Operation): boolean => status === 'PENDING' || status === 'NEEDS_CUSTOMER'

/** What is said about another sum is no evidence of what became of this one. */
const mismatch = (result: GatewayResult): GatewayResult => ({
  ...result,
  outcome: 'UNKNOWN',
  code: 'gateway_answer_mismatch',
  message: 'The gateway speaks of another sum than it was asked for.'
})

function succeeded(
  result: GatewayResult,
  paymentId: string,
  payment: Payment,
  operation: Operation,
  { gateways, now }: Pick<DecisionContext, 'gateways' | 'now'>
): PaymentEvent[] {
  const { operationId, gateway: gatewayId, amount } = operation
  const reference = result.reference
  const done = { operationId, gateway: gatewayId, reference, amount }
  const captured: PaymentEvent[] = [{ type: 'PaymentCaptured', ...done }]
  if (result.settled) captured.push({ type: 'PaymentCompleted', amount })
  switch (operation.kind) {
    case 'PURCHASE':
      return [{ type: 'PaymentAuthorized', ...done }, ...captured]
    case 'AUTHORIZE': {
      const authorized: PaymentEvent = { type: 'PaymentAuthorized', ...done }
      const gateway = gateways.find(({ id }) => id === gatewayId)
      // Without its profile the gateway cannot be asked: the payment rests AUTHORIZED, for a merchant to capture.
      if (payment.capture === 'MANUAL' || gateway === undefined) return [authorized]
      const capture = requestOperation(paymentId, { ...payment, reference }, 'CAPTURE', amount, gateway, now)
      return [authorized, capture]
    }
    case 'CAPTURE':
      return captured
    case 'VOID':
      return [{ type: 'PaymentCancelled', operationId, reason: null }]
    case 'REFUND':
    case 'SETTLE':
      throw new Error('no refund or settlement is ever requested yet')
  }
}

/** No money moved, provably: the gateway said no, or nothing reached it. */
function failed(result: GatewayResult, operation: Operation): PaymentEvent {
  const { operationId, kind, gateway } = operation
  const reason = {
    code: result.code ?? CODES[result.outcome] ?? 'failed',
    message: result.message ?? 'It was refused.'
  }
  const declineType = asDeclineType(result)
  if (kind === 'AUTHORIZE' || kind === 'PURCHASE') {
    return { type: 'PaymentFailed', stage: 'AUTHORIZATION', operationId, declineType, ...reason }
  }
  return { type: 'GatewayOperationFailed', operationId, kind, gateway, declineType, ...reason }
}

/**
 * The operation stays open. What is known of it only grows: that the gateway has accepted it, or waits for the customer,
 * is not forgotten when a later call came to nothing.
 */
function waits(result: GatewayResult, operation: Operation): PaymentEvent[] {
  const { operationId, gateway, status, redirectUrl: present } = operation
  const { reference, redirectUrl } = result
  if (result.outcome === 'PENDING') {
    return status === 'PENDING' ? [] : [{ type: 'OutcomePending', operationId, gateway, reference }]
  }
  if (result.outcome === 'NEEDS_CUSTOMER' && redirectUrl !== null) {
    const isRepeat = status === 'NEEDS_CUSTOMER' && present === redirectUrl
    return isRepeat ? [] : [{ type: 'CustomerActionRequired', operationId, gateway, reference, redirectUrl }]
  }
  if (status !== 'REQUESTED') return []
  const code = result.code ?? CODES[result.outcome] ?? 'outcome_unknown'
  const message = result.message ?? 'The gateway may have done what was asked.'
  return [{ type: 'OutcomeUnknown', operationId, gateway, code, message }]
}

/** For gateways that give no code of their own. */
const CODES: Partial<Record<GatewayResult['outcome'], string>> = {
  DECLINED: 'declined',
  REFUSED: 'gateway_refused',
  NOT_SENT: 'gateway_unreachable',
  NEEDS_CUSTOMER: 'customer_action_required'
}

/** A kind of decline that this version does not know is final: to try again could be wrong. */
function asDeclineType({ outcome, declineType }: GatewayResult): DeclineType | null {
  if (outcome !== 'DECLINED') return null
  return declineType === 'SOFT' ? 'SOFT' : 'HARD'
}
