// The stream, as Fastify checks it and /openapi.json describes it.
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { limits } from '../../domain/payment/limits.ts'
import { transitions } from '../../domain/payment/statuses.ts'
import { ApiError } from '../../errors.ts'
import { problemOf } from '../../platform/http/problem.ts'
import { securedBy } from '../../platform/http/schema-parts.ts'

export const EVENT_STREAM = 'text/event-stream'

const types = [...new Set(transitions.map(({ event }) => event))].sort()
const anyType = `(${types.join('|')})`

export const streamSchema = {
  operationId: 'streamEvents',
  summary: 'Follow what happens',
  description:
    "The merchant's events as they become visible to reads, as server-sent events. Each `data` is an event with its `paymentId` and `customerId`. It ends with an event named `end`, whose data say why, where the service ends it; a client that comes again with the last `id` misses nothing and is told nothing twice. The order of a payment's events is kept.",
  ...securedBy('payments:read'),
  tags: ['Payments'],
  querystring: Type.Object(
    {
      payment: Type.Optional(
        Type.String({ pattern: '^pay_[a-z2-7]{32}$', description: 'Only of this one.' })
      ),
      type: Type.Optional(
        Type.String({
          pattern: `^${anyType}(,${anyType})*$`,
          description: `Only of these types, separated by commas: ${types.join(', ')}.`
        })
      ),
      customer: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: limits.customerIdLength,
          description: "Only of payments of this customer, by the merchant's id."
        })
      ),
      from: Type.Optional(
        Type.Enum(['beginning'], {
          description:
            'Everything that ever happened first; left out, it begins with what happens next. A Last-Event-ID counts instead.'
        })
      )
    },
    { additionalProperties: false }
  ),
  headers: Type.Object({
    'Last-Event-ID': Type.Optional(
      Type.String({
        maxLength: 8192,
        description: 'The last `id` that the client has: it goes on behind it.'
      })
    )
  }),
  answers: {
    200: {
      description: 'Events, until one of the two sides ends it.',
      mediaType: EVENT_STREAM,
      schema: Type.String()
    }
  },
  problems: ['stream_position_unknown', 'too_many_streams', 'streams_exhausted', 'read_model_unavailable'],
  examples: {
    lost: {
      summary: 'A position that nobody has given out',
      headers: { 'Last-Event-ID': 'somewhere' },
      status: 400,
      answer: problemOf(new ApiError('stream_position_unknown'))
    }
  }
} satisfies FastifySchema
