import type { GatewayProfile } from '../routing/route.ts'
import type { OperationKind } from './commands.ts'
import type { PaymentEvent } from './events.ts'
import type { Payment } from './state.ts'

/** One try of an operation of a payment. */
export interface OperationAttempt {
  readonly paymentId: string
  readonly operationId: string
  /** From 1. */
  readonly attempt: number
}

/** The key under which a gateway is asked: the same for everybody who makes the call, however often. */
export const idempotencyKeyOf = ({ paymentId, operationId, attempt }: OperationAttempt): string =>
  `${paymentId}.${operationId}.${attempt}`

const KEY = /^([^.]+)\.([^.]+)\.([1-9]\d{0,8})$/

/** What a key was made of; null for one that was not made here. */
export function attemptOfKey(idempotencyKey: string): OperationAttempt | null {
  const [, paymentId, operationId, attempt] = KEY.exec(idempotencyKey) ?? []
  if (paymentId === undefined || operationId === undefined) return null
  return { paymentId, operationId, attempt: Number(attempt) }
}

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
    idempotencyKey: idempotencyKeyOf({ paymentId, operationId, attempt }),
    amount,
    currency: payment.currency,
    reference: payment.reference,
    sendBy: now + gateway.sendWithinMs,
    timeoutMs: gateway.callTimeoutMs
  }
}
