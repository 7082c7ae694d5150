// What `aegispay/client` offers: AegisPay over HTTP, for Node, browsers and edge runtimes alike, without any dependency.
export { AegisPayError, type ClientErrorCode } from './errors.ts'
export { IdempotentPaymentService, type Keyed, type RetryOptions } from './idempotent-payment-service.ts'
export type { CallOptions, ReadOptions } from './options.ts'
export type { List, Page } from './pages.ts'
export { paymentIdOf } from './payment-id.ts'
export {
  PaymentService,
  type CommandOptions,
  type NotSettled,
  type OperationOptions,
  type PaymentAnswer,
  type PaymentFilter,
  type RefundOutcome
} from './payment-service.ts'
export type { ServiceOptions } from './transport.ts'
export type { WaitOptions } from './wait.ts'
export type { WebhookEndpoints } from './webhook-endpoints.ts'
export { verifyWebhook, type VerifyOptions, type WebhookEvent } from './webhooks.ts'
export type {
  CancelRequest,
  CaptureRequest,
  Customer,
  Event as PaymentEvent,
  IssuedWebhookEndpoint,
  Notification,
  Payment,
  PaymentRequest,
  Problem,
  Refund,
  RefundAnswer,
  RefundRequest,
  RoutingCandidate,
  RoutingChoice,
  WebhookDelivery,
  WebhookDeliveryDetails,
  WebhookEndpoint,
  WebhookEndpointChange,
  WebhookEndpointToMake,
  WebhookTest
} from './wire.ts'
