// The route of notifications, as /openapi.json describes it.
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { ApiError } from '../errors.ts'
import { problemOf } from '../platform/http/problem.ts'

const MAX_NOTIFICATION_ID_LENGTH = 256

const header = (description: string) => Type.Optional(Type.String({ description }))

export const notificationSchema = {
  operationId: 'notifyOfOperation',
  tags: ['Notifications'],
  summary: 'What a gateway tells by itself',
  description:
    'For gateways, not for merchants: it is authenticated by its signature (Standard Webhooks, or that of the gateway) in place of an API key. A 204 means that it is stored. What it says is shown by the payment shortly after. Any other status: send it again.',
  params: Type.Object({
    id: Type.String({ description: "The gateway's, as its profile has it." })
  }),
  headers: Type.Object({
    'webhook-id': Type.Optional(
      Type.String({
        maxLength: MAX_NOTIFICATION_ID_LENGTH,
        description: 'Of Standard Webhooks: the same whenever the same notification is sent.'
      })
    ),
    'webhook-timestamp': header('Of Standard Webhooks: when it is sent, in seconds since 1970.'),
    'webhook-signature': header(
      'Of Standard Webhooks: `v1,` and the base64 HMAC-SHA256 of `<id>.<timestamp>.<body>`; several, separated by spaces.'
    ),
    'stripe-signature': header('Of Stripe, in place of the three others.')
  }),
  body: Type.Object(
    {},
    { additionalProperties: true, description: 'As the protocol of the gateway has it.' }
  ),
  answers: { 204: { description: 'It is stored, or concerns none of our operations.' } },
  problems: [
    ...(['not_ready', 'signature_missing', 'gateway_not_found', 'notification_stale'] as const),
    ...(['signature_invalid', 'notification_malformed', 'kafka_unavailable'] as const)
  ],
  examples: {
    replayed: {
      summary: 'One that was recorded a while ago',
      params: { id: 'sandbox-alpha' },
      headers: {
        'webhook-id': 'msg_alpha_1',
        'webhook-timestamp': '1762000000',
        'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4='
      },
      body: {
        type: 'operation.updated',
        timestamp: '2025-11-01T12:26:40.000Z',
        data: {
          idempotencyKey: 'pay_z6ajk7uxbt6sqnwmghjho5xhbui5ikv2.purchase-1.1',
          id: 'alpha_1',
          status: 'approved',
          amount: 1099,
          currency: 'EUR',
          settled: true
        }
      },
      status: 403,
      answer: problemOf(new ApiError('notification_stale'))
    }
  }
} satisfies FastifySchema
