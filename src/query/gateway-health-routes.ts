import Type from 'typebox'
import type { FastifySchema } from 'fastify'
import { authenticateRoutes } from '../platform/http/authentication.ts'
import type { HttpApp } from '../platform/http/app.ts'
import type { Late } from '../platform/http/late.ts'
import { gatewayHealthView } from './gateway-health.ts'
import { gatewayHealthExamples } from './examples.ts'
import type { QueryService } from './routes.ts'
import { securedBy, time } from '../platform/http/schema-parts.ts'

/** The route that shows operators how the gateways do. */
export function gatewayHealthRoutes(app: HttpApp, service: Late<QueryService>): void {
  authenticateRoutes(app, () => service.get().keys)

  app.get('/v1/gateways/health', { schema: gatewayHealthSchema }, ({ query: { gateway } }, reply) => {
    const seen = service.get().gatewaysSeen()
    const asked = gateway === undefined ? seen : seen.filter(health => health.gateway === gateway)
    return reply.send({ data: gatewayHealthView(asked, Date.now()) })
  })
}

const breaker = (description: string) => Type.String({ description })
const count = (description: string) => Type.Integer({ minimum: 0, description })
const share = (description: string) =>
  Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()], { description })
const quantile = (description: string) =>
  Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], { description })

const figures = {
  calls: count('Calls that ended in the last 30 seconds.'),
  successShare: share(
    'Share of them that the gateway answered as a gateway should, a decline among them; null without calls.'
  ),
  approvalShare: share('Share of them that were done as asked.'),
  latency: Type.Object({
    p50Ms: quantile('Milliseconds within which half of them ended.'),
    p95Ms: quantile('Milliseconds within which 95 of 100 ended.'),
    p99Ms: quantile('Milliseconds within which 99 of 100 ended.')
  })
}

const gatewayHealth = Type.Object(
  {
    gateway: Type.String({ description: 'Id of its profile.' }),
    breaker: breaker(
      'Of the circuit breakers, what more than half of the executors see that called it lately: `CLOSED`, `HALF_OPEN`, `OPEN`.'
    ),
    ...figures,
    inFlight: count('Calls and look-ups that are under way.'),
    queued: count('Calls that wait for a connection.'),
    breakdown: Type.Array(
      Type.Object({
        currency: Type.String({ description: 'ISO 4217 alphabetic code.' }),
        method: Type.Union([Type.String(), Type.Null()], { description: 'Null where it is not told apart.' }),
        ...figures
      }),
      { description: 'The same, told apart.' }
    ),
    executors: Type.Array(
      Type.Object({
        executor: Type.String({ description: 'Host and process.' }),
        breaker: breaker('Of its own circuit breaker.'),
        breakerSince: time('Since when.'),
        calls: figures.calls,
        ageMs: count('Milliseconds since it said so.')
      }),
      { description: 'What each executor sees by itself.' }
    )
  },
  { title: 'GatewayHealth' }
)

const gatewayHealthSchema = {
  operationId: 'listGatewayHealth',
  summary: 'See how the gateways do',
  description:
    'For those who run the installation, with a key that includes `viewer`: every gateway that was called lately, as the executors see it, from calls of all merchants.',
  ...securedBy('viewer'),
  tags: ['Operators'],
  querystring: Type.Object(
    { gateway: Type.Optional(Type.String({ maxLength: 64, description: 'Only this one.' })) },
    { additionalProperties: false }
  ),
  answers: {
    200: {
      description: 'By id.',
      schema: Type.Object({ data: Type.Array(gatewayHealth) }, { title: 'GatewayHealthList' })
    }
  },
  problems: [],
  examples: gatewayHealthExamples
} satisfies FastifySchema
