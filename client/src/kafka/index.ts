// What `aegispay/client/kafka` offers: commands straight onto the topic, in a transaction of the caller's own. It needs the
// package avsc, and whatever Kafka client the caller has.
export { AegisPayError } from '../errors.ts'
export { paymentIdOf } from '../payment-id.ts'
export {
  TransactionalPaymentService,
  type ProducedCommand,
  type SendsRecords,
  type TopicMetadataSource,
  type TransactionalOptions,
  type TransactionalServiceOptions
} from './transactional-payment-service.ts'
export type { CancelRequest, CaptureRequest, PaymentRequest, RefundRequest } from '../wire.ts'
