// Generated from the routes by `npm run generate`. Do not edit.
export interface PaymentRequest {
  /**
   * Minor units.
   */
  amount: number
  /**
   * ISO 4217 alphabetic code.
   */
  currency: string
  /**
   * Whether the money is taken as soon as it is authorized; automatic unless given.
   */
  capture?: 'automatic' | 'manual'
  /**
   * With automatic capture: milliseconds after the authorization in which it can still be cancelled.
   */
  captureDelayMs?: number
  customer: {
    /**
     * The merchant's id of the customer.
     */
    id: string
    /**
     * ISO 3166-1 alpha-2.
     */
    country?: string
    /**
     * Kept apart from the payment, and no part of what makes two requests the same. All contact details given replace all that were held. Where notifications go.
     */
    email?: string
    /**
     * The network address that the customer pays from, by which fraud rules count payments. Only a digest of it is kept, and it is no part of what makes two requests the same.
     */
    address?: string
    /**
     * Kept apart from the payment, and no part of what makes two requests the same. All contact details given replace all that were held. How the customer is called.
     */
    name?: string
    /**
     * Kept apart from the payment, and no part of what makes two requests the same. All contact details given replace all that were held. E.164, beginning with +.
     */
    phone?: string
  }
  paymentMethod: {
    type: 'card'
    /**
     * Never a card number.
     */
    token: string
    /**
     * The card network, as `visa`: routing tells networks apart where it is said.
     */
    network?: string
  }
  description?: string
  /**
   * Your own keys and values. No personal data.
   */
  metadata?: {
    [k: string]: string
  }
}
export interface CaptureRequest {
  /**
   * Minor units; all that is authorized unless given. A partial capture releases the rest.
   */
  amount?: number
}
export interface CancelRequest {
  /**
   * Shown to people.
   */
  reason?: string
}
export interface RefundRequest {
  /**
   * Minor units; all that is left of what was captured unless given.
   */
  amount?: number
  /**
   * Shown to people.
   */
  reason?: string
}
export interface Payment {
  /**
   * Follows from the merchant and the idempotency key.
   */
  id: string
  /**
   * Where the payment is in its life.
   */
  status:
    | 'INITIATED'
    | 'PROCESSING'
    | 'CANCELLED'
    | 'FAILED'
    | 'AUTHORIZED'
    | 'CAPTURED'
    | 'EXPIRED'
    | 'COMPLETED'
    | 'REFUND_INITIATED'
    | 'PARTIALLY_REFUNDED'
    | 'REFUNDED'
  /**
   * What was asked for, in minor units, as all amounts.
   */
  amount: number
  /**
   * ISO 4217 alphabetic code.
   */
  currency: string
  capture: 'automatic' | 'manual'
  /**
   * What the gateway has reserved.
   */
  authorizedAmount: number
  /**
   * What was taken.
   */
  capturedAmount: number
  /**
   * What was given back.
   */
  refundedAmount: number
  /**
   * Null until one is chosen.
   */
  gateway: string | null
  /**
   * Grows with every event: the ETag.
   */
  version: number
  customer: {
    /**
     * The merchant's id of the customer.
     */
    id: string
    /**
     * ISO 3166-1 alpha-2.
     */
    country?: string
  }
  description?: string
  /**
   * As it was sent.
   */
  metadata: {
    [k: string]: string
  }
  /**
   * Of a payment that is FAILED.
   */
  failure?: {
    /**
     * Which step failed.
     */
    stage: string
    /**
     * The gateway's, or `no_gateway_available`.
     */
    code: string
    /**
     * For people of yours.
     */
    message: string
    /**
     * What to tell the customer; more may be added.
     */
    customerHint: {
      /**
       * What the customer can do about it.
       */
      code:
        | 'CHECK_DETAILS'
        | 'USE_ANOTHER_METHOD'
        | 'CONTACT_ISSUER'
        | 'CONFIRM_PAYMENT'
        | 'TRY_LATER'
        | 'CONTACT_MERCHANT'
        | 'NOTHING'
      /**
       * The same in words.
       */
      message: string
    }
  }
  /**
   * What the payment waits for at its gateway; absent when for nothing.
   */
  operation?: {
    /**
     * Tells the operations of a payment apart.
     */
    id: string
    kind: 'authorize' | 'purchase' | 'capture' | 'void' | 'refund' | 'settle'
    /**
     * `requested`: under way. `pending`: the gateway has accepted it. `needs-customer`: send the customer to `redirectUrl`. `unknown`: it may have been done. `retry-scheduled`: it comes to another attempt. `settling`: it was captured, and has not settled.
     */
    status: 'requested' | 'pending' | 'needs-customer' | 'unknown' | 'retry-scheduled' | 'settling'
    redirectUrl?: string
  }
  /**
   * Of a payment that somebody has to look at, or had to, before it went to a gateway.
   */
  review?: {
    /**
     * `pending`: it is held until an operator decides.
     */
    status: 'pending' | 'approved' | 'rejected'
    /**
     * While pending: when the payment fails unless somebody has decided.
     */
    until?: string
  }
  /**
   * In the answer to a command that asked for one.
   */
  refund?: {
    /**
     * Follows from the payment and the idempotency key.
     */
    id: string
    /**
     * `pending`: its amount is reserved, and its gateway is asked or will be.
     */
    status: 'pending' | 'succeeded' | 'failed'
    /**
     * Minor units of the currency of the payment.
     */
    amount: number
  }
  /**
   * When the payment was initiated.
   */
  createdAt: string
  /**
   * When it last changed.
   */
  updatedAt: string
}
export interface AcceptedCommand {
  /**
   * The payment's id.
   */
  id: string
  /**
   * Sent along with a read, makes it show what was answered.
   */
  position: string
}
export interface RefundAnswer {
  /**
   * Follows from the payment and the idempotency key.
   */
  id: string
  /**
   * `pending`: its amount is reserved, and its gateway is asked or will be.
   */
  status: 'pending' | 'succeeded' | 'failed'
  /**
   * Minor units of the currency of the payment.
   */
  amount: number
}
export interface Refund {
  /**
   * Follows from the payment and the idempotency key.
   */
  id: string
  /**
   * `pending`: its amount is reserved, and its gateway is asked or will be.
   */
  status: 'pending' | 'succeeded' | 'failed'
  /**
   * Minor units of the currency of the payment.
   */
  amount: number
  /**
   * As it was sent.
   */
  reason?: string
  /**
   * Of a refund that failed.
   */
  failure?: {
    /**
     * The gateway's.
     */
    code: string
    /**
     * For people.
     */
    message: string
  }
  /**
   * When it was accepted.
   */
  createdAt: string
  /**
   * When it last changed.
   */
  updatedAt: string
}
export interface Event {
  id: string
  /**
   * The payment's version after the event.
   */
  sequence: number
  /**
   * What happened.
   */
  type: string
  occurredAt: string
  /**
   * The command that led to it.
   */
  causationId: string | null
  /**
   * The X-Correlation-Id of the request that led to it.
   */
  correlationId: string | null
  /**
   * What the event says beyond that, as on the topic.
   */
  data: {
    [k: string]: unknown
  }
}
export interface RoutingChoice {
  /**
   * Of the event that records the choice.
   */
  sequence: number
  occurredAt: string
  /**
   * The one that was chosen.
   */
  gateway: string
  /**
   * For people.
   */
  summary: string
  policy: {
    /**
     * `by-priority` where there was none.
     */
    id: string
    /**
     * Of its document, as in the ETag.
     */
    version: string
  }
  /**
   * The part of the payments that the policy tries something else on.
   */
  variant: string | null
  /**
   * `rule:<name>`, or what ranked the gateways.
   */
  decidedBy: string | null
  /**
   * With which it was drawn.
   */
  probability: number
  /**
   * What was known of the payment.
   */
  features: {
    [k: string]: string
  }
  /**
   * In order of rank.
   */
  candidates: RoutingCandidate[]
}
export interface RoutingCandidate {
  gateway: string
  chosen: boolean
  /**
   * For people: why it was, or was not.
   */
  because: string
  /**
   * What ruled it out.
   */
  excludedBy: string | null
  /**
   * Null where nothing was scored.
   */
  score: number | null
  /**
   * With which it could be drawn.
   */
  probability: number | null
  /**
   * What was known of it: priority, approval, spread, cost, latency, health, calls.
   */
  terms: {
    [k: string]: number
  }
}
export interface Customer {
  /**
   * The merchant's id of the customer.
   */
  id: string
  /**
   * Where notifications go.
   */
  email?: string
  /**
   * How the customer is called.
   */
  name?: string
  /**
   * E.164.
   */
  phone?: string
  /**
   * When they were given.
   */
  updatedAt: string
}
export interface Notification {
  id: string
  paymentId: string
  /**
   * The event's place in the payment's history.
   */
  sequence: number
  eventType:
    | 'payment.completed'
    | 'payment.failed'
    | 'payment.action_required'
    | 'payment.partially_refunded'
    | 'payment.refunded'
  /**
   * `pending`: it waits for its first or its next attempt. `sent`: the mail server has it. `failed`: it was refused, or has had its last attempt. `skipped`: nobody was to be told.
   */
  status: 'pending' | 'sent' | 'failed' | 'skipped'
  /**
   * Of what was not sent: `smtp_<code>` as the server answered, what the connection lacked, `no_address`, or `not_wanted`.
   */
  reason: string | null
  attemptCount: number
  /**
   * At the earliest.
   */
  nextAttemptAt: string | null
  createdAt: string
  /**
   * When the mail server took it.
   */
  sentAt: string | null
}
export interface WebhookEndpointToMake {
  /**
   * Where webhooks go: `https`, and on the public internet.
   */
  url: string
  /**
   * For people.
   */
  description?: string
  /**
   * What is sent; everything, unless given.
   */
  eventTypes?: (
    | 'payment.initiated'
    | 'payment.authorized'
    | 'payment.captured'
    | 'payment.completed'
    | 'payment.failed'
    | 'payment.cancelled'
    | 'payment.expired'
    | 'payment.retried'
    | 'payment.action_required'
    | 'payment.retry_scheduled'
    | 'payment.settlement_retried'
    | 'refund.accepted'
    | 'refund.initiated'
    | 'refund.failed'
    | 'payment.partially_refunded'
    | 'payment.refunded'
    | 'payment.refunds_closed'
    | 'payment.fraud_assessed'
    | 'payment.review_resolved'
    | 'gateway.selected'
    | 'gateway.operation_requested'
    | 'gateway.operation_failed'
    | 'outcome.pending'
    | 'outcome.unknown'
    | 'outcome.lookup_requested'
    | 'outcome.resolved'
    | 'outcome.contradictory'
    | 'compensation.requested'
    | 'compensation.postponed'
    | 'compensation.succeeded'
    | 'compensation.failed'
  )[]
}
export interface WebhookEndpointChange {
  /**
   * Where webhooks go: `https`, and on the public internet.
   */
  url?: string
  /**
   * Null takes it away.
   */
  description?: string | null
  /**
   * What is sent from now on; null for everything.
   */
  eventTypes?:
    | (
        | 'payment.initiated'
        | 'payment.authorized'
        | 'payment.captured'
        | 'payment.completed'
        | 'payment.failed'
        | 'payment.cancelled'
        | 'payment.expired'
        | 'payment.retried'
        | 'payment.action_required'
        | 'payment.retry_scheduled'
        | 'payment.settlement_retried'
        | 'refund.accepted'
        | 'refund.initiated'
        | 'refund.failed'
        | 'payment.partially_refunded'
        | 'payment.refunded'
        | 'payment.refunds_closed'
        | 'payment.fraud_assessed'
        | 'payment.review_resolved'
        | 'gateway.selected'
        | 'gateway.operation_requested'
        | 'gateway.operation_failed'
        | 'outcome.pending'
        | 'outcome.unknown'
        | 'outcome.lookup_requested'
        | 'outcome.resolved'
        | 'outcome.contradictory'
        | 'compensation.requested'
        | 'compensation.postponed'
        | 'compensation.succeeded'
        | 'compensation.failed'
      )[]
    | null
  /**
   * A paused endpoint is sent nothing; what happens meanwhile waits.
   */
  status?: 'enabled' | 'paused'
}
export interface RotationOfWebhookSecret {
  /**
   * For how long webhooks are signed with the earlier secret, too; 86400 unless given.
   */
  overlapSeconds?: number
}
export interface WebhookEndpoint {
  id: string
  /**
   * Where webhooks go.
   */
  url: string
  /**
   * For people.
   */
  description: string | null
  /**
   * What is sent; null for everything.
   */
  eventTypes:
    | (
        | 'payment.initiated'
        | 'payment.authorized'
        | 'payment.captured'
        | 'payment.completed'
        | 'payment.failed'
        | 'payment.cancelled'
        | 'payment.expired'
        | 'payment.retried'
        | 'payment.action_required'
        | 'payment.retry_scheduled'
        | 'payment.settlement_retried'
        | 'refund.accepted'
        | 'refund.initiated'
        | 'refund.failed'
        | 'payment.partially_refunded'
        | 'payment.refunded'
        | 'payment.refunds_closed'
        | 'payment.fraud_assessed'
        | 'payment.review_resolved'
        | 'gateway.selected'
        | 'gateway.operation_requested'
        | 'gateway.operation_failed'
        | 'outcome.pending'
        | 'outcome.unknown'
        | 'outcome.lookup_requested'
        | 'outcome.resolved'
        | 'outcome.contradictory'
        | 'compensation.requested'
        | 'compensation.postponed'
        | 'compensation.succeeded'
        | 'compensation.failed'
      )[]
    | null
  /**
   * Paused: what happens waits. Disabled: what happens is not sent, and what had waited goes on waiting. Both end with `enabled`.
   */
  status: 'enabled' | 'paused' | 'disabled'
  /**
   * Why it is not enabled.
   */
  statusReason: string | null
  /**
   * The first attempt that failed with no success after it.
   */
  failingSince: string | null
  createdAt: string
  updatedAt: string
}
export interface IssuedWebhookEndpoint {
  id: string
  /**
   * Where webhooks go.
   */
  url: string
  /**
   * For people.
   */
  description: string | null
  /**
   * What is sent; null for everything.
   */
  eventTypes:
    | (
        | 'payment.initiated'
        | 'payment.authorized'
        | 'payment.captured'
        | 'payment.completed'
        | 'payment.failed'
        | 'payment.cancelled'
        | 'payment.expired'
        | 'payment.retried'
        | 'payment.action_required'
        | 'payment.retry_scheduled'
        | 'payment.settlement_retried'
        | 'refund.accepted'
        | 'refund.initiated'
        | 'refund.failed'
        | 'payment.partially_refunded'
        | 'payment.refunded'
        | 'payment.refunds_closed'
        | 'payment.fraud_assessed'
        | 'payment.review_resolved'
        | 'gateway.selected'
        | 'gateway.operation_requested'
        | 'gateway.operation_failed'
        | 'outcome.pending'
        | 'outcome.unknown'
        | 'outcome.lookup_requested'
        | 'outcome.resolved'
        | 'outcome.contradictory'
        | 'compensation.requested'
        | 'compensation.postponed'
        | 'compensation.succeeded'
        | 'compensation.failed'
      )[]
    | null
  /**
   * Paused: what happens waits. Disabled: what happens is not sent, and what had waited goes on waiting. Both end with `enabled`.
   */
  status: 'enabled' | 'paused' | 'disabled'
  /**
   * Why it is not enabled.
   */
  statusReason: string | null
  /**
   * The first attempt that failed with no success after it.
   */
  failingSince: string | null
  createdAt: string
  updatedAt: string
  /**
   * `whsec_…`, by which webhooks are verified. It is shown this once.
   */
  secret: string
}
export interface WebhookTest {
  webhookId: string
  /**
   * Whether the answer was a success.
   */
  delivered: boolean
  durationMs: number
  /**
   * Null when there was no answer.
   */
  httpStatus: number | null
  /**
   * Why it was no success.
   */
  error: string | null
  /**
   * The first 4 KiB of the answer.
   */
  response: string | null
}
export interface WebhookDelivery {
  /**
   * The `webhook-id`.
   */
  id: string
  endpointId: string
  paymentId: string
  /**
   * The event's place in the payment's history.
   */
  sequence: number
  eventId: string
  eventType:
    | 'payment.initiated'
    | 'payment.authorized'
    | 'payment.captured'
    | 'payment.completed'
    | 'payment.failed'
    | 'payment.cancelled'
    | 'payment.expired'
    | 'payment.retried'
    | 'payment.action_required'
    | 'payment.retry_scheduled'
    | 'payment.settlement_retried'
    | 'refund.accepted'
    | 'refund.initiated'
    | 'refund.failed'
    | 'payment.partially_refunded'
    | 'payment.refunded'
    | 'payment.refunds_closed'
    | 'payment.fraud_assessed'
    | 'payment.review_resolved'
    | 'gateway.selected'
    | 'gateway.operation_requested'
    | 'gateway.operation_failed'
    | 'outcome.pending'
    | 'outcome.unknown'
    | 'outcome.lookup_requested'
    | 'outcome.resolved'
    | 'outcome.contradictory'
    | 'compensation.requested'
    | 'compensation.postponed'
    | 'compensation.succeeded'
    | 'compensation.failed'
  /**
   * When it happened.
   */
  occurredAt: string
  /**
   * Failed: it has had its last attempt.
   */
  status: 'pending' | 'delivered' | 'failed'
  /**
   * Whether it was asked for again after its first round.
   */
  isRedelivery: boolean
  attemptCount: number
  /**
   * At the earliest; one that is held back by an earlier webhook waits for it.
   */
  nextAttemptAt: string | null
  createdAt: string
  /**
   * When it first arrived.
   */
  deliveredAt: string | null
}
export interface WebhookDeliveryDetails {
  /**
   * The `webhook-id`.
   */
  id: string
  endpointId: string
  paymentId: string
  /**
   * The event's place in the payment's history.
   */
  sequence: number
  eventId: string
  eventType:
    | 'payment.initiated'
    | 'payment.authorized'
    | 'payment.captured'
    | 'payment.completed'
    | 'payment.failed'
    | 'payment.cancelled'
    | 'payment.expired'
    | 'payment.retried'
    | 'payment.action_required'
    | 'payment.retry_scheduled'
    | 'payment.settlement_retried'
    | 'refund.accepted'
    | 'refund.initiated'
    | 'refund.failed'
    | 'payment.partially_refunded'
    | 'payment.refunded'
    | 'payment.refunds_closed'
    | 'payment.fraud_assessed'
    | 'payment.review_resolved'
    | 'gateway.selected'
    | 'gateway.operation_requested'
    | 'gateway.operation_failed'
    | 'outcome.pending'
    | 'outcome.unknown'
    | 'outcome.lookup_requested'
    | 'outcome.resolved'
    | 'outcome.contradictory'
    | 'compensation.requested'
    | 'compensation.postponed'
    | 'compensation.succeeded'
    | 'compensation.failed'
  /**
   * When it happened.
   */
  occurredAt: string
  /**
   * Failed: it has had its last attempt.
   */
  status: 'pending' | 'delivered' | 'failed'
  /**
   * Whether it was asked for again after its first round.
   */
  isRedelivery: boolean
  attemptCount: number
  /**
   * At the earliest; one that is held back by an earlier webhook waits for it.
   */
  nextAttemptAt: string | null
  createdAt: string
  /**
   * When it first arrived.
   */
  deliveredAt: string | null
  /**
   * As it is sent.
   */
  body: string
  /**
   * The first first.
   */
  attempts: WebhookAttempt[]
}
export interface WebhookAttempt {
  attempt: number
  beganAt: string
  durationMs: number
  /**
   * Null when there was no answer.
   */
  httpStatus: number | null
  /**
   * Why it was no success.
   */
  error: string | null
  /**
   * The first 4 KiB of the answer.
   */
  response: string | null
}
/**
 * Why a request was not carried out.
 */
export interface Problem {
  /**
   * Where the code is explained.
   */
  type: string
  /**
   * The same for every occurrence.
   */
  title: string
  /**
   * The HTTP status.
   */
  status: number
  /**
   * What is special about this occurrence.
   */
  detail: string
  /**
   * Never changes its meaning: what programs go by.
   */
  code: string
  /**
   * Each thing that is wrong with the request.
   */
  errors?: {
    /**
     * JSON pointer into the body, or the name of a parameter.
     */
    path: string
    /**
     * Never repeats what was sent.
     */
    message: string
  }[]
}
/**
 * What a list is narrowed by; texts, as they stand in the URL.
 */
export interface PaymentQuery {
  /**
   * Words, at most 10, that all occur in the description, the values of the metadata, the id of the payment or that of the customer. Whole words, whatever their case and accents; `order-17` is a word, and so are its parts.
   */
  q?: string
  /**
   * Payments whose metadata have this key with this value, `key:value`; several times for several that all hold. The key ends at the first colon.
   */
  metadata?: string[]
  /**
   * One of INITIATED, PROCESSING, CANCELLED, FAILED, AUTHORIZED, CAPTURED, EXPIRED, COMPLETED, REFUND_INITIATED, PARTIALLY_REFUNDED, REFUNDED, or several, separated by commas.
   */
  status?: string
  /**
   * The merchant's id of the customer.
   */
  customer?: string
  /**
   * The gateway that the payment was last given to.
   */
  gateway?: string
  /**
   * ISO 4217 alphabetic code.
   */
  currency?: string
  /**
   * The least amount; needs a `currency`, in minor units of the currency.
   */
  minAmount?: string
  /**
   * The greatest amount; needs a `currency`, in minor units of the currency.
   */
  maxAmount?: string
  /**
   * The first instant; RFC 3339, to the millisecond.
   */
  createdFrom?: string
  /**
   * The first instant that is too late; RFC 3339, to the millisecond.
   */
  createdTo?: string
  /**
   * Newest first (`-createdAt`, unless given) or oldest first.
   */
  sort?: '-createdAt' | 'createdAt'
  /**
   * 1 to 100, 20 unless given.
   */
  limit?: string
  /**
   * `nextCursor` of the page before, with the same filters and the same order.
   */
  cursor?: string
}
/**
 * What a list is narrowed by; texts, as they stand in the URL.
 */
export interface NotificationQuery {
  /**
   * Of which payment.
   */
  payment?: string
  status?: 'pending' | 'sent' | 'failed' | 'skipped'
  /**
   * 1 to 100, 20 unless given.
   */
  limit?: string
  /**
   * `nextCursor` of the page before.
   */
  cursor?: string
}
/**
 * What a list is narrowed by; texts, as they stand in the URL.
 */
export interface WebhookDeliveryQuery {
  /**
   * The endpoint that it is for.
   */
  endpoint?: string
  /**
   * The payment that it tells of.
   */
  payment?: string
  status?: 'pending' | 'delivered' | 'failed'
  /**
   * 1 to 100, 20 unless given.
   */
  limit?: string
  /**
   * `nextCursor` of the page before.
   */
  cursor?: string
}
