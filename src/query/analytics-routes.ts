import { authenticateRoutes } from '../platform/http/authentication.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { stateFreshness } from '../platform/http/freshness.ts'
import type { Late } from '../platform/http/late.ts'
import { reading } from '../projections/reading.ts'
import { declinesRequestOf, figuresRequestOf } from './analytics-query.ts'
import { declinesSchema, figuresSchema, inFlightSchema } from './analytics-schemas.ts'
import { figuresView, periodView } from './analytics-view.ts'
import { refuseCursor, type QueryService } from './routes.ts'

/** The routes that show what has happened to a merchant's payments, in figures. */
export function analyticsRoutes(app: HttpApp, service: Late<QueryService>): void {
  authenticateRoutes(app, () => service.get().keys)
  stateFreshness(app, () => service.get().freshnessOf)

  app.get('/v1/analytics/payments', { schema: figuresSchema }, async ({ merchantId, query }, reply) => {
    const asked = figuresRequestOf(query)
    const found = reading(() => service.get().model.paymentFigures(merchantId, asked)).catch(refuseCursor)
    const { data, nextCursor } = await found
    return reply.send({ ...periodView(asked.period), data: data.map(figuresView), nextCursor })
  })

  app.get('/v1/analytics/in-flight', { schema: inFlightSchema }, async ({ merchantId }, reply) =>
    reply.send({ data: await reading(() => service.get().model.underWay(merchantId)) })
  )

  app.get('/v1/analytics/declines', { schema: declinesSchema }, async ({ merchantId, query }, reply) => {
    const asked = declinesRequestOf(query)
    const data = await reading(() => service.get().model.declineCounts(merchantId, asked))
    return reply.send({ ...periodView(asked.period), of: asked.subject, data })
  })
}
