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
   * `key:<id>` of those who run the installation, where one of them asked for it on behalf of the merchant.
   */
  requestedBy: string | null
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
export interface AuditEntry {
  eventId: string
  /**
   * What happened; `CommandRejected` where nothing did.
   */
  type: string
  occurredAt: string
  /**
   * The command that led to it.
   */
  causationId: string | null
  /**
   * Who decided it, where an operator did.
   */
  decidedBy: string | null
  /**
   * Of `payments.events`.
   */
  partition: number
  offset: number
  /**
   * In the partition's chain.
   */
  number: number
  /**
   * SHA-256 of the record on the topic, as docs/audit.md specifies.
   */
  digest: string
  /**
   * What the chain comes to with this entry: no entry before it can be changed and keep it.
   */
  chain: string
}
export interface Statement {
  /**
   * The merchant's id of the customer.
   */
  customerId: string
  /**
   * The first instant.
   */
  from: string
  /**
   * The first instant that is too late.
   */
  to: string
  currencies: {
    /**
     * ISO 4217 alphabetic code.
     */
    currency: string
    /**
     * Decimals that the currency has.
     */
    exponent: number
    /**
     * Balance before the period, in minor units.
     */
    opening: number
    /**
     * What was paid in the period, in minor units.
     */
    captured: number
    /**
     * What came back in the period, in minor units.
     */
    refunded: number
    /**
     * Balance after the period: opening + captured − refunded, in minor units.
     */
    closing: number
    /**
     * In the order of their time.
     */
    entries: StatementEntry[]
  }[]
}
export interface StatementEntry {
  occurredAt: string
  kind: 'capture' | 'refund'
  paymentId: string
  /**
   * Of a refund.
   */
  refundId: string | null
  /**
   * What was paid; negative for what came back, in minor units.
   */
  amount: number
  /**
   * What has been paid by then in all, less what came back, in minor units.
   */
  balance: number
}
export interface PaymentFigures {
  /**
   * When it begins. Only where it is told apart.
   */
  hour?: string
  /**
   * When it begins, in UTC. Only where it is told apart.
   */
  day?: string
  /**
   * ISO 4217 alphabetic code.
   */
  currency: string
  /**
   * The kind of payment method. Only where it is told apart.
   */
  method?: string | null
  /**
   * Its id. Only where it is told apart.
   */
  merchant?: string | null
  /**
   * Null for what happened while no gateway was chosen. Only where it is told apart.
   */
  gateway?: string | null
  /**
   * Of the routing policy; null where none was tried. Only where it is told apart.
   */
  variant?: string | null
  payments: {
    /**
     * Begun.
     */
    initiated: {
      /**
       * How many.
       */
      count: number
      /**
       * Minor units of the currency.
       */
      amount: number
    }
    /**
     * Authorized.
     */
    authorized: {
      /**
       * How many.
       */
      count: number
      /**
       * Minor units of the currency.
       */
      amount: number
    }
    /**
     * Captured.
     */
    captured: {
      /**
       * How many.
       */
      count: number
      /**
       * Minor units of the currency.
       */
      amount: number
    }
    /**
     * Settled.
     */
    completed: {
      /**
       * How many.
       */
      count: number
      /**
       * Minor units of the currency.
       */
      amount: number
    }
    /**
     * Failed before they were authorized, whatever the reason.
     */
    failed: {
      /**
       * How many.
       */
      count: number
      /**
       * Minor units of the currency.
       */
      amount: number
    }
    /**
     * Captured, and not settled.
     */
    settlementFailed: {
      /**
       * How many.
       */
      count: number
      /**
       * Minor units of the currency.
       */
      amount: number
    }
    /**
     * Cancelled.
     */
    cancelled: {
      /**
       * How many.
       */
      count: number
      /**
       * Minor units of the currency.
       */
      amount: number
    }
    /**
     * Given back since they were not captured in time.
     */
    expired: {
      /**
       * How many.
       */
      count: number
      /**
       * Minor units of the currency.
       */
      amount: number
    }
    /**
     * Failed payments that began again.
     */
    retried: number
  }
  /**
   * To charge a payment, by when they ended.
   */
  attempts: {
    /**
     * The gateway said yes.
     */
    approved: number
    /**
     * The gateway said no.
     */
    declined: number
    /**
     * They came to nothing without the gateway deciding.
     */
    failed: number
    /**
     * Of which it was not known for a while what had become of them.
     */
    unknown: number
  }
  approval: {
    /**
     * Of the payments that were authorized or failed before that, those that were authorized.
     */
    payments: number | null
    /**
     * Of the attempts that a gateway approved or declined, those that it approved.
     */
    attempts: number | null
  }
  refunds: {
    /**
     * Given back.
     */
    succeeded: {
      /**
       * How many.
       */
      count: number
      /**
       * Minor units of the currency.
       */
      amount: number
    }
    /**
     * Not given back.
     */
    failed: {
      /**
       * How many.
       */
      count: number
      /**
       * Minor units of the currency.
       */
      amount: number
    }
  }
  /**
   * What the gateways take for captured payments, by their profiles as they were when the gateway was chosen, for the payments' whole amounts.
   */
  fees: {
    /**
     * Captured payments of which the fee is known.
     */
    payments: number
    /**
     * Minor units, fractions included.
     */
    amount: number
  }
  latency: {
    /**
     * From the beginning of a payment, or of its retry, to its authorization.
     */
    authorization: {
      /**
       * How many are known.
       */
      count: number
      /**
       * Milliseconds within which half of them ended, to within 1 %.
       */
      p50Ms: number | null
      /**
       * Milliseconds within which 95 of 100 ended, to within 1 %.
       */
      p95Ms: number | null
      /**
       * Milliseconds within which 99 of 100 ended, to within 1 %.
       */
      p99Ms: number | null
    }
    /**
     * From there to its settlement.
     */
    completion: {
      /**
       * How many are known.
       */
      count: number
      /**
       * Milliseconds within which half of them ended, to within 1 %.
       */
      p50Ms: number | null
      /**
       * Milliseconds within which 95 of 100 ended, to within 1 %.
       */
      p95Ms: number | null
      /**
       * Milliseconds within which 99 of 100 ended, to within 1 %.
       */
      p99Ms: number | null
    }
    /**
     * From asking a gateway for anything to the first that was heard of it.
     */
    gatewayAnswer: {
      /**
       * How many are known.
       */
      count: number
      /**
       * Milliseconds within which half of them ended, to within 1 %.
       */
      p50Ms: number | null
      /**
       * Milliseconds within which 95 of 100 ended, to within 1 %.
       */
      p95Ms: number | null
      /**
       * Milliseconds within which 99 of 100 ended, to within 1 %.
       */
      p99Ms: number | null
    }
  }
}
export interface PaymentFiguresPage {
  /**
   * The first instant that is counted.
   */
  from: string
  /**
   * The first instant that is not.
   */
  to: string
  data: PaymentFigures[]
  /**
   * Null on the last page.
   */
  nextCursor: string | null
}
export interface InFlight {
  data: {
    /**
     * ISO 4217 alphabetic code.
     */
    currency: string
    status: 'INITIATED' | 'PROCESSING' | 'AUTHORIZED' | 'CAPTURED' | 'REFUNDING'
    /**
     * How many payments, or refunds.
     */
    count: number
    /**
     * What is to be paid, is authorized, is captured, or is to be given back; minor units.
     */
    amount: number
  }[]
}
export interface Declines {
  /**
   * The first instant that is counted.
   */
  from: string
  /**
   * The first instant that is not.
   */
  to: string
  of: 'payment' | 'attempt' | 'capture' | 'void' | 'refund'
  data: {
    /**
     * Stable code of the reason; docs/declines.md.
     */
    code: string
    /**
     * Of payments, the step that failed; else null.
     */
    stage: string | null
    /**
     * `HARD` or `SOFT`; null where no gateway has declined.
     */
    declineType: string | null
    /**
     * How often.
     */
    count: number
    /**
     * Of all that came to nothing.
     */
    share: number
  }[]
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
export interface Session {
  /**
   * The public part of the key.
   */
  keyId: string
  /**
   * `merchant` for a key of a merchant; else what those who run the installation may do with it.
   */
  role: 'merchant' | 'viewer' | 'operator' | 'admin'
  /**
   * By id: the own one, or all of them.
   */
  merchants: {
    /**
     * For `AegisPay-Merchant`.
     */
    id: string
    /**
     * Shown to people.
     */
    name: string
    /**
     * False for one that was switched off.
     */
    active: boolean
  }[]
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
 * What an answer is narrowed by; texts, as they stand in the URL.
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
 * What an answer is narrowed by; texts, as they stand in the URL.
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
 * What an answer is narrowed by; texts, as they stand in the URL.
 */
export interface StatementQuery {
  /**
   * The first instant; all that was before is the opening balance. The beginning unless given; RFC 3339, to the millisecond.
   */
  from?: string
  /**
   * The first instant that is too late. Now unless given; RFC 3339, to the millisecond.
   */
  to?: string
  /**
   * ISO 4217 alphabetic code. All currencies unless given.
   */
  currency?: string
}
/**
 * What an answer is narrowed by; texts, as they stand in the URL.
 */
export interface PaymentFiguresQuery {
  /**
   * The first instant, brought back to the beginning of its hour or day. 24 hours before `to` unless given. RFC 3339.
   */
  from?: string
  /**
   * The first instant that is too late, brought forward to the end of its hour or day. Now, unless given. RFC 3339.
   */
  to?: string
  /**
   * What is told apart, separated by commas: hour, day, currency, merchant, method, gateway, variant. `hour` unless given. Currencies always are.
   */
  by?: string
  /**
   * ISO 4217 alphabetic code.
   */
  currency?: string
  /**
   * The merchant, where the answer is of all of them.
   */
  merchant?: string
  /**
   * The kind of payment method, such as `card`.
   */
  method?: string
  /**
   * The gateway that a payment was last given to when it happened.
   */
  gateway?: string
  /**
   * The variant of the routing policy.
   */
  variant?: string
  /**
   * 1 to 1000 rows, 100 unless given.
   */
  limit?: string
  /**
   * `nextCursor` of the page before, with its `from` and `to` and the same of all else.
   */
  cursor?: string
}
/**
 * What an answer is narrowed by; texts, as they stand in the URL.
 */
export interface DeclinesQuery {
  /**
   * The first instant, brought back to the beginning of its hour or day. 24 hours before `to` unless given. RFC 3339.
   */
  from?: string
  /**
   * The first instant that is too late, brought forward to the end of its hour or day. Now, unless given. RFC 3339.
   */
  to?: string
  /**
   * What came to nothing: payments, unless given, or attempts to charge, captures, releases, refunds.
   */
  of?: 'payment' | 'attempt' | 'capture' | 'void' | 'refund'
  /**
   * ISO 4217 alphabetic code.
   */
  currency?: string
  /**
   * The merchant, where the answer is of all of them.
   */
  merchant?: string
  /**
   * The kind of payment method, such as `card`.
   */
  method?: string
  /**
   * The gateway that a payment was last given to when it happened.
   */
  gateway?: string
  /**
   * The variant of the routing policy.
   */
  variant?: string
  /**
   * 1 to 100 reasons, 20 unless given.
   */
  limit?: string
}
/**
 * What an answer is narrowed by; texts, as they stand in the URL.
 */
export interface StreamQuery {
  /**
   * Only of this one.
   */
  payment?: string
  /**
   * Only of these types, separated by commas: CompensationFailed, CompensationPostponed, CompensationRequested, CompensationSucceeded, ContradictoryOutcome, CustomerActionRequired, FraudAssessed, GatewayOperationFailed, GatewayOperationRequested, GatewaySelected, OutcomeLookupRequested, OutcomePending, OutcomeResolved, OutcomeUnknown, PaymentAuthorized, PaymentCancelled, PaymentCaptured, PaymentCompleted, PaymentExpired, PaymentFailed, PaymentInitiated, PaymentPartiallyRefunded, PaymentRefunded, PaymentRetried, RefundAccepted, RefundFailed, RefundInitiated, RefundsClosed, RetryScheduled, ReviewResolved, SettlementRetried.
   */
  type?: string
  /**
   * Only of payments of this customer, by the merchant's id.
   */
  customer?: string
  /**
   * Everything that ever happened first; left out, it begins with what happens next. A Last-Event-ID counts instead.
   */
  from?: 'beginning'
}
/**
 * What an answer is narrowed by; texts, as they stand in the URL.
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
