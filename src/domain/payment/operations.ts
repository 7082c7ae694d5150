import type { GatewayProfile } from '../routing/route.ts'
import type { OperationKind } from './commands.ts'
import type { PaymentEvent } from './events.ts'
import type { Payment } from './state.ts'

/**
 * Asks a gateway for an operation. Its id and idempotency key follow from the payment and the number of operations so
 * far, so that whoever makes the call, however often, gives the gateway the same key.
 *
 * @param amount minor units
 * @param now epoch milliseconds
 */
export function requestOperation(
  paymentId: string,
  payment: Pick<Payment, 'currency' | 'operations' | 'reference'>,
  kind: OperationKind,
  amount: number,
  gateway: GatewayProfile,
  now: number
): PaymentEvent {
  const operationId = `${kind.toLowerCase()}-${payment.operations + 1}`
  const attempt = 1
  return {
    type: 'GatewayOperationRequested',
    operationId,
    kind,
    attempt,
    gateway: gateway.id,
    idempotencyKey: `${paymentId}.${operationId}.${attempt}`,
    amount,
    currency: payment.currency,
    reference: payment.reference,
    sendBy: now + gateway.sendWithinMs,
    timeoutMs: gateway.callTimeoutMs
  }
}
