// What `aegispay/client` offers: AegisPay over HTTP, for Node, browsers and edge runtimes alike, without any dependency.
export type { Analytics, DeclinesFilter, PaymentFiguresFilter } from './analytics.ts'
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
export type { StreamedEvent, StreamFilter, StreamOptions } from './stream.ts'
export type { ServiceOptions } from './transport.ts'
export type { WaitOptions } from './wait.ts'
export type { WebhookEndpoints } from './webhook-endpoints.ts'
export { verifyWebhook, type VerifyOptions, type WebhookEvent } from './webhooks.ts'
export type {
  AuditEntry,
  CancelRequest,
  CaptureRequest,
  Customer,
  Declines,
  Event as PaymentEvent,
  InFlight,
  IssuedWebhookEndpoint,
  Notification,
  Payment,
  PaymentFigures,
  PaymentFiguresPage,
  PaymentRequest,
  Problem,
  Refund,
  RefundAnswer,
  RefundRequest,
  RoutingCandidate,
  RoutingChoice,
  Session,
  Statement,
  StatementEntry,
  StatementQuery,
  WebhookDelivery,
  WebhookDeliveryDetails,
  WebhookEndpoint,
  WebhookEndpointChange,
  WebhookEndpointToMake,
  WebhookTest
} from './wire.ts'
