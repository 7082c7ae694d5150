import type { FastifyRequest } from 'fastify'
import { authenticateRoutes } from '../platform/http/authentication.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { stateFreshness } from '../platform/http/freshness.ts'
import type { Late } from '../platform/http/late.ts'
import type { Whose } from '../projections/analytics/queries.ts'
import { declinesRequestOf, figuresRequestOf } from './analytics-query.ts'
import { declinesSchema, figuresSchema, inFlightSchema } from './analytics-schemas.ts'
import { figuresView, periodView } from './analytics-view.ts'
import { readAt } from './read-at.ts'
import type { ReadModel } from './read-model.ts'
import { refuseCursor, type QueryService } from './routes.ts'

/** The routes that show what has happened to a merchant's payments, in figures. */
export function analyticsRoutes(app: HttpApp, service: Late<QueryService>): void {
  authenticateRoutes(app, () => service.get().keys)
  stateFreshness(app, () => service.get().freshnessOf)

  /** Of the merchant in whose name is asked; of all of them where those who run the installation ask in nobody's. */
  const read = <T>(
    request: FastifyRequest,
    query: (model: ReadModel, whose: Whose) => Promise<T>
  ): Promise<T> => {
    const { merchantId, keyRole } = request
    const whose = keyRole !== null && merchantId === '' ? null : merchantId
    return readAt(request, service.get(), model => query(model, whose), figuresSchema.madeOf)
  }

  app.get('/v1/analytics/payments', { schema: figuresSchema }, async (request, reply) => {
    const asked = figuresRequestOf(request.query)
    const found = read(request, (model, whose) => model.paymentFigures(whose, asked))
    const { data, nextCursor } = await found.catch(refuseCursor)
    return reply.send({ ...periodView(asked.period), data: data.map(figuresView), nextCursor })
  })

  app.get('/v1/analytics/in-flight', { schema: inFlightSchema }, async (request, reply) =>
    reply.send({ data: await read(request, (model, whose) => model.underWay(whose)) })
  )

  app.get('/v1/analytics/declines', { schema: declinesSchema }, async (request, reply) => {
    const asked = declinesRequestOf(request.query)
    const data = await read(request, (model, whose) => model.declineCounts(whose, asked))
    return reply.send({ ...periodView(asked.period), of: asked.subject, data })
  })
}
