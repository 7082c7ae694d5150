import type { WebhookEvent } from './webhook.ts'

type Told = Pick<WebhookEvent, 'id' | 'type' | 'merchantId' | 'paymentId' | 'sequence' | 'occurredAt'>

/** Of which event something is sent, as the tables of what is sent keep it. */
export const eventColumns = (event: Told) => ({
  merchant_id: event.merchantId,
  payment_id: event.paymentId,
  sequence: event.sequence,
  event_id: event.id,
  event_type: event.type,
  occurred_at: new Date(event.occurredAt)
})
