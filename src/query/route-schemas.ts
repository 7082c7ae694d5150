// The routes that only read, as Fastify checks them and /openapi.json describes them.
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import type { ErrorCode } from '../errors.ts'
import { byPaymentId, payment } from '../payment-schema.ts'
import { POSITION_HEADER } from '../position.ts'
import { byCustomerId } from '../customers/customer-id.ts'
import { customerExamples, eventsExamples, findExamples, listExamples } from './examples.ts'
import { paymentListQuery } from './payment-list.ts'

const security = [{ apiKey: [] }]
const tags = ['Payments']

const position = Type.Optional(
  Type.String({
    description: 'Waits up to 2 seconds until the answer shows what led to the answer that carried it.'
  })
)
const headers = Type.Object({ [POSITION_HEADER]: position })
const versionHeaders = Type.Object({
  [POSITION_HEADER]: position,
  'If-None-Match': Type.Optional(
    Type.String({ description: 'ETags: answered 304 when the payment still has one of them.' })
  )
})

/** Of every read. */
const readProblems: readonly ErrorCode[] = [
  'position_malformed',
  'read_model_unavailable',
  'read_model_behind'
]

const etag = Type.String({ description: "The payment's version." })

const event = Type.Object(
  {
    id: Type.String(),
    sequence: Type.Integer({ minimum: 1, description: "The payment's version after the event." }),
    type: Type.String({ description: 'What happened.' }),
    occurredAt: Type.String({ format: 'date-time' }),
    causationId: Type.Union([Type.String(), Type.Null()], { description: 'The command that led to it.' }),
    correlationId: Type.Union([Type.String(), Type.Null()], {
      description: 'The X-Correlation-Id of the request that led to it.'
    }),
    data: Type.Unsafe<Record<string, unknown>>({
      type: 'object',
      additionalProperties: true,
      description: 'What the event says beyond that, as on the topic.'
    })
  },
  { title: 'Event' }
)

export const findPaymentSchema = {
  operationId: 'findPayment',
  summary: 'Read a payment',
  ...{ security, tags },
  params: byPaymentId,
  headers: versionHeaders,
  answers: {
    200: { description: 'The payment.', schema: payment, headers: { ETag: etag } },
    304: { description: 'The payment has not changed.', headers: { ETag: etag } }
  },
  problems: [...readProblems, 'payment_not_found'],
  examples: findExamples
} satisfies FastifySchema

export const listEventsSchema = {
  operationId: 'listEvents',
  summary: 'Read what happened to a payment',
  ...{ security, tags, headers },
  params: byPaymentId,
  answers: {
    200: {
      description: 'Its events, in order.',
      schema: Type.Object({ data: Type.Array(event) }, { title: 'EventList' })
    }
  },
  problems: [...readProblems, 'payment_not_found'],
  examples: eventsExamples
} satisfies FastifySchema

export const listPaymentsSchema = {
  operationId: 'listPayments',
  summary: 'List payments',
  ...{ security, tags, headers },
  querystring: paymentListQuery,
  answers: {
    200: {
      description: 'A page of payments.',
      schema: Type.Object(
        {
          data: Type.Array(payment),
          nextCursor: Type.Union([Type.String(), Type.Null()], { description: 'Null on the last page.' })
        },
        { title: 'PaymentPage' }
      )
    }
  },
  problems: readProblems,
  examples: listExamples
} satisfies FastifySchema

const customer = Type.Object(
  {
    id: Type.String({ description: "The merchant's id of the customer." }),
    email: Type.Optional(Type.String({ description: 'Where notifications go.' })),
    name: Type.Optional(Type.String({ description: 'How the customer is called.' })),
    phone: Type.Optional(Type.String({ description: 'E.164.' })),
    updatedAt: Type.String({ format: 'date-time', description: 'When they were given.' })
  },
  { title: 'Customer' }
)

export const findCustomerSchema = {
  operationId: 'findCustomer',
  summary: 'Read the contact details that are held of a customer',
  security,
  tags: ['Customers'],
  params: byCustomerId,
  answers: { 200: { description: 'What the last payment that gave any has given.', schema: customer } },
  problems: ['read_model_unavailable', 'customer_not_found'],
  examples: customerExamples
} satisfies FastifySchema
