// Refunds of a payment: each reserves its amount when it is accepted, and they run at the gateway one by one.
import { profileOf, type Situation } from './context.ts'
import { isClaimed } from './endings.ts'
import type { PaymentEvent } from './events.ts'
import { requestOperation } from './operations.ts'
import type { Payment, Refund } from './state.ts'

type Funds = Pick<Payment, 'capturedAmount' | 'refundedAmount' | 'refunds' | 'endings'>

const isPending = ({ status }: Refund): boolean => status === 'PENDING'

/** The refund that runs, or is the next to run. */
export const nextRefund = ({ refunds }: Pick<Payment, 'refunds'>): Refund | null =>
  refunds.find(isPending) ?? null

/** What may still be refunded, in minor units: neither given back, nor said to be, nor reserved. */
export const refundable = (funds: Funds): number =>
  funds.refunds.filter(isPending).reduce((left, { amount }) => left - amount, notGivenBack(funds))

/** A refund that failed and that its gateway then said was done counts as given back, for it may have been. */
export const notGivenBack = ({ capturedAmount, refundedAmount, endings }: Omit<Funds, 'refunds'>): number =>
  endings
    .filter(ending => ending.operationId.startsWith('refund-') && isClaimed(ending))
    .reduce((left, { amount }) => left - (amount ?? 0), capturedAmount - refundedAmount)

/** The refund that a command asks for. Its id follows from the command's, so that the sender can tell it beforehand. */
export const refundIdOf = (commandId: string): string => commandId.replace(/^cmd_/, 'ref_')

/** Of the payment, as it is when the refund begins. */
type Beginning = Omit<Funds, 'refunds'> & Pick<Payment, 'status' | 'currency' | 'operations' | 'reference'>

/**
 * Asks the gateway for the first of the refunds that it can be asked for; those before it fail.
 *
 * @param refunds oldest first; those that have ended are passed over
 */
export function beginRefunds(
  situation: Situation<Beginning>,
  gatewayId: string,
  refunds: readonly Refund[]
): PaymentEvent[] {
  const { payment, context } = situation
  const gateway = profileOf(context, gatewayId)
  const [first, ...others] = refunds.filter(isPending)
  if (first === undefined) return []
  const { refundId, amount } = first
  // One that brings the sum to what was captured, or that mends a failed one, shows in the payment's status.
  const shows = payment.refundedAmount + amount === payment.capturedAmount || payment.status === 'FAILED'
  const events: PaymentEvent[] = shows ? [{ type: 'RefundInitiated', refundId, amount }] : []
  const obstacle =
    gateway === undefined ? GATEWAY_UNKNOWN : amount > notGivenBack(payment) ? MAY_HAVE_MOVED : null
  if (obstacle === null)
    return [...events, requestOperation(situation, 'REFUND', amount, gateway!, { refundId })]
  const at = { refundId, operationId: null, gateway: gatewayId, declineType: null }
  const left = shows ? ({ ...payment, status: 'FAILED' } as const) : payment
  return [
    ...events,
    { type: 'RefundFailed', ...at, ...obstacle },
    ...beginRefunds({ ...situation, payment: left }, gatewayId, others)
  ]
}

const GATEWAY_UNKNOWN = { code: 'gateway_unknown', message: 'No profile has the gateway of the payment.' }
const MAY_HAVE_MOVED = {
  code: 'money_may_have_moved',
  message: 'The gateway says that a refund that had failed was done: no more is given back than was captured.'
}
