// What a gateway's answer leads to. Only an answer about the operation in flight counts: an equal repeat, or one about
// an operation that has ended, changes nothing.
import type { DeclineType, GatewayResult } from './commands.ts'
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
  const operation = payment?.operation ?? null
  if (state === null || payment === null || operation === null) return []
  if (operation.operationId !== result.operationId || operation.attempt !== result.attempt) return []
  switch (result.outcome) {
    case 'SUCCEEDED':
      return succeeded(result, state.paymentId, payment, operation, context)
    case 'DECLINED':
    case 'REFUSED':
    case 'NOT_SENT':
      return [failed(result, operation)]
    case 'PENDING':
    case 'NEEDS_CUSTOMER':
    case 'UNKNOWN':
    case 'UNRECOGNIZED':
      return operation.status === 'UNKNOWN' ? [] : [unknown(result, operation)]
  }
}

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
      throw new Error('no refund is ever requested yet')
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

function unknown(result: GatewayResult, { operationId, gateway }: Operation): PaymentEvent {
  const code = result.code ?? CODES[result.outcome] ?? 'outcome_unknown'
  const message = result.message ?? 'The gateway may have done what was asked.'
  return { type: 'OutcomeUnknown', operationId, gateway, code, message }
}

/** For gateways that give no code of their own. */
const CODES: Partial<Record<GatewayResult['outcome'], string>> = {
  DECLINED: 'declined',
  REFUSED: 'gateway_refused',
  NOT_SENT: 'gateway_unreachable',
  PENDING: 'outcome_pending',
  NEEDS_CUSTOMER: 'customer_action_required'
}

/** A kind of decline that this version does not know is final: to try again could be wrong. */
function asDeclineType({ outcome, declineType }: GatewayResult): DeclineType | null {
  if (outcome !== 'DECLINED') return null
  return declineType === 'SOFT' ? 'SOFT' : 'HARD'
}
