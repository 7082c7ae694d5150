import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { ApiError } from '../errors.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { authenticateRoutes } from '../platform/http/authentication.ts'
import { stateFreshness } from '../platform/http/freshness.ts'
import type { Late } from '../platform/http/late.ts'
import { reading } from '../projections/reading.ts'
import type { StatementPeriod } from '../projections/statements/queries.ts'
import { customerKeyOf } from './customer-key.ts'
import { assertInstants, invalidQuery } from '../platform/http/query-faults.ts'
import type { QueryService } from './routes.ts'
import { findStatementAsCsvSchema, findStatementSchema, type statementQuery } from './statement-schemas.ts'
import { csvOf, statementOf, type Statement } from './statement.ts'

/** Entries of one answer: what is longer is asked for by shorter periods, which join without a gap. */
const MAX_ENTRIES = 10_000

type StatementQuery = Static<typeof statementQuery>

/** What customers have paid and got back. */
export function statementRoutes(app: HttpApp, service: Late<QueryService>): void {
  authenticateRoutes(app, () => service.get().keys)
  stateFreshness(app, () => service.get().freshnessOf)

  /** @throws ApiError query_invalid, customer_not_found */
  async function statementIn(
    request: FastifyRequest<{ Params: { id: string }; Querystring: StatementQuery }>
  ): Promise<Statement> {
    const { id } = request.params
    const key = customerKeyOf(request.merchantId, id)
    const period = periodIn(request.query)
    const parts =
      key && (await reading(() => service.get().model.findStatement(key, period, MAX_ENTRIES + 1)))
    if (parts === null) throw new ApiError('customer_not_found')
    if (parts.entries.length > MAX_ENTRIES) {
      throw invalidQuery('from', `begins a period of more than ${MAX_ENTRIES} entries: ask for a shorter one`)
    }
    return statementOf(id, period, parts)
  }

  app.get('/v1/customers/:id/statement', { schema: findStatementSchema }, async (request, reply) =>
    reply.send(await statementIn(request))
  )

  app.get('/v1/customers/:id/statement.csv', { schema: findStatementAsCsvSchema }, async (request, reply) => {
    const statement = await statementIn(request)
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="statement.csv"')
      .send(csvOf(statement))
  })
}

function periodIn({ from, to, currency }: StatementQuery): StatementPeriod {
  const period = {
    from: new Date(from ?? 0),
    to: to === undefined ? new Date() : new Date(to),
    ...(currency === undefined ? {} : { currency })
  }
  assertInstants({ from: period.from, to: period.to })
  if (period.from > period.to) throw invalidQuery('to', 'is before from')
  return period
}
