// The examples of the routes that read. A test sends them to a real service, after those that change something.
import { ApiError } from '../errors.ts'
import { examplePayments } from '../payment-schema.ts'
import type { Example } from '../platform/http/description.ts'
import { problemOf } from '../platform/http/problem.ts'

type Examples = Readonly<Record<string, Example>>

const { completed, declined, toRefund } = examplePayments

export const findExamples: Examples = {
  found: { summary: 'A payment', params: { id: completed.id }, status: 200, answer: completed },
  before: {
    summary: 'As it was after its third event',
    params: { id: completed.id },
    query: { as_of: '3' },
    status: 200
  },
  unchanged: {
    summary: 'The version that the caller has already',
    params: { id: completed.id },
    headers: { 'If-None-Match': `"${completed.version}"` },
    status: 304
  },
  unknown: {
    summary: 'A payment that there is not',
    params: { id: 'pay_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' },
    status: 404,
    answer: problemOf(new ApiError('payment_not_found'))
  }
}

export const eventsExamples: Examples = {
  history: { summary: 'What happened to a payment', params: { id: completed.id }, status: 200 }
}

export const auditExamples: Examples = {
  trail: { summary: 'What the audit trail has of a payment', params: { id: completed.id }, status: 200 }
}

export const routingExamples: Examples = {
  explained: { summary: 'Why a payment went where', params: { id: completed.id }, status: 200 }
}

export const listExamples: Examples = {
  declined: {
    summary: 'The payments that failed',
    query: { status: 'FAILED', customer: 'cus_1' },
    status: 200,
    answer: { data: [declined], nextCursor: null }
  },
  page: { summary: 'The first page', query: { limit: '2' }, status: 200 },
  narrow: {
    summary: 'What was paid in January, from 10 to 20 euros, oldest first',
    query: {
      ...{ status: 'CAPTURED,COMPLETED', currency: 'EUR', minAmount: '1000', maxAmount: '2000' },
      ...{ createdFrom: '2026-01-01T00:00:00Z', createdTo: '2026-02-01T00:00:00Z', sort: 'createdAt' }
    },
    status: 200
  },
  search: {
    summary: 'Payments whose texts have these words',
    query: { q: 'blue shoes' },
    status: 200
  },
  nonsense: {
    summary: 'A page that is too large',
    query: { limit: '101' },
    status: 400,
    answer: problemOf(
      new ApiError('query_invalid', {
        faults: [{ path: '/limit', message: 'does not have the right form: 1 to 100, 20 unless given' }]
      })
    )
  }
}

const refund = {
  id: toRefund.refundId,
  status: 'succeeded',
  amount: 500,
  reason: 'one of two items was returned',
  createdAt: '2026-11-02T09:00:00.000Z',
  updatedAt: '2026-11-02T09:00:00.080Z'
}

export const refundsExamples: Examples = {
  one: {
    summary: 'Of a payment that was partly given back',
    params: { id: toRefund.id },
    status: 200,
    answer: { data: [refund] }
  }
}

export const findRefundExamples: Examples = {
  found: {
    summary: 'A refund',
    params: { id: toRefund.id, refundId: refund.id },
    status: 200,
    answer: refund
  },
  unknown: {
    summary: 'A refund that there is not',
    params: { id: toRefund.id, refundId: 'ref_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' },
    status: 404,
    answer: problemOf(new ApiError('refund_not_found'))
  }
}

export const unknownExamples: Examples = {
  page: { summary: 'The oldest', query: { limit: '10' }, status: 200 }
}

export const reviewsExamples: Examples = {
  page: { summary: 'The oldest', query: { limit: '10' }, status: 200 }
}

export const gatewayHealthExamples: Examples = {
  one: { summary: 'One gateway', query: { gateway: 'sandbox-alpha' }, status: 200 },
  idle: {
    summary: 'A gateway that was not called lately',
    query: { gateway: 'sandbox-omega' },
    status: 200,
    answer: { data: [] }
  }
}

export const customerExamples: Examples = {
  unknown: {
    summary: 'A customer of whom nothing is held',
    params: { id: 'cus_1' },
    status: 404,
    answer: problemOf(new ApiError('customer_not_found'))
  }
}

export const statementExamples: Examples = {
  all: { summary: 'What a customer has paid and got back', params: { id: 'cus_1' }, status: 200 },
  backwards: {
    summary: 'A period that ends before it begins',
    params: { id: 'cus_1' },
    query: { from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' },
    status: 400
  }
}

export const statementCsvExamples: Examples = {
  euros: {
    summary: 'In euros, for a spreadsheet',
    params: { id: 'cus_1' },
    query: { currency: 'EUR' },
    status: 200
  }
}
