// The examples of the commands on a payment that is there. A test sends them to a real service, in this order.
import { ApiError } from '../errors.ts'
import { examplePayments } from '../payment-schema.ts'
import type { Example } from '../platform/http/description.ts'
import { problemOf } from '../platform/http/problem.ts'

type Examples = Readonly<Record<string, Example>>

const { authorized, toCancel, toRefund } = examplePayments
const under = (key: string, more: Example['headers'] = {}) => ({ 'Idempotency-Key': key, ...more })

export const captureExamples: Examples = {
  tooMuch: {
    summary: 'More than is reserved',
    params: { id: authorized.id },
    headers: under('capture-1'),
    body: { amount: 1100 },
    status: 422,
    answer: problemOf(new ApiError('amount_exceeds_authorized', { detail: '1100 is more than 1099.' }))
  },
  part: {
    summary: 'Take a part, and release the rest',
    params: { id: authorized.id },
    headers: under('capture-2', { 'If-Match': `"${authorized.version}"` }),
    body: { amount: 500 },
    status: 200,
    answer: { ...authorized, status: 'COMPLETED', capturedAmount: 500, version: 7 }
  },
  again: {
    summary: 'Take it a second time',
    params: { id: authorized.id },
    headers: under('capture-3'),
    body: {},
    status: 409,
    answer: problemOf(new ApiError('status_conflict', { detail: 'The payment is COMPLETED.' }))
  }
}

export const cancelExamples: Examples = {
  released: {
    summary: 'Release the money',
    params: { id: toCancel.id },
    headers: under('cancel-1'),
    body: { reason: 'out of stock' },
    status: 200,
    answer: { ...authorized, ...toCancel, status: 'CANCELLED', version: 6 }
  },
  unknown: {
    summary: 'A payment that there is not',
    params: { id: 'pay_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' },
    headers: under('cancel-2'),
    body: {},
    status: 404,
    answer: problemOf(new ApiError('payment_not_found'))
  }
}

export const refundExamples: Examples = {
  part: {
    summary: 'Give a part back',
    params: { id: toRefund.id },
    headers: under('refund-1'),
    body: { amount: 500, reason: 'one of two items was returned' },
    status: 201,
    answer: { id: toRefund.refundId, status: 'succeeded', amount: 500 }
  },
  same: {
    summary: 'The same request again',
    params: { id: toRefund.id },
    headers: under('refund-1'),
    body: { amount: 500, reason: 'one of two items was returned' },
    status: 201,
    answer: { id: toRefund.refundId, status: 'succeeded', amount: 500 }
  },
  tooMuch: {
    summary: 'More than is left',
    params: { id: toRefund.id },
    headers: under('refund-2'),
    body: { amount: 600 },
    status: 422,
    answer: problemOf(new ApiError('amount_exceeds_refundable', { detail: '599 is left to refund.' }))
  }
}

export const retryExamples: Examples = {
  notFailed: {
    summary: 'A payment that has not failed',
    params: { id: toRefund.id },
    headers: under('retry-1'),
    body: {},
    status: 409,
    answer: problemOf(new ApiError('status_conflict', { detail: 'The payment is PARTIALLY_REFUNDED.' }))
  }
}

export const closeRefundsExamples: Examples = {
  closed: {
    summary: 'Give no more back',
    params: { id: toRefund.id },
    headers: under('close-1'),
    body: {},
    status: 200
  }
}

export const resolveExamples: Examples = {
  unknown: {
    summary: 'A payment that there is not',
    params: { id: 'pay_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' },
    headers: under('resolve-1'),
    body: { operationId: 'purchase-1', outcome: 'succeeded', reason: 'on the statement of January 31' },
    status: 404,
    answer: problemOf(new ApiError('payment_not_found'))
  }
}

export const reviewExamples: Examples = {
  notHeld: {
    summary: 'A payment that nobody has to look at',
    params: { id: toRefund.id },
    headers: under('review-1'),
    body: { decision: 'approve', reason: 'the customer was called' },
    status: 409,
    answer: problemOf(new ApiError('not_in_review'))
  }
}
