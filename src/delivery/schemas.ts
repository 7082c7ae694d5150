// What the routes of webhooks take and answer, for Fastify and /openapi.json.
import Type from 'typebox'
import { instant, nullable, pageQuery, time } from '../platform/http/schema-parts.ts'
import { webhookTypes, type WebhookType } from './event-types.ts'

/** Postgres' text holds no NUL. */
const WITHOUT_NUL = '^[^\\u0000]*$'
const text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: WITHOUT_NUL, description })

const eventType = Type.Enum([...webhookTypes] as [WebhookType, ...WebhookType[]])
const eventTypes = Type.Array(eventType, { minItems: 1, maxItems: 100, uniqueItems: true })
const url = text(2048, 'Where webhooks go: `https`, and on the public internet.')
const description = text(500, 'For people.')

export const byId = (what: string) =>
  Type.Object({ id: Type.String({ description: `The id of the ${what}.` }) })

export const endpointToMake = Type.Object(
  {
    url,
    description: Type.Optional(description),
    eventTypes: Type.Optional(
      Type.Unsafe<WebhookType[]>({ ...eventTypes, description: 'What is sent; everything, unless given.' })
    )
  },
  { additionalProperties: false, title: 'WebhookEndpointToMake' }
)
export const endpointChange = Type.Object(
  {
    url: Type.Optional(url),
    description: Type.Optional(nullable(description, 'Null takes it away.')),
    eventTypes: Type.Optional(nullable(eventTypes, 'What is sent from now on; null for everything.')),
    status: Type.Optional(
      Type.Enum(['enabled', 'paused'], {
        description: 'A paused endpoint is sent nothing; what happens meanwhile waits.'
      })
    )
  },
  { additionalProperties: false, minProperties: 1, title: 'WebhookEndpointChange' }
)

const endpointFields = {
  id: Type.String(),
  url: Type.String({ description: 'Where webhooks go.' }),
  description: nullable(Type.String(), 'For people.'),
  eventTypes: nullable(Type.Array(eventType), 'What is sent; null for everything.'),
  status: Type.Enum(['enabled', 'paused', 'disabled'], {
    description:
      'Paused: what happens waits. Disabled: what happens is not sent, and what had waited goes on waiting. Both end with `enabled`.'
  }),
  statusReason: nullable(Type.String(), 'Why it is not enabled.'),
  failingSince: nullable(instant, 'The first attempt that failed with no success after it.'),
  createdAt: instant,
  updatedAt: instant
}
export const endpoint = Type.Object(endpointFields, { title: 'WebhookEndpoint' })
export const issuedEndpoint = Type.Object(
  {
    ...endpointFields,
    secret: Type.String({ description: '`whsec_…`, by which webhooks are verified. It is shown this once.' })
  },
  { title: 'IssuedWebhookEndpoint' }
)

export const rotation = Type.Object(
  {
    overlapSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 604_800,
        description: 'For how long webhooks are signed with the earlier secret, too; 86400 unless given.'
      })
    )
  },
  { additionalProperties: false, title: 'RotationOfWebhookSecret' }
)

export const range = Type.Object(
  {
    from: time('The first instant of events.'),
    to: time('The first instant that is too late.')
  },
  { additionalProperties: false, title: 'RedeliveryRange' }
)
export const rangeAnswer = Type.Object(
  { count: Type.Integer({ minimum: 0, description: 'Webhooks that are sent again.' }) },
  { title: 'RangeRedelivery' }
)

const attemptFields = {
  durationMs: Type.Integer({ minimum: 0 }),
  httpStatus: nullable(Type.Integer(), 'Null when there was no answer.'),
  error: nullable(Type.String(), 'Why it was no success.'),
  response: nullable(Type.String(), 'The first 4 KiB of the answer.')
}
export const testAnswer = Type.Object(
  {
    webhookId: Type.String(),
    delivered: Type.Boolean({ description: 'Whether the answer was a success.' }),
    ...attemptFields
  },
  { title: 'WebhookTest' }
)

const deliveryFields = {
  id: Type.String({ description: 'The `webhook-id`.' }),
  endpointId: Type.String(),
  paymentId: Type.String(),
  sequence: Type.Integer({ minimum: 1, description: "The event's place in the payment's history." }),
  eventId: Type.String(),
  eventType,
  occurredAt: time('When it happened.'),
  status: Type.Enum(['pending', 'delivered', 'failed'], {
    description: 'Failed: it has had its last attempt.'
  }),
  isRedelivery: Type.Boolean({ description: 'Whether it was asked for again after its first round.' }),
  attemptCount: Type.Integer({ minimum: 0 }),
  nextAttemptAt: nullable(
    instant,
    'At the earliest; one that is held back by an earlier webhook waits for it.'
  ),
  createdAt: instant,
  deliveredAt: nullable(instant, 'When it first arrived.')
}
export const delivery = Type.Object(deliveryFields, { title: 'WebhookDelivery' })
export const deliveryDetails = Type.Object(
  {
    ...deliveryFields,
    body: Type.String({ description: 'As it is sent.' }),
    attempts: Type.Array(
      Type.Object(
        { attempt: Type.Integer({ minimum: 1 }), beganAt: instant, ...attemptFields },
        { title: 'WebhookAttempt' }
      ),
      { description: 'The first first.' }
    )
  },
  { title: 'WebhookDeliveryDetails' }
)

export const endpointQuery = Type.Object(pageQuery, { additionalProperties: false })
export const deliveryQuery = Type.Object(
  {
    endpoint: Type.Optional(text(64, 'The endpoint that it is for.')),
    payment: Type.Optional(text(64, 'The payment that it tells of.')),
    status: Type.Optional(Type.Enum(['pending', 'delivered', 'failed'])),
    ...pageQuery
  },
  { additionalProperties: false }
)
