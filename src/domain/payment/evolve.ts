import type { PaymentEvent, RecordedEvent } from './events.ts'
import { endingsWith, withContradiction } from './endings.ts'
import type { Compensation, Operation, Payment, PaymentState, Refund, SeenCommand } from './state.ts'
import { CorruptHistoryError, statusAfter } from './statuses.ts'
import { reviewAfter } from './review.ts'

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
  const review = reviewAfter(known.payment?.review ?? null, event)
  const moved = { status, version, review, updatedAt: event.occurredAt }
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

/** Everything but what follows from all events alike. */
function apply(payment: Payment | null, event: PaymentEvent & Placed): Payment {
  if (event.type === 'PaymentInitiated') return initiated(event)
  if (payment === null) throw new CorruptHistoryError(`${event.type} without a payment`)
  switch (event.type) {
    case 'FraudAssessed':
      return event.outcome === 'REVIEW' ? { ...payment, giveUpAt: null } : payment
    case 'ReviewResolved':
      return { ...payment, giveUpAt: event.giveUpAt }
    case 'GatewaySelected':
      return { ...payment, gateway: event.gateway, retryAt: null }
    case 'GatewayOperationRequested':
      return requested(payment, event)
    case 'OutcomeUnknown':
      return waiting(payment, 'UNKNOWN', event, { unknownSince: event.occurredAt })
    case 'OutcomePending':
      return waiting(payment, 'PENDING', event)
    case 'CustomerActionRequired':
      return waiting(payment, 'NEEDS_CUSTOMER', event, { redirectUrl: event.redirectUrl })
    case 'RetryScheduled':
      return postponed(payment, event)
    case 'OutcomeLookupRequested':
      return lookedUp(payment, event)
    case 'ContradictoryOutcome':
      return { ...payment, endings: withContradiction(payment.endings, event) }
    case 'GatewayOperationFailed':
      return {
        ...ended(payment, 'FAILED'),
        expiresAt: event.expiresAt ?? payment.expiresAt,
        captureAt: event.captureAt ?? payment.captureAt
      }
    case 'PaymentAuthorized': {
      const { amount, reference, captureAt, expiresAt } = event
      const { operation } = payment
      const authorized = { ...ended(payment, 'SUCCEEDED'), authorizedAmount: amount, reference }
      // A purchase is not over before what comes with its authorization, the capture.
      return operation?.kind === 'PURCHASE'
        ? { ...authorized, operation, ...BEGUN }
        : { ...authorized, captureAt, expiresAt, ...BEGUN }
    }
    case 'PaymentCaptured':
      return captured(payment, event)
    case 'PaymentCompleted':
      return { ...ended(payment, 'SUCCEEDED'), refundsUntil: event.refundsUntil }
    case 'PaymentCancelled':
    case 'PaymentExpired':
      return { ...ended(payment, 'SUCCEEDED'), ...NOTHING_DUE }
    case 'PaymentFailed': {
      const { stage, code, message } = event
      return { ...ended(payment, 'FAILED'), ...NOTHING_DUE, failure: { stage, code, message } }
    }
    case 'PaymentRetried':
      return { ...payment, failure: null, giveUpAt: event.giveUpAt, retriedFrom: payment.operations }
    case 'SettlementRetried':
    case 'RefundInitiated':
      return { ...payment, failure: null }
    case 'RefundAccepted': {
      const { refundId, amount, causationId } = event
      const refund = { refundId, commandId: causationId ?? '', amount, status: 'PENDING' } as const
      return { ...payment, refunds: [...payment.refunds, refund] }
    }
    case 'PaymentPartiallyRefunded':
    case 'PaymentRefunded': {
      const refunds = withRefund(payment.refunds, event.refundId, 'SUCCEEDED')
      return { ...ended(payment, 'SUCCEEDED'), refunds, refundedAmount: event.refundedAmount }
    }
    case 'RefundFailed':
      return refundFailed(payment, event)
    case 'RefundsClosed':
      return { ...payment, refundsClosed: true }
    case 'CompensationRequested':
    case 'CompensationPostponed':
    case 'CompensationSucceeded':
    case 'CompensationFailed':
      return compensating(payment, event)
    // What follows from it is told by the events behind it.
    case 'OutcomeResolved':
      return payment
  }
}

/** Of a payment that looks for no gateway any more. */
const BEGUN = { giveUpAt: null, retriedFrom: null }

/** Of a payment that begins nothing more by itself. */
const NOTHING_DUE = { ...BEGUN, retryAt: null, captureAt: null, expiresAt: null }

type Placed = Pick<RecordedEvent, 'occurredAt' | 'causationId'>
type Of<Type extends PaymentEvent['type']> = PaymentEvent & { type: Type }

/** Of an operation of which nothing is known, or nothing that still holds. */
const UNANSWERED = { neverLeft: false, isProven: false, lookUps: 0 }

function requested(payment: Payment, event: Of<'GatewayOperationRequested'>): Payment {
  const { operationId, kind, attempt, gateway, idempotencyKey, amount, sendBy, timeoutMs } = event
  const { purpose, refundId, reason } = event
  const isNew = payment.operation?.operationId !== operationId
  return {
    ...(isNew ? payment : ended(payment, 'FAILED')),
    operations: payment.operations + (isNew ? 1 : 0),
    captureAt: kind === 'CAPTURE' ? null : payment.captureAt,
    operation: {
      ...{ operationId, kind, attempt, gateway, idempotencyKey, amount, sendBy, timeoutMs },
      ...{ purpose, refundId, reason },
      ...{ status: 'REQUESTED', ...UNANSWERED, redirectUrl: null, dueAt: null, unknownSince: null }
    }
  }
}

function waiting(
  payment: Payment,
  status: Operation['status'],
  { lookUpAt: dueAt }: { readonly lookUpAt: number | null },
  { redirectUrl = null, unknownSince = null }: Partial<Operation> = {}
): Payment {
  if (payment.operation === null) throw new CorruptHistoryError('an outcome without an operation')
  const known = { status, ...UNANSWERED, redirectUrl, dueAt, unknownSince }
  return { ...payment, operation: { ...payment.operation, ...known } }
}

/** The call has come to nothing; or none could be asked for, and what was due is so later. */
function postponed(
  payment: Payment,
  { operationId, dueAt, neverLeft, isProven, occurredAt }: Of<'RetryScheduled'> & Placed
): Payment {
  const { operation, captureAt, expiresAt } = payment
  if (operationId === null) {
    if (payment.status === 'INITIATED') return { ...payment, retryAt: dueAt }
    const later = (at: number | null) => (at !== null && at <= occurredAt ? dueAt : at)
    return { ...payment, captureAt: later(captureAt), expiresAt: later(expiresAt) }
  }
  if (operation === null) throw new CorruptHistoryError('another attempt without an operation')
  const standing = { neverLeft: neverLeft === true, isProven: isProven === true }
  const scheduled = { status: 'RETRY_SCHEDULED', ...standing, dueAt, lookUps: 0 } as const
  return { ...payment, operation: { ...operation, ...scheduled } }
}

function lookedUp(
  payment: Payment,
  { operationId, lookUp: lookUps, lookUpAt: dueAt }: Of<'OutcomeLookupRequested'>
): Payment {
  const { operation } = payment
  if (operation?.operationId === operationId)
    return { ...payment, operation: { ...operation, lookUps, dueAt } }
  return {
    ...payment,
    compensations: withCompensation(payment.compensations, operationId, { lookUps, dueAt })
  }
}

/** Captured money that has not settled keeps its operation: the gateway has more to say about it. */
function captured(payment: Payment, { amount, lookUpAt }: Of<'PaymentCaptured'>): Payment {
  const { operation } = payment
  return {
    ...ended(payment, 'SUCCEEDED'),
    ...{ capturedAmount: amount, captureAt: null, expiresAt: null },
    operation:
      operation === null || lookUpAt === null
        ? null
        : { ...operation, status: 'SETTLING', dueAt: lookUpAt, lookUps: 0, unknownSince: null }
  }
}

function refundFailed(
  payment: Payment,
  { refundId, operationId, code, message }: Of<'RefundFailed'>
): Payment {
  const refunds = withRefund(payment.refunds, refundId, 'FAILED')
  const failed = payment.status === 'REFUND_INITIATED' ? ({ stage: 'REFUND', code, message } as const) : null
  return {
    ...(operationId === null ? payment : ended(payment, 'FAILED')),
    refunds,
    failure: failed ?? payment.failure
  }
}

const withRefund = (
  refunds: readonly Refund[],
  refundId: string,
  status: Refund['status']
): readonly Refund[] => refunds.map(refund => (refund.refundId === refundId ? { ...refund, status } : refund))

function compensating(
  payment: Payment,
  event: Of<
    'CompensationRequested' | 'CompensationPostponed' | 'CompensationSucceeded' | 'CompensationFailed'
  > &
    Placed
): Payment {
  const { operationId } = event
  const { compensations } = payment
  if (event.type === 'CompensationRequested') {
    const { kind, attempt, gateway, idempotencyKey, amount, reference, sendBy, timeoutMs, compensates } =
      event
    const asked = { operationId, kind, attempt, gateway, idempotencyKey, amount, reference, compensates }
    const open = { status: 'REQUESTED', dueAt: null, lookUps: 0, unknownSince: null } as const
    const fresh = { ...asked, sendBy, timeoutMs, ...open }
    if (compensations.some(known => known.operationId === operationId))
      return { ...payment, compensations: withCompensation(compensations, operationId, fresh) }
    return { ...payment, operations: payment.operations + 1, compensations: [...compensations, fresh] }
  }
  if (event.type === 'CompensationPostponed') {
    const { next, dueAt, occurredAt: unknownSince } = event
    if (next === 'LOOK_UP') {
      const unknown = { status: 'UNKNOWN', dueAt, lookUps: 0, unknownSince } as const
      return { ...payment, compensations: withCompensation(compensations, operationId, unknown) }
    }
    const waiting = { status: 'RETRY_SCHEDULED', dueAt, unknownSince: null } as const
    const retried = withCompensation(compensations, operationId, waiting)
    return { ...payment, compensations: retried, endings: endedCompensation(payment, operationId, 'FAILED') }
  }
  const outcome = event.type === 'CompensationSucceeded' ? 'SUCCEEDED' : 'FAILED'
  const done = withCompensation(compensations, operationId, {
    status: outcome,
    dueAt: null,
    unknownSince: null
  })
  return { ...payment, compensations: done, endings: endedCompensation(payment, operationId, outcome) }
}

const withCompensation = (
  compensations: readonly Compensation[],
  operationId: string,
  change: Partial<Compensation>
): readonly Compensation[] =>
  compensations.map(known => (known.operationId === operationId ? { ...known, ...change } : known))

function endedCompensation(
  { compensations, endings }: Payment,
  operationId: string,
  outcome: 'SUCCEEDED' | 'FAILED'
): Payment['endings'] {
  const { attempt, gateway, amount } = compensations.find(known => known.operationId === operationId)!
  return endingsWith(endings, { operationId, attempt, gateway, outcome, neverLeft: false, amount })
}

/** What settles, or comes with an authorization, has ended well before, and stays so. */
function ended(payment: Payment, outcome: 'SUCCEEDED' | 'FAILED'): Payment {
  if (payment.operation === null) return payment
  const { operationId, attempt, gateway, amount, status } = payment.operation
  if (status === 'SETTLING') return { ...payment, operation: null }
  const neverLeft = outcome === 'FAILED' && payment.operation.neverLeft
  const ending = { operationId, attempt, gateway, outcome, neverLeft, amount }
  const endings = endingsWith(payment.endings, ending)
  return { ...payment, operation: null, endings }
}

function initiated(event: Of<'PaymentInitiated'> & Placed): Payment {
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
    retriedFrom: null,
    refunds: [],
    compensations: [],
    refundsClosed: false,
    giveUpAt: event.giveUpAt,
    retryAt: null,
    captureAt: null,
    expiresAt: null,
    refundsUntil: null,
    failure: null,
    review: null,
    createdAt: event.occurredAt,
    updatedAt: event.occurredAt
  }
}
