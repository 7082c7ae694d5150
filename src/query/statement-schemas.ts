// The routes of a customer's statement, as Fastify checks them and /openapi.json describes them.
import type { FastifySchema } from 'fastify'
import { Type } from 'typebox'
import { byCustomerId } from '../customers/customer-id.ts'
import { instant, nullable, securedBy, time } from '../platform/http/schema-parts.ts'
import { statementCsvExamples, statementExamples } from './examples.ts'
import { headers, readProblems } from './route-schemas.ts'
import { statementQuery } from './statement-query.ts'

const minor = (description: string) => Type.Integer({ description: `${description}, in minor units.` })

const entry = Type.Object(
  {
    occurredAt: instant,
    kind: Type.Enum(['capture', 'refund']),
    paymentId: Type.String(),
    refundId: nullable(Type.String(), 'Of a refund.'),
    amount: minor('What was paid; negative for what came back'),
    balance: minor('What has been paid by then in all, less what came back')
  },
  { title: 'StatementEntry' }
)

const statement = Type.Object(
  {
    customerId: Type.String({ description: "The merchant's id of the customer." }),
    from: time('The first instant.'),
    to: time('The first instant that is too late.'),
    currencies: Type.Array(
      Type.Object({
        currency: Type.String({ description: 'ISO 4217 alphabetic code.' }),
        exponent: Type.Integer({ minimum: 0, description: 'Decimals that the currency has.' }),
        opening: minor('Balance before the period'),
        captured: minor('What was paid in the period'),
        refunded: minor('What came back in the period'),
        closing: minor('Balance after the period: opening + captured − refunded'),
        entries: Type.Array(entry, { description: 'In the order of their time.' })
      })
    )
  },
  { title: 'Statement' }
)

const shared = {
  ...securedBy('payments:read'),
  tags: ['Customers'],
  headers,
  params: byCustomerId,
  querystring: statementQuery,
  madeOf: ['statement_entries'],
  problems: [...readProblems, 'customer_not_found']
} satisfies FastifySchema

export const findStatementSchema = {
  ...shared,
  operationId: 'findStatement',
  summary: "Read a customer's statement",
  description:
    'What the customer has paid the merchant and got back over a period, by currency. Adjoining periods join: the closing balance of one is the opening balance of the next. At most 10,000 entries.',
  answers: { 200: { description: 'The statement.', schema: statement } },
  examples: statementExamples
} satisfies FastifySchema

export const findStatementAsCsvSchema = {
  ...shared,
  operationId: 'findStatementAsCsv',
  summary: "Read a customer's statement as CSV",
  description: 'The same, as RFC 4180 has it; amounts in units of the currency.',
  answers: {
    200: { description: 'The statement.', mediaType: 'text/csv', schema: Type.String() }
  },
  examples: statementCsvExamples
} satisfies FastifySchema
