import { ApiError } from '../../errors.ts'
import { examplePayments } from '../../payment-schema.ts'
import type { Example } from '../../platform/http/description.ts'
import { problemOf } from '../../platform/http/problem.ts'

const { completed } = examplePayments

export const graphqlExamples: Readonly<Record<string, Example>> = {
  payment: {
    summary: 'A payment with what happened to it',
    body: {
      query: 'query ($id: ID!) { payment(id: $id) { id status capturedAmount currency } }',
      variables: { id: completed.id }
    },
    status: 200,
    answer: {
      data: {
        payment: {
          id: completed.id,
          status: 'COMPLETED',
          capturedAmount: completed.capturedAmount,
          currency: 'EUR'
        }
      }
    }
  },
  list: {
    summary: 'The newest payments, with their refunds, and why they went where',
    body: {
      query:
        '{ payments(limit: 5) { data { id amount currency refunds { id amount status } routing { summary } } nextCursor } }'
    },
    status: 200
  },
  figures: {
    summary: 'Approval by gateway, and what is under way',
    body: {
      query:
        '{ analytics(by: [gateway]) { data { gateway currency approval { payments attempts } } } inFlight { currency status amount } }'
    },
    status: 200
  },
  unknown: {
    summary: 'A payment that there is not',
    body: { query: '{ payment(id: "pay_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa") { id } }' },
    status: 200,
    answer: { data: { payment: null } }
  },
  costly: {
    summary: 'More than a query may cost',
    body: { query: '{ payments(limit: 100) { data { id routing { candidates { gateway terms } } } } }' },
    status: 400,
    answer: problemOf(
      new ApiError('graphql_too_complex', { detail: 'The query costs 21400, and may cost 10000.' })
    )
  },
  nonsense: {
    summary: 'A field that there is not',
    body: { query: '{ colour }' },
    status: 400,
    answer: problemOf(
      new ApiError('graphql_invalid', {
        faults: [{ path: 'query:1:3', message: 'Cannot query field "colour" on type "Query".' }]
      })
    )
  }
}
