import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { ApiError } from '../errors.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { authenticateRoutes } from '../platform/http/authentication.ts'
import { stateFreshness } from '../platform/http/freshness.ts'
import type { Late } from '../platform/http/late.ts'
import { customerKeyOf } from './customer-key.ts'
import { readAt } from './read-at.ts'
import type { QueryService } from './routes.ts'
import { readStatement, statementPeriodOf, type statementQuery } from './statement-query.ts'
import { findStatementAsCsvSchema, findStatementSchema } from './statement-schemas.ts'
import { csvOf, type Statement } from './statement.ts'

/** What customers have paid and got back. */
export function statementRoutes(app: HttpApp, service: Late<QueryService>): void {
  authenticateRoutes(app, () => service.get().keys)
  stateFreshness(app, () => service.get().freshnessOf)

  /** @throws ApiError query_invalid, customer_not_found */
  async function statementIn(
    request: FastifyRequest<{ Params: { id: string }; Querystring: Static<typeof statementQuery> }>
  ): Promise<Statement> {
    const key = customerKeyOf(request.merchantId, request.params.id)
    const period = statementPeriodOf(request.query)
    const { madeOf } = findStatementSchema
    const statement =
      key && (await readAt(request, service.get(), model => readStatement(model, key, period), madeOf))
    if (statement === null) throw new ApiError('customer_not_found')
    return statement
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
