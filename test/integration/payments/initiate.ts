import type { InitiatePayment } from '../../../src/generated/records.ts'
import { paymentIdOf } from '../../../src/identity.ts'

/** A command of the demo merchant that the sandbox approves, as a foreign producer writes it. */
export const initiate = (
  idempotencyKey: string,
  changes: Partial<InitiatePayment> = {}
): InitiatePayment => ({
  ...{ merchantId: 'demo', paymentId: paymentIdOf('demo', idempotencyKey), idempotencyKey },
  ...{ amount: 500, currency: 'EUR', capture: 'AUTOMATIC', captureDelayMs: null },
  customer: { id: 'cus_1', country: null },
  paymentMethod: { type: 'CARD', token: 'tok_visa', network: null },
  ...{ description: null, metadata: {}, addressDigest: null },
  ...changes
})
