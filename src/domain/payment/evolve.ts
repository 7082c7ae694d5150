import type { PaymentEvent, RecordedEvent } from './events.ts'
import { endingsWith, withContradiction } from './endings.ts'
import type { Operation, Payment, PaymentState, SeenCommand } from './state.ts'
import { CorruptHistoryError, statusAfter } from './statuses.ts'

/**
 * Folds one event into the state; null is the state before the first.
 * @throws CorruptHistoryError when the event cannot follow: a gap in the sequence, a move that the table does not have.
 */
export function evolve(state: PaymentState | null, event: RecordedEvent): PaymentState {
  const known = state ?? {
    paymentId: event.paymentId,
    merchantId: event.merchantId,
    commands: [],
    payment: null
  }
  const commands = withCommand(known.commands, event)
  if (event.type === 'CommandRejected') return { ...known, commands }
  const version = (known.payment?.version ?? 0) + 1
  if (event.sequence !== version) {
    throw new CorruptHistoryError(
      `${event.paymentId} is at ${version - 1} and cannot take event ${String(event.sequence)}`
    )
  }
  const status = statusAfter(known.payment?.status ?? null, event.type)
  const moved = { status, version, updatedAt: event.occurredAt }
  return { ...known, commands, payment: { ...apply(known.payment, event), ...moved } }
}

/** The first event of a command says which command it was; a rejection is its command's only event. */
function withCommand(commands: readonly SeenCommand[], event: RecordedEvent): readonly SeenCommand[] {
  const { causationId: commandId, commandFingerprint: fingerprint } = event
  if (commandId === null || fingerprint === null) return commands
  if (event.type !== 'CommandRejected')
    return [...commands, { commandId, fingerprint, rejection: null, answer: null }]
  if (!event.remembered) return commands
  const rejection = { code: event.code, message: event.message }
  return [...commands, { commandId, fingerprint, rejection, answer: null }]
}

/** Everything but status, version and time, which are the same for all events. */
function apply(payment: Payment | null, event: PaymentEvent & { occurredAt: number }): Payment {
  if (event.type === 'PaymentInitiated') return initiated(event)
  if (payment === null) throw new CorruptHistoryError(`${event.type} without a payment`)
  switch (event.type) {
    case 'GatewaySelected':
      return { ...payment, gateway: event.gateway }
    case 'GatewayOperationRequested': {
      const { operationId, kind, attempt, gateway, idempotencyKey, amount, sendBy, timeoutMs } = event
      const operation = { operationId, kind, attempt, gateway, idempotencyKey, amount, sendBy, timeoutMs }
      return {
        ...payment,
        operations: payment.operations + 1,
        operation: { ...operation, status: 'REQUESTED', redirectUrl: null }
      }
    }
    case 'OutcomeUnknown':
      return waiting(payment, 'UNKNOWN')
    case 'OutcomePending':
      return waiting(payment, 'PENDING')
    case 'CustomerActionRequired':
      return waiting(payment, 'NEEDS_CUSTOMER', event.redirectUrl)
    case 'ContradictoryOutcome':
      return { ...payment, endings: withContradiction(payment.endings, event) }
    case 'GatewayOperationFailed':
      return ended(payment, 'FAILED')
    case 'PaymentAuthorized':
      return {
        ...ended(payment, 'SUCCEEDED'),
        authorizedAmount: event.amount,
        reference: event.reference
      }
    case 'PaymentCaptured':
      return { ...ended(payment, 'SUCCEEDED'), capturedAmount: event.amount }
    case 'PaymentCompleted':
      return payment
    case 'PaymentCancelled':
      return ended(payment, 'SUCCEEDED')
    case 'PaymentFailed': {
      const { stage, code, message } = event
      return { ...ended(payment, 'FAILED'), failure: { stage, code, message } }
    }
  }
}

function waiting(
  payment: Payment,
  status: Operation['status'],
  redirectUrl: Operation['redirectUrl'] = null
): Payment {
  if (payment.operation === null) throw new CorruptHistoryError('an outcome without an operation')
  return { ...payment, operation: { ...payment.operation, status, redirectUrl } }
}

/** A purchase ends with its authorization; the capture that comes with it finds nothing open. */
function ended(payment: Payment, outcome: 'SUCCEEDED' | 'FAILED'): Payment {
  if (payment.operation === null) return payment
  const { operationId, attempt, gateway, amount } = payment.operation
  const endings = endingsWith(payment.endings, { operationId, attempt, gateway, outcome, amount })
  return { ...payment, operation: null, endings }
}

function initiated(event: PaymentEvent & { type: 'PaymentInitiated'; occurredAt: number }): Payment {
  const { amount, currency, capture, captureDelayMs, customer, paymentMethod, description, metadata } = event
  return {
    ...{ amount, currency, capture, captureDelayMs, customer, paymentMethod, description, metadata },
    status: 'INITIATED',
    version: 0,
    authorizedAmount: 0,
    capturedAmount: 0,
    refundedAmount: 0,
    gateway: null,
    reference: null,
    operation: null,
    endings: [],
    operations: 0,
    failure: null,
    createdAt: event.occurredAt,
    updatedAt: event.occurredAt
  }
}
