// The examples of the routes that start payments and erase contact details. A test sends them to a real service, in this order.
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
  refundable: {
    summary: 'Take money that will be given back',
    headers: under('order-6'),
    body: request('tok_visa'),
    status: 201
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

export const eraseExamples: Examples = {
  nothing: {
    summary: 'A customer of whom nothing is held',
    params: { id: 'cus_1' },
    status: 404,
    answer: problemOf(new ApiError('customer_not_found'))
  }
}
