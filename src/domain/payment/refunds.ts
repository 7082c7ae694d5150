// Refunds of a payment: each reserves its amount when it is accepted, and they run at the gateway one by one.
import type { GatewayProfile } from '../routing/route.ts'
import type { PaymentEvent } from './events.ts'
import { requestOperation } from './operations.ts'
import type { Payment, Refund } from './state.ts'

type Funds = Pick<Payment, 'capturedAmount' | 'refundedAmount' | 'refunds'>

const isPending = ({ status }: Refund): boolean => status === 'PENDING'

/** The refund that runs, or is the next to run. */
export const nextRefund = ({ refunds }: Pick<Payment, 'refunds'>): Refund | null =>
  refunds.find(isPending) ?? null

/** What may still be refunded, in minor units: neither given back nor reserved. */
export const refundable = ({ capturedAmount, refundedAmount, refunds }: Funds): number =>
  refunds.filter(isPending).reduce((left, { amount }) => left - amount, capturedAmount - refundedAmount)

/** The refund that a command asks for. Its id follows from the command's, so that the sender can tell it beforehand. */
export const refundIdOf = (commandId: string): string => commandId.replace(/^cmd_/, 'ref_')

/** Of the payment, as it is when the refund begins. */
type Beginning = Pick<
  Payment,
  'status' | 'capturedAmount' | 'refundedAmount' | 'currency' | 'operations' | 'reference'
>

/**
 * Asks the gateway for a refund. One that brings the sum to what was captured, or that mends a failed one, shows in the
 * payment's status.
 *
 * @param gateway undefined when no profile has it any more
 * @param now epoch milliseconds
 */
export function beginRefund(
  paymentId: string,
  payment: Beginning,
  gatewayId: string,
  { refundId, amount }: Refund,
  gateway: GatewayProfile | undefined,
  now: number
): PaymentEvent[] {
  const isWhole = payment.refundedAmount + amount === payment.capturedAmount
  const events: PaymentEvent[] =
    isWhole || payment.status === 'FAILED' ? [{ type: 'RefundInitiated', refundId, amount }] : []
  if (gateway !== undefined)
    return [...events, requestOperation(paymentId, payment, 'REFUND', amount, gateway, now, { refundId })]
  const reason = { code: 'gateway_unknown', message: 'No profile has the gateway of the payment.' }
  return [
    ...events,
    { type: 'RefundFailed', refundId, operationId: null, gateway: gatewayId, declineType: null, ...reason }
  ]
}
