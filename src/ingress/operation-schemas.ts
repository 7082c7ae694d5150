// The commands on a payment that is there, as Fastify checks them and /openapi.json describes them.
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import type { ErrorCode } from '../errors.ts'
import { byPaymentId, refundFields } from '../payment-schema.ts'
import { securedBy } from '../platform/http/schema-parts.ts'
import { POSITION_HEADER } from '../position.ts'
import {
  cancelExamples,
  captureExamples,
  closeRefundsExamples,
  refundExamples,
  resolveExamples,
  reviewExamples,
  retryExamples
} from './operation-examples.ts'
import {
  cancelRequest,
  captureRequest,
  noTerms,
  refundRequest,
  resolveRequest,
  reviewRequest
} from './operation-requests.ts'
import { accepted, commandProblems, etag, headers, position, settled, tags } from './route-schemas.ts'

const operationHeaders = Type.Object({
  ...headers.properties,
  'If-Match': Type.Optional(
    Type.String({ description: "The payment's ETag: refuses the command when the payment has moved on." })
  )
})

const onPayment = { ...securedBy('payments:write'), tags, params: byPaymentId, headers: operationHeaders }
const byOperators = { ...securedBy('operator'), tags: ['Operators'] }
/** Answers 200 when the payment rests in time, else 202 with its Location. */
const resting = { 200: settled('The payment, at rest.'), 202: accepted }

const operationProblems: readonly ErrorCode[] = [
  ...commandProblems,
  'if_match_malformed',
  'payment_not_found',
  'version_conflict',
  'operation_in_progress',
  'status_conflict',
  'operation_unsupported'
]

export const capturePaymentSchema = {
  operationId: 'capturePayment',
  summary: 'Capture a payment',
  description:
    'Takes the authorized money, or a part of it: what is left is released, and the payment is complete. Answers 200 when the payment rests in time, also where the gateway declined and took nothing: `capturedAmount` and `status` tell. Else 202 with its Location.',
  ...onPayment,
  body: captureRequest,
  optionalBody: true,
  answers: resting,
  problems: [...operationProblems, 'amount_invalid', 'amount_exceeds_authorized'],
  examples: captureExamples
} satisfies FastifySchema

export const cancelPaymentSchema = {
  operationId: 'cancelPayment',
  summary: 'Cancel a payment',
  description:
    'Releases the authorized money. Answers 200 when the payment rests in time, also where the gateway declined and it still stands authorized: `status` tells. Else 202 with its Location.',
  ...onPayment,
  body: cancelRequest,
  optionalBody: true,
  answers: resting,
  problems: operationProblems,
  examples: cancelExamples
} satisfies FastifySchema

export const refundPaymentSchema = {
  operationId: 'refundPayment',
  summary: 'Refund a payment',
  description:
    'Gives back what was captured, or a part of it. The amount is reserved at once; several refunds run one after the other. Answers 201 when the payment rests in time, also where the gateway declined: `status` of the refund tells. Else 202 with the Location of the refund.',
  ...onPayment,
  body: refundRequest,
  optionalBody: true,
  answers: {
    201: {
      description: 'The refund, as it was when the payment rested.',
      schema: Type.Object(refundFields, { title: 'RefundAnswer' }),
      headers: {
        [POSITION_HEADER]: position,
        ETag: etag,
        Location: Type.String({ description: 'The refund.' })
      }
    },
    202: accepted
  },
  problems: [...operationProblems, 'amount_invalid', 'refund_window_closed', 'amount_exceeds_refundable'],
  examples: refundExamples
} satisfies FastifySchema

export const retryPaymentSchema = {
  operationId: 'retryPayment',
  summary: 'Try a failed payment again',
  description:
    'Where no money moved, from the beginning; after a failed settlement or refund, that alone. Answers 200 when the payment rests in time, else 202 with its Location.',
  ...onPayment,
  body: noTerms,
  optionalBody: true,
  answers: resting,
  problems: [
    ...operationProblems,
    'money_may_have_moved',
    'review_rejected',
    'refund_window_closed',
    'amount_exceeds_refundable'
  ],
  examples: retryExamples
} satisfies FastifySchema

export const closeRefundsSchema = {
  operationId: 'closeRefunds',
  summary: 'Take no more refunds of a payment',
  description: 'What closes them by itself is the refund window. Answers 200 with the payment.',
  ...onPayment,
  body: noTerms,
  optionalBody: true,
  answers: resting,
  problems: [...operationProblems, 'refund_window_closed'],
  examples: closeRefundsExamples
} satisfies FastifySchema

export const resolveOutcomeSchema = {
  operationId: 'resolveOutcome',
  summary: 'Decide an outcome that is not known',
  description:
    'For those who run the installation, with a key that includes `operator`: what was found out at the gateway, say from its statements. Answers 200 when the payment rests in time, else 202 with its Location.',
  ...onPayment,
  ...byOperators,
  body: resolveRequest,
  answers: resting,
  problems: [...operationProblems, 'outcome_not_unknown', 'read_model_unavailable'],
  examples: resolveExamples
} satisfies FastifySchema

export const resolveReviewSchema = {
  operationId: 'resolveReview',
  summary: 'Decide about a payment that is held',
  description:
    'For those who run the installation, with a key that includes `operator`: a payment that fraud rules hold goes to a gateway, or fails. Answers 200 when the payment rests in time, else 202 with its Location.',
  ...onPayment,
  ...byOperators,
  body: reviewRequest,
  answers: resting,
  problems: [...operationProblems, 'not_in_review', 'money_may_have_moved', 'read_model_unavailable'],
  examples: reviewExamples
} satisfies FastifySchema
