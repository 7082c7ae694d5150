// Another gateway for a payment that one has provably not charged. What is unknown never comes here.
import { chooseNext } from './decide-initiation.ts'
import type { DeclineType } from './commands.ts'
import type { Situation } from './context.ts'
import type { PaymentEvent } from './events.ts'
import { movedNoMoney } from './guards.ts'
import { isFirst } from './operations.ts'
import type { Ending, Operation, Payment } from './state.ts'

export interface Failure {
  readonly code: string
  readonly message: string
  /** Null where the gateway has not declined. */
  readonly declineType: DeclineType | null
}

/** Attempts to charge the payment, the open one included, since it was begun or begun again; those that never left us are none. */
export const attemptsToCharge = (payment: Payment): number =>
  tried(payment).length + (payment.operation?.neverLeft === true ? 0 : 1)

/** Whether another attempt to charge it may begin, wherever. */
export const mayBeTried = (payment: Payment, { now, rules }: Situation['context']): boolean =>
  (payment.giveUpAt === null || now <= payment.giveUpAt) &&
  attemptsToCharge(payment) < rules.attempts &&
  movedNoMoney(payment) === null

/**
 * Ends the operation and asks the best gateway that was not tried.
 * @returns null when there is none, or the payment may not be tried again
 */
export function failOver(
  failure: Failure,
  operation: Operation,
  situation: Situation
): PaymentEvent[] | null {
  const { payment, context } = situation
  const { operationId, kind, gateway } = operation
  const { paymentMethod } = payment
  if (!isFirst(operation) || paymentMethod === null || !mayBeTried(payment, context)) return null
  const asked = [...tried(payment), operation]
  const excluded = new Map(asked.map(({ gateway: id }) => [id, 'tried'] as const))
  const next = chooseNext({ ...situation, payment: { ...payment, paymentMethod } }, excluded)
  if (next === null) return null
  return [
    {
      type: 'GatewayOperationFailed',
      operationId,
      kind,
      gateway,
      expiresAt: null,
      captureAt: null,
      ...failure
    },
    ...next
  ]
}

const FIRST = /^(?:authorize|purchase)-(\d+)$/

/**
 * What came to nothing before it was begun again excludes no gateway: the merchant wants it tried anew. Nor does what never
 * left us: the gateway was not asked.
 */
const tried = ({ endings, retriedFrom }: Payment): Ending[] =>
  endings.filter(({ operationId, outcome, neverLeft }) => {
    const [, nth] = FIRST.exec(operationId) ?? []
    return outcome === 'FAILED' && !neverLeft && nth !== undefined && Number(nth) > (retriedFrom ?? 0)
  })
