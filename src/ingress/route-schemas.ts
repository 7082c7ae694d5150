// The routes that start payments and erase contact details, with what all commands have in common, as Fastify checks them and /openapi.json describes them.
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { IDEMPOTENCY_KEY_PATTERN } from '../domain/payment/limits.ts'
import { byCustomerId } from '../customers/customer-id.ts'
import type { ErrorCode } from '../errors.ts'
import { payment } from '../payment-schema.ts'
import type { Answer } from '../platform/http/description.ts'
import { securedBy } from '../platform/http/schema-parts.ts'
import { POSITION_HEADER } from '../position.ts'
import { eraseExamples, startExamples } from './examples.ts'
import { paymentRequest } from './payment-request.ts'

export const tags = ['Payments']

export const headers = Type.Object({
  'Idempotency-Key': Type.String({
    pattern: IDEMPOTENCY_KEY_PATTERN,
    description: 'The same key with the same body is the same command, however often it is sent.'
  }),
  Prefer: Type.Optional(Type.String({ description: '`respond-async` is answered 202 at once.' }))
})
export const position = Type.String({
  description: 'Sent along with a read, makes it show what was answered.'
})
export const location = Type.String({ description: 'The payment.' })
export const etag = Type.String({ description: "The payment's version, for If-Match." })

export const settled = (description: string, more: Answer['headers'] = {}): Answer => ({
  description,
  schema: payment,
  headers: { [POSITION_HEADER]: position, ETag: etag, ...more }
})
export const accepted: Answer = {
  description: 'The command is stored, and the payment does not rest yet.',
  schema: Type.Object(
    { id: Type.String({ description: "The payment's id." }), position },
    { title: 'AcceptedCommand' }
  ),
  headers: { [POSITION_HEADER]: position, Location: location }
}

/** Of whatever becomes a command. */
export const commandProblems: readonly ErrorCode[] = [
  'idempotency_key_missing',
  'idempotency_key_malformed',
  'kafka_unavailable',
  'idempotency_key_reused',
  'too_many_commands',
  'command_invalid',
  'command_rejected'
]
export const startPaymentSchema = {
  operationId: 'startPayment',
  summary: 'Start a payment',
  description: 'Answers 201 when the payment rests in time, else 202 with its Location.',
  ...{ ...securedBy('payments:write'), tags, headers },
  body: paymentRequest,
  answers: { 201: settled('The payment, at rest.', { Location: location }), 202: accepted },
  problems: [
    ...commandProblems,
    'too_many_waiting',
    'amount_invalid',
    'currency_unknown',
    'merchant_unknown'
  ],
  examples: startExamples
} satisfies FastifySchema

export const eraseCustomerSchema = {
  operationId: 'eraseCustomer',
  summary: 'Erase the contact details of a customer',
  description:
    'Payments stay, with the id and the country of the customer. A payment that gives details afterwards gives them anew.',
  ...securedBy('customers:write'),
  tags: ['Customers'],
  params: byCustomerId,
  answers: {
    204: { description: 'They are erased, and no read shows them.' },
    202: {
      description:
        'They are erased for good; the read model is behind or away, and may show them a while longer.'
    }
  },
  problems: ['kafka_unavailable', 'customer_not_found'],
  examples: eraseExamples
} satisfies FastifySchema
