// The routes that only read, as Fastify checks them and /openapi.json describes them.
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import type { ErrorCode } from '../errors.ts'
import { byPaymentId, payment, paymentStatuses, refundFields } from '../payment-schema.ts'
import { instant, nullable, pageOfAll, pageQuery, securedBy, time } from '../platform/http/schema-parts.ts'
import { POSITION_HEADER } from '../position.ts'
import { byCustomerId } from '../customers/customer-id.ts'
import {
  customerExamples,
  eventsExamples,
  findExamples,
  findRefundExamples,
  listExamples,
  refundsExamples,
  routingExamples,
  reviewsExamples,
  unknownExamples
} from './examples.ts'
import { paymentListQuery } from './payment-list.ts'

export const tags = ['Payments']

const position = Type.Optional(
  Type.String({
    description: 'Waits up to 2 seconds until the answer shows what led to the answer that carried it.'
  })
)
export const headers = Type.Object({ [POSITION_HEADER]: position })
const versionHeaders = Type.Object({
  [POSITION_HEADER]: position,
  'If-None-Match': Type.Optional(
    Type.String({ description: 'ETags: answered 304 when the payment still has one of them.' })
  )
})

/** Of every read. */
export const readProblems: readonly ErrorCode[] = [
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
    occurredAt: instant,
    causationId: Type.Union([Type.String(), Type.Null()], { description: 'The command that led to it.' }),
    correlationId: Type.Union([Type.String(), Type.Null()], {
      description: 'The X-Correlation-Id of the request that led to it.'
    }),
    requestedBy: Type.Union([Type.String(), Type.Null()], {
      description:
        '`key:<id>` of those who run the installation, where one of them asked for it on behalf of the merchant.'
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
  ...{ ...securedBy('payments:read'), tags },
  params: byPaymentId,
  querystring: Type.Object(
    {
      as_of: Type.Optional(
        Type.Union([Type.String({ pattern: '^[1-9][0-9]{0,14}$' }), Type.String({ format: 'date-time' })], {
          description:
            'Shows the payment as it was: after the event with this sequence, or at this time (RFC 3339). Not found where it was not there yet.'
        })
      )
    },
    { additionalProperties: false }
  ),
  headers: versionHeaders,
  madeOf: ['payments', 'payment_events'],
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
  ...{ ...securedBy('payments:read'), tags, headers },
  params: byPaymentId,
  madeOf: ['payment_events'],
  answers: {
    200: {
      description: 'Its events, in order.',
      schema: Type.Object({ data: Type.Array(event) }, { title: 'EventList' })
    }
  },
  problems: [...readProblems, 'payment_not_found'],
  examples: eventsExamples
} satisfies FastifySchema

const nullableText = (description: string) => nullable(Type.String(), description)
const numbers = (description: string) =>
  Type.Unsafe<Record<string, number>>({
    type: 'object',
    additionalProperties: { type: 'number' },
    description
  })

const routingChoice = Type.Object(
  {
    sequence: Type.Integer({ minimum: 1, description: 'Of the event that records the choice.' }),
    occurredAt: instant,
    gateway: Type.String({ description: 'The one that was chosen.' }),
    summary: Type.String({ description: 'For people.' }),
    policy: Type.Object({
      id: Type.String({ description: '`by-priority` where there was none.' }),
      version: Type.String({ description: 'Of its document, as in the ETag.' })
    }),
    variant: nullableText('The part of the payments that the policy tries something else on.'),
    decidedBy: nullableText('`rule:<name>`, or what ranked the gateways.'),
    probability: Type.Number({ minimum: 0, maximum: 1, description: 'With which it was drawn.' }),
    features: Type.Unsafe<Record<string, string>>({
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'What was known of the payment.'
    }),
    candidates: Type.Array(
      Type.Object(
        {
          gateway: Type.String(),
          chosen: Type.Boolean(),
          because: Type.String({ description: 'For people: why it was, or was not.' }),
          excludedBy: nullableText('What ruled it out.'),
          score: Type.Union([Type.Number(), Type.Null()], { description: 'Null where nothing was scored.' }),
          probability: Type.Union([Type.Number(), Type.Null()], {
            description: 'With which it could be drawn.'
          }),
          terms: numbers('What was known of it: priority, approval, spread, cost, latency, health, calls.')
        },
        { title: 'RoutingCandidate' }
      ),
      { description: 'In order of rank.' }
    )
  },
  { title: 'RoutingChoice' }
)

export const explainRoutingSchema = {
  operationId: 'explainRouting',
  summary: 'Read why a payment went to its gateway',
  ...{ ...securedBy('payments:read'), tags, headers },
  params: byPaymentId,
  madeOf: ['payment_events'],
  answers: {
    200: {
      description: 'Each choice of a gateway, in order.',
      schema: Type.Object({ data: Type.Array(routingChoice) }, { title: 'RoutingExplanation' })
    }
  },
  problems: [...readProblems, 'payment_not_found'],
  examples: routingExamples
} satisfies FastifySchema

export const listPaymentsSchema = {
  operationId: 'listPayments',
  summary: 'List and search payments',
  description:
    'A page may have fewer payments than the limit, even none, and not be the last: go on until `nextCursor` is null.',
  ...{ ...securedBy('payments:read'), tags, headers },
  querystring: paymentListQuery,
  madeOf: ['payments'],
  answers: {
    200: {
      description: 'A page of payments.',
      schema: pageOfAll(payment, 'PaymentPage')
    }
  },
  problems: readProblems,
  examples: listExamples
} satisfies FastifySchema

const refund = Type.Object(
  {
    ...refundFields,
    reason: Type.Optional(Type.String({ description: 'As it was sent.' })),
    failure: Type.Optional(
      Type.Object(
        {
          code: Type.String({ description: "The gateway's." }),
          message: Type.String({ description: 'For people.' })
        },
        { description: 'Of a refund that failed.' }
      )
    ),
    createdAt: time('When it was accepted.'),
    updatedAt: time('When it last changed.')
  },
  { title: 'Refund' }
)

export const listRefundsSchema = {
  operationId: 'listRefunds',
  summary: 'Read the refunds of a payment',
  ...{ ...securedBy('payments:read'), tags, headers },
  params: byPaymentId,
  madeOf: ['payment_events'],
  answers: {
    200: {
      description: 'The oldest first.',
      schema: Type.Object({ data: Type.Array(refund) }, { title: 'RefundList' })
    }
  },
  problems: [...readProblems, 'payment_not_found'],
  examples: refundsExamples
} satisfies FastifySchema

export const findRefundSchema = {
  operationId: 'findRefund',
  summary: 'Read a refund',
  ...{ ...securedBy('payments:read'), tags, headers },
  params: Type.Object({
    ...byPaymentId.properties,
    refundId: Type.String({ description: "The refund's id." })
  }),
  madeOf: ['payment_events'],
  answers: { 200: { description: 'The refund.', schema: refund } },
  problems: [...readProblems, 'payment_not_found', 'refund_not_found'],
  examples: findRefundExamples
} satisfies FastifySchema

const unknown = {
  id: Type.String({ description: 'As a decision about it names it.' }),
  kind: Type.String({ description: 'What the gateway was asked for.' }),
  gateway: Type.Union([Type.String(), Type.Null()]),
  since: time('When its outcome became unknown.'),
  forMs: Type.Integer({ minimum: 0, description: 'How long that is, in milliseconds.' })
}
const unknownOutcome = Type.Object(
  {
    paymentId: Type.String(),
    merchantId: Type.String(),
    status: Type.Enum(paymentStatuses, { description: 'Of the payment, which waits in it.' }),
    amount: Type.Integer({ minimum: 1, description: 'Of the payment, in minor units.' }),
    currency: Type.String({ description: 'ISO 4217 alphabetic code.' }),
    operation: Type.Union([Type.Object(unknown, { title: 'UnknownOperation' }), Type.Null()]),
    compensations: Type.Array(
      Type.Object(
        { ...unknown, amount: Type.Integer({ minimum: 1, description: 'Minor units.' }) },
        { title: 'UnknownCompensation' }
      ),
      { description: 'What was to undo something that the gateway did too late.' }
    ),
    since: time('When the oldest of these became unknown.'),
    forMs: unknown.forMs
  },
  { title: 'UnknownOutcome' }
)

const operatorPage = Type.Object(pageQuery, { additionalProperties: false })

export const listUnknownSchema = {
  operationId: 'listUnknown',
  summary: 'List what nobody knows',
  description:
    'For those who run the installation, with an admin key: the operations of all merchants of which no gateway has said what became of them, the oldest first.',
  ...securedBy('viewer'),
  tags: ['Operators'],
  querystring: operatorPage,
  madeOf: ['payments'],
  answers: {
    200: {
      description: 'A page of them.',
      schema: pageOfAll(unknownOutcome, 'UnknownPage')
    }
  },
  problems: ['read_model_unavailable'],
  examples: unknownExamples
} satisfies FastifySchema

const heldPayment = Type.Object(
  {
    paymentId: Type.String(),
    merchantId: Type.String(),
    customerId: Type.String({ description: "The merchant's id of the customer." }),
    amount: Type.Integer({ minimum: 1, description: 'Minor units.' }),
    currency: Type.String({ description: 'ISO 4217 alphabetic code.' }),
    version: Type.Integer({ minimum: 1, description: 'The ETag that a decision may name.' }),
    until: time('When it fails unless somebody has decided.')
  },
  { title: 'HeldPayment' }
)

export const listReviewsSchema = {
  operationId: 'listReviews',
  summary: 'List payments that are held',
  description:
    'For those who run the installation, with an admin key: the payments of all merchants that fraud rules hold until somebody decides, those first that fail first. Why is in the `FraudAssessed` of their events.',
  ...securedBy('viewer'),
  tags: ['Operators'],
  querystring: operatorPage,
  madeOf: ['payments'],
  answers: {
    200: {
      description: 'A page of them.',
      schema: pageOfAll(heldPayment, 'HeldPage')
    }
  },
  problems: ['read_model_unavailable'],
  examples: reviewsExamples
} satisfies FastifySchema

const customer = Type.Object(
  {
    id: Type.String({ description: "The merchant's id of the customer." }),
    email: Type.Optional(Type.String({ description: 'Where notifications go.' })),
    name: Type.Optional(Type.String({ description: 'How the customer is called.' })),
    phone: Type.Optional(Type.String({ description: 'E.164.' })),
    updatedAt: time('When they were given.')
  },
  { title: 'Customer' }
)

export const findCustomerSchema = {
  operationId: 'findCustomer',
  summary: 'Read the contact details that are held of a customer',
  ...securedBy('customers:read'),
  tags: ['Customers'],
  params: byCustomerId,
  madeOf: ['customers'],
  answers: { 200: { description: 'What the last payment that gave any has given.', schema: customer } },
  problems: ['read_model_unavailable', 'customer_not_found'],
  examples: customerExamples
} satisfies FastifySchema
