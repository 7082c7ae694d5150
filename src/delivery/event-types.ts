// How events are called in webhooks. Names are a promise to receivers: none ever changes.
import type { StoredPaymentEvent } from '../projections/view.ts'

/** A refusal moves no payment: whoever sent the command is told. */
type SentEvent = Exclude<StoredPaymentEvent['type'], 'CommandRejected'>

export const eventTypes = {
  PaymentInitiated: 'payment.initiated',
  PaymentAuthorized: 'payment.authorized',
  PaymentCaptured: 'payment.captured',
  PaymentCompleted: 'payment.completed',
  PaymentFailed: 'payment.failed',
  PaymentCancelled: 'payment.cancelled',
  PaymentExpired: 'payment.expired',
  PaymentRetried: 'payment.retried',
  CustomerActionRequired: 'payment.action_required',
  RetryScheduled: 'payment.retry_scheduled',
  SettlementRetried: 'payment.settlement_retried',
  RefundAccepted: 'refund.accepted',
  RefundInitiated: 'refund.initiated',
  RefundFailed: 'refund.failed',
  PaymentPartiallyRefunded: 'payment.partially_refunded',
  PaymentRefunded: 'payment.refunded',
  RefundsClosed: 'payment.refunds_closed',
  FraudAssessed: 'payment.fraud_assessed',
  ReviewResolved: 'payment.review_resolved',
  GatewaySelected: 'gateway.selected',
  GatewayOperationRequested: 'gateway.operation_requested',
  GatewayOperationFailed: 'gateway.operation_failed',
  OutcomePending: 'outcome.pending',
  OutcomeUnknown: 'outcome.unknown',
  OutcomeLookupRequested: 'outcome.lookup_requested',
  OutcomeResolved: 'outcome.resolved',
  ContradictoryOutcome: 'outcome.contradictory',
  CompensationRequested: 'compensation.requested',
  CompensationPostponed: 'compensation.postponed',
  CompensationSucceeded: 'compensation.succeeded',
  CompensationFailed: 'compensation.failed'
} as const satisfies Record<SentEvent, string>

export type WebhookType = (typeof eventTypes)[keyof typeof eventTypes]

export const webhookTypes: readonly WebhookType[] = Object.values(eventTypes)
