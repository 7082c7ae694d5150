// What a webhook is: an event of a payment as one endpoint is told of it, after Standard Webhooks 1.0.
import { hash } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { ownFields } from '../projections/event-fields.ts'
import { UnprojectableError, type StoredEvent, type StoredPaymentEvent } from '../projections/view.ts'
import { eventTypes, type WebhookType } from './event-types.ts'

/** An event that webhooks are made of. */
export interface WebhookEvent {
  readonly id: string
  readonly type: WebhookType
  readonly merchantId: string
  readonly paymentId: string
  /** From 1, without gaps. */
  readonly sequence: number
  /** Epoch milliseconds. */
  readonly occurredAt: number
  /** JSON, the same bytes at each attempt. */
  readonly body: string
  readonly partition: number
  readonly offset: number
}

/**
 * Null for what no webhook is made of: a refusal, and what belongs to a partition.
 * @throws UnprojectableError for an event that this version has no name for: one that knows it must send it
 */
export function webhookEventOf(event: StoredEvent): WebhookEvent | null {
  if (event.type === 'InputsHandled' || event.type === 'CommandRejected') return null
  const { value, partition, offset } = event
  const type = (eventTypes as Partial<Record<string, WebhookType>>)[event.type]
  if (type === undefined)
    throw new UnprojectableError(offset, new Error(`${event.type} has no name in webhooks`))
  const { eventId: id, merchantId, paymentId, occurredAt } = value
  const sequence = value.sequence!
  const body = bodyOf(type, event)
  return { id, type, merchantId, paymentId, sequence, occurredAt, body, partition, offset }
}

function bodyOf(type: WebhookType, { type: event, value }: StoredPaymentEvent): string {
  const { eventId, paymentId, sequence, occurredAt, correlationId } = value
  return JSON.stringify({
    type,
    timestamp: new Date(occurredAt).toISOString(),
    data: { eventId, paymentId, sequence, correlationId, event, details: ownFields(value) }
  })
}

/**
 * Follows from the event and the endpoint, so that whoever comes upon the event again arrives at the same webhook, and a
 * receiver knows what it has seen.
 */
export const webhookIdOf = (eventId: string, endpointId: string): string =>
  `msg_${hash('sha256', `${endpointId}\n${eventId}`, 'base64url').slice(0, 32)}`

/**
 * The headers of an attempt, signed with each secret.
 * @param secrets `whsec_` and base64; more than one while they are rotated
 */
export function signedHeaders(
  webhook: { readonly id: string; readonly body: string },
  secrets: readonly string[],
  at: Date
): Record<string, string> {
  const signatures = secrets.map(secret => new Webhook(secret).sign(webhook.id, at, webhook.body))
  return {
    'webhook-id': webhook.id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signatures.join(' ')
  }
}
