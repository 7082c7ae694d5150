// The examples of the routes that change something. A test sends them to a real service, in this order.
import { ApiError } from '../errors.ts'
import { examplePayments } from '../payment-schema.ts'
import type { Example } from '../platform/http/description.ts'
import { problemOf } from '../platform/http/problem.ts'

type Examples = Readonly<Record<string, Example>>

const { completed, authorized, declined, toCancel } = examplePayments
const under = (key: string, more: Example['headers'] = {}) => ({ 'Idempotency-Key': key, ...more })
const request = (token: string, more: object = {}) => ({
  amount: 1099,
  currency: 'EUR',
  customer: { id: 'cus_1' },
  paymentMethod: { type: 'card', token },
  ...more
})

export const startExamples: Examples = {
  taken: {
    summary: 'Take the money at once',
    headers: under('order-1'),
    body: request('tok_visa', { metadata: { order: '1' } }),
    status: 201,
    answer: completed
  },
  reserved: {
    summary: 'Reserve the money only',
    headers: under('order-2'),
    body: request('tok_visa', { capture: 'manual' }),
    status: 201,
    answer: authorized
  },
  declined: {
    summary: 'A card that is declined',
    headers: under('order-3'),
    body: request('tok_declined'),
    status: 201,
    answer: declined
  },
  async: {
    summary: 'Do not wait for the result',
    headers: under('order-4', { Prefer: 'respond-async' }),
    body: request('tok_visa', { capture: 'manual' }),
    status: 202,
    answer: { id: toCancel.id, position: 'commands-7-42' }
  },
  reused: {
    summary: 'The same key for something else',
    headers: under('order-1'),
    body: request('tok_visa', { amount: 2 }),
    status: 422,
    answer: problemOf(new ApiError('idempotency_key_reused'))
  },
  malformed: {
    summary: 'A request that breaks rules',
    headers: under('order-5'),
    body: { ...request('tok_visa'), amount: '10.99' },
    status: 400,
    answer: problemOf(
      new ApiError('amount_invalid', { faults: [{ path: '/amount', message: 'must be integer' }] })
    )
  }
}

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

export const eraseExamples: Examples = {
  nothing: {
    summary: 'A customer of whom nothing is held',
    params: { id: 'cus_1' },
    status: 404,
    answer: problemOf(new ApiError('customer_not_found'))
  }
}
