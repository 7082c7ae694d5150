import type { GatewayProfile } from '../routing/route.ts'
import type { OperationKind } from './commands.ts'
import type { Situation } from './context.ts'
import type { PaymentEvent } from './events.ts'
import type { Operation, Payment } from './state.ts'

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

/** What an operation is for, where its kind does not say it all. */
type Particulars = Pick<Operation, 'purpose' | 'refundId' | 'reason'>

const nothingMore: Particulars = { purpose: null, refundId: null, reason: null }

/**
 * Asks a gateway for an operation. Its id and idempotency key follow from the payment and the number of operations so
 * far, so that whoever makes the call, however often, gives the gateway the same key.
 *
 * @param amount minor units
 */
export function requestOperation(
  { paymentId, payment, context }: Situation<Pick<Payment, 'currency' | 'operations' | 'reference'>>,
  kind: OperationKind,
  amount: number,
  gateway: GatewayProfile,
  particulars: Partial<Particulars> = {}
): PaymentEvent {
  const operationId = `${kind.toLowerCase()}-${payment.operations + 1}`
  return {
    type: 'GatewayOperationRequested',
    ...{ operationId, kind, amount, currency: payment.currency, reference: payment.reference },
    ...nothingMore,
    ...particulars,
    ...callOf(paymentId, operationId, 1, gateway, context.now)
  }
}

/** Asks for an operation again, after proof that the attempt before came to nothing. */
export function requestAgain(
  { paymentId, payment: { currency, reference }, context }: Situation,
  { operationId, kind, attempt, amount, purpose, refundId, reason }: Operation,
  gateway: GatewayProfile
): PaymentEvent {
  return {
    type: 'GatewayOperationRequested',
    ...{ operationId, kind, amount, currency, reference, purpose, refundId, reason },
    ...callOf(paymentId, operationId, attempt + 1, gateway, context.now)
  }
}

/** Whether it is by this operation that a payment begins at its gateway. */
export const isFirst = ({ kind }: Pick<Operation, 'kind'>): boolean =>
  kind === 'AUTHORIZE' || kind === 'PURCHASE'

/** The one call of an attempt. */
export function callOf(
  paymentId: string,
  operationId: string,
  attempt: number,
  gateway: GatewayProfile,
  now: number
): Pick<Operation, 'attempt' | 'gateway' | 'idempotencyKey' | 'sendBy' | 'timeoutMs'> {
  return {
    attempt,
    gateway: gateway.id,
    idempotencyKey: idempotencyKeyOf({ paymentId, operationId, attempt }),
    sendBy: now + gateway.sendWithinMs,
    timeoutMs: gateway.callTimeoutMs
  }
}

/** Epoch milliseconds after which no call of an attempt is under way, however often its request is delivered. */
export const callEndsAt = ({ sendBy, timeoutMs }: Pick<Operation, 'sendBy' | 'timeoutMs'>): number =>
  sendBy + timeoutMs
