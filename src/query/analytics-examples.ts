// The examples of the routes of the analytics.
import { ApiError } from '../errors.ts'
import type { Example } from '../platform/http/description.ts'
import { problemOf } from '../platform/http/problem.ts'

type Examples = Readonly<Record<string, Example>>

export const analyticsExamples: Examples = {
  byHour: { summary: 'The last 24 hours', status: 200 },
  byGateway: {
    summary: 'January, by day and gateway, in euros',
    query: {
      ...{ from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
      ...{ by: 'day,gateway', currency: 'EUR' }
    },
    status: 200,
    answer: { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z', data: [], nextCursor: null }
  },
  tooLong: {
    summary: 'More hours than are told apart at once',
    query: { from: '2026-01-01T00:00:00Z', to: '2026-03-01T00:00:00Z' },
    status: 400,
    answer: problemOf(
      new ApiError('query_invalid', {
        faults: [{ path: '/from', message: 'is more than 31 days before to: tell days apart, not hours' }]
      })
    )
  },
  nonsense: {
    summary: 'More rows than a page has',
    query: { limit: '1001' },
    status: 400,
    answer: problemOf(
      new ApiError('query_invalid', {
        faults: [
          { path: '/limit', message: 'does not have the right form: 1 to 1000 rows, 100 unless given' }
        ]
      })
    )
  }
}

export const declinesExamples: Examples = {
  payments: { summary: 'Why payments failed in the last 24 hours', status: 200 },
  attempts: {
    summary: 'What one gateway says when it declines',
    query: { of: 'attempt', gateway: 'sandbox-alpha', limit: '5' },
    status: 200
  }
}
