// The routes of webhook deliveries, as Fastify checks them and /openapi.json describes them.
import type { FastifySchema } from 'fastify'
import type { ErrorCode } from '../errors.ts'
import { pageOfAll, securedBy } from '../platform/http/schema-parts.ts'
import { deliveryExamples, deliveriesExamples, redeliverExamples } from './examples.ts'
import { byId, delivery, deliveryDetails, deliveryQuery } from './schemas.ts'

const tags = ['Webhooks']
const always: readonly ErrorCode[] = ['webhooks_off', 'webhooks_unavailable']
const params = byId('delivery, which is its `webhook-id`')

export const listDeliveriesSchema = {
  operationId: 'listWebhookDeliveries',
  summary: 'List webhook deliveries, the newest first',
  ...{ ...securedBy('webhooks:read'), tags },
  querystring: deliveryQuery,
  answers: { 200: { description: 'A page of them.', schema: pageOfAll(delivery, 'WebhookDeliveryPage') } },
  problems: always,
  examples: deliveriesExamples
} satisfies FastifySchema

export const findDeliverySchema = {
  operationId: 'findWebhookDelivery',
  summary: 'Read a webhook delivery with its attempts',
  ...{ ...securedBy('webhooks:read'), tags, params },
  answers: { 200: { description: 'The delivery.', schema: deliveryDetails } },
  problems: [...always, 'webhook_delivery_not_found'],
  examples: deliveryExamples
} satisfies FastifySchema

export const redeliverSchema = {
  operationId: 'redeliverWebhook',
  summary: 'Send a webhook again',
  description:
    'Under the same id, with as many attempts as at first, and without holding anything back. One that is still pending is tried now, in its turn.',
  ...{ ...securedBy('webhooks:write'), tags, params },
  answers: { 202: { description: 'It will be sent.', schema: delivery } },
  problems: [...always, 'webhook_delivery_not_found'],
  examples: redeliverExamples
} satisfies FastifySchema
