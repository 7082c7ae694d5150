// The routes of webhook endpoints, as Fastify checks them and /openapi.json describes them.
import type { FastifySchema } from 'fastify'
import Type from 'typebox'
import type { ErrorCode } from '../errors.ts'
import { pageOfAll, securedBy } from '../platform/http/schema-parts.ts'
import {
  changeExamples,
  createExamples,
  deleteExamples,
  findExamples,
  listExamples,
  rangeExamples,
  rotateExamples,
  testExamples
} from './examples.ts'
import {
  byId,
  endpoint,
  endpointChange,
  endpointQuery,
  endpointToMake,
  issuedEndpoint,
  range,
  rangeAnswer,
  rotation,
  testAnswer
} from './schemas.ts'

const tags = ['Webhooks']
const always: readonly ErrorCode[] = ['webhooks_off', 'webhooks_unavailable']
const params = byId('endpoint')

export const createSchema = {
  operationId: 'createWebhookEndpoint',
  summary: 'Make a webhook endpoint',
  description:
    'It is sent every event of the merchant’s payments from here on. Its secret is shown in this answer alone.',
  ...{ ...securedBy('webhooks:write'), tags },
  body: endpointToMake,
  answers: {
    201: {
      description: 'The endpoint.',
      schema: issuedEndpoint,
      headers: { Location: Type.String({ description: 'The endpoint.' }) }
    }
  },
  problems: [...always, 'webhook_url_refused', 'too_many_webhook_endpoints'],
  examples: createExamples
} satisfies FastifySchema

export const listSchema = {
  operationId: 'listWebhookEndpoints',
  summary: 'List webhook endpoints, the newest first',
  ...{ ...securedBy('webhooks:read'), tags },
  querystring: endpointQuery,
  answers: { 200: { description: 'A page of them.', schema: pageOfAll(endpoint, 'WebhookEndpointPage') } },
  problems: always,
  examples: listExamples
} satisfies FastifySchema

export const findSchema = {
  operationId: 'findWebhookEndpoint',
  summary: 'Read a webhook endpoint',
  ...{ ...securedBy('webhooks:read'), tags, params },
  answers: { 200: { description: 'The endpoint.', schema: endpoint } },
  problems: [...always, 'webhook_endpoint_not_found'],
  examples: findExamples
} satisfies FastifySchema

export const changeSchema = {
  operationId: 'changeWebhookEndpoint',
  summary: 'Change a webhook endpoint, pause it, or enable it again',
  description:
    'What is left out stays. Other event types hold from here on; an endpoint that is enabled after a pause is sent at once what has waited.',
  ...{ ...securedBy('webhooks:write'), tags, params },
  body: endpointChange,
  answers: { 200: { description: 'The endpoint.', schema: endpoint } },
  problems: [...always, 'webhook_endpoint_not_found', 'webhook_url_refused'],
  examples: changeExamples
} satisfies FastifySchema

export const deleteSchema = {
  operationId: 'deleteWebhookEndpoint',
  summary: 'Delete a webhook endpoint with its deliveries',
  ...{ ...securedBy('webhooks:write'), tags, params },
  answers: { 204: { description: 'It is gone.' } },
  problems: [...always, 'webhook_endpoint_not_found'],
  examples: deleteExamples
} satisfies FastifySchema

export const rotateSchema = {
  operationId: 'rotateWebhookSecret',
  summary: 'Give a webhook endpoint a new secret',
  description:
    'Until the overlap is over webhooks carry two signatures. There are never more than two: the secret before the last ends at once.',
  ...{ ...securedBy('webhooks:write'), tags, params },
  body: rotation,
  optionalBody: true,
  answers: { 200: { description: 'The endpoint with its new secret.', schema: issuedEndpoint } },
  problems: [...always, 'webhook_endpoint_not_found'],
  examples: rotateExamples
} satisfies FastifySchema

export const testSchema = {
  operationId: 'testWebhookEndpoint',
  summary: 'Send a webhook endpoint a webhook of the type `webhook.test`',
  description: 'Once and now, whatever the status of the endpoint. Nothing of it is kept.',
  ...{ ...securedBy('webhooks:write'), tags, params },
  answers: { 200: { description: 'What came of it.', schema: testAnswer } },
  problems: [...always, 'webhook_endpoint_not_found'],
  examples: testExamples
} satisfies FastifySchema

export const redeliverRangeSchema = {
  operationId: 'redeliverWebhooks',
  summary: 'Send a webhook endpoint again what happened within a time',
  description:
    'What was delivered or has failed is sent once more under the same ids, of each payment in order; what is still pending goes its way.',
  ...{ ...securedBy('webhooks:write'), tags, params },
  body: range,
  answers: { 202: { description: 'They will be sent.', schema: rangeAnswer } },
  problems: [...always, 'webhook_endpoint_not_found', 'redelivery_too_large'],
  examples: rangeExamples
} satisfies FastifySchema
