// What a gateway's answer or notification leads to. It moves the payment only when it is about the operation in flight,
// at the gateway that was asked, and about the sum that was asked for.
import { afterProof } from './after-proof.ts'
import type { GatewayResult } from './commands.ts'
import { compensate, decideCompensation, isOpenCompensation } from './compensations.ts'
import { failed, failureOf, succeeded } from './conclusions.ts'
import type { Situation, WorldContext } from './context.ts'
import { contradiction, isAbout } from './contradictions.ts'
import { endingOf, isClaimed } from './endings.ts'
import type { PaymentEvent } from './events.ts'
import { failOver } from './failover.ts'
import { provesNothingDone } from './proof.ts'
import type { Operation, Payment, PaymentState } from './state.ts'
import { firstLookUp, untilProof, waits } from './waiting.ts'

/** The events that follow from the answer; none when it says nothing new. */
export function decideResult(
  result: GatewayResult,
  state: PaymentState | null,
  context: WorldContext
): readonly PaymentEvent[] {
  const payment = state?.payment ?? null
  if (state === null || payment === null) return []
  const situation = { paymentId: state.paymentId, payment, context }
  const { operation, compensations } = payment
  const compensation = compensations.find(open => isOpenCompensation(open) && isOf(open, result))
  if (compensation !== undefined && isAbout(result, compensation.amount, payment.currency))
    return decideCompensation(result, compensation, situation)
  if (operation === null || !isOf(operation, result))
    return [...contradicted(result, situation), ...heldBack(result, operation, context)]
  if (!isAbout(result, operation.amount, payment.currency)) {
    const unsettled = waits(mismatch(result), operation, context)
    return [...contradiction(result, payment), ...unsettled, ...heldBack(result, operation, context)]
  }
  return operation.status === 'SETTLING'
    ? settles(result, operation, situation)
    : decideOpen(result, operation, situation)
}

function decideOpen(
  result: GatewayResult,
  operation: Operation,
  situation: Situation
): readonly PaymentEvent[] {
  const { payment, context } = situation
  switch (result.outcome) {
    case 'SUCCEEDED':
      return succeeded(result, operation, situation)
    case 'DECLINED':
      return declined(result, operation, situation)
    case 'SETTLEMENT_FAILED':
      return settlementFailed(result, operation, situation)
    case 'REFUSED':
    case 'NOT_SENT':
      if (isAccepted(operation) || isClaimedOf(payment, operation)) return []
      if (provesNothingDone(result)) return afterProof(operation, situation, result)
      return operation.status === 'REQUESTED' ? [untilProof(result, operation, context)] : []
    case 'PENDING':
    case 'NEEDS_CUSTOMER':
    case 'UNKNOWN':
    case 'UNRECOGNIZED':
      return waits(result, operation, context)
  }
}

/** What one gateway declines softly, another may take. */
function declined(result: GatewayResult, operation: Operation, situation: Situation): PaymentEvent[] {
  const failure = failureOf(result)
  const elsewhere = failure.declineType === 'SOFT' ? failOver(failure, operation, situation) : null
  return elsewhere ?? failed(result, operation, situation)
}

/** Only what was captured can fail to settle, also where that is the first that is heard of it. */
function settlementFailed(result: GatewayResult, operation: Operation, situation: Situation): PaymentEvent[] {
  switch (operation.kind) {
    case 'SETTLE':
      return failed(result, operation, situation)
    case 'PURCHASE':
    case 'CAPTURE':
      return [
        ...succeeded({ ...result, settled: false }, operation, situation),
        ...failed(result, { ...operation, status: 'SETTLING' }, situation)
      ]
    default:
      return waits(result, operation, situation.context)
  }
}

const isOf = (
  { operationId, attempt, gateway }: Pick<Operation, 'operationId' | 'attempt' | 'gateway'>,
  result: GatewayResult
): boolean => operationId === result.operationId && attempt === result.attempt && gateway === result.gateway

/** Then that one call came to nothing says nothing: another has reached the gateway. */
const isAccepted = ({ status }: Operation): boolean => status === 'PENDING' || status === 'NEEDS_CUSTOMER'

/** Nor does it where the gateway has said, if only of another sum, that it was done. */
function isClaimedOf({ endings }: Payment, operation: Operation): boolean {
  const ending = endingOf(endings, operation)
  return ending !== null && isClaimed(ending)
}

/** Nothing is asked for again while the gateway says that it was done after all: what became of it is looked up. */
function heldBack(
  { operationId: about, outcome }: GatewayResult,
  operation: Operation | null,
  context: WorldContext
): PaymentEvent[] {
  if (operation?.operationId !== about || operation.status !== 'RETRY_SCHEDULED') return []
  if (outcome !== 'SUCCEEDED') return []
  const { operationId, gateway } = operation
  const message = 'The gateway says that it did what it was to be asked for again.'
  const lookUpAt = firstLookUp(operation, context)
  return [
    { type: 'OutcomeUnknown', operationId, gateway, lookUpAt, code: 'gateway_contradicts_itself', message }
  ]
}

/** What is said about another sum is no evidence of what became of this one. */
const mismatch = (result: GatewayResult): GatewayResult => ({
  ...result,
  outcome: 'UNKNOWN',
  code: 'gateway_answer_mismatch',
  message: 'The gateway speaks of another sum than it was asked for.'
})

const contradicted = (result: GatewayResult, situation: Situation): PaymentEvent[] =>
  contradiction(result, situation.payment).flatMap(late => [late, ...compensate(late, situation)])

/** What is said of captured money after it was captured. */
function settles(result: GatewayResult, operation: Operation, situation: Situation): PaymentEvent[] {
  switch (result.outcome) {
    case 'SUCCEEDED':
      return succeeded(result, operation, situation)
    case 'SETTLEMENT_FAILED':
      return failed(result, operation, situation)
    default:
      return contradicted(result, situation)
  }
}
