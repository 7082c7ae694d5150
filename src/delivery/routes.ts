import type { FastifyReply } from 'fastify'
import { ApiError } from '../errors.ts'
import { authenticateRoutes } from '../platform/http/authentication.ts'
import type { HttpApp } from '../platform/http/app.ts'
import type { Late } from '../platform/http/late.ts'
import { pageIn } from '../platform/http/schema-parts.ts'
import { findDeliverySchema, listDeliveriesSchema, redeliverSchema } from './delivery-route-schemas.ts'
import {
  changeSchema,
  createSchema,
  deleteSchema,
  findSchema,
  listSchema,
  redeliverRangeSchema,
  rotateSchema,
  testSchema
} from './endpoint-route-schemas.ts'
import type { IssuedEndpoint } from './endpoints.ts'
import { rangeOf } from './redelivery-range.ts'
import { withWebhooks, type DeliveryService } from './service.ts'
import { checkTarget, TargetRefusedError } from './target.ts'

const DEFAULT_OVERLAP_SECONDS = 24 * 60 * 60
/** Milliseconds: a receiver that is tested may take its time. */
const TEST_LIMIT_MS = 25_000

const ENDPOINT_ID = /^we_[0-9a-f]{32}$/
const WEBHOOK_ID = /^msg_[A-Za-z0-9_-]{32}$/

type Service = Late<DeliveryService>

/** The routes that show endpoints and deliveries. */
export function webhookReadRoutes(app: HttpApp, service: Service): void {
  authenticateRoutes(app, () => service.get().keys)

  app.get('/v1/webhook-endpoints', { schema: listSchema }, ({ merchantId, query }) =>
    withWebhooks(service.get(), ({ endpoints }) => endpoints.list(merchantId, pageIn(query)))
  )

  app.get('/v1/webhook-endpoints/:id', { schema: findSchema }, async ({ merchantId, params }) => {
    const id = endpointIdIn(params)
    return found(await withWebhooks(service.get(), ({ endpoints }) => endpoints.find(merchantId, id)))
  })

  app.get('/v1/webhook-deliveries', { schema: listDeliveriesSchema }, ({ merchantId, query }) => {
    const { endpoint: endpointId, payment: paymentId, status } = query
    const filter = {
      ...(endpointId === undefined ? {} : { endpointId }),
      ...(paymentId === undefined ? {} : { paymentId }),
      ...(status === undefined ? {} : { status })
    }
    return withWebhooks(service.get(), ({ deliveries }) => deliveries.list(merchantId, filter, pageIn(query)))
  })

  app.get('/v1/webhook-deliveries/:id', { schema: findDeliverySchema }, async ({ merchantId, params }) => {
    const id = webhookIdIn(params)
    const delivery = await withWebhooks(service.get(), ({ deliveries }) => deliveries.find(merchantId, id))
    return found(delivery, 'webhook_delivery_not_found')
  })
}

/** The routes that make and change endpoints, and send again. */
export function webhookWriteRoutes(app: HttpApp, service: Service): void {
  authenticateRoutes(app, () => service.get().keys)

  app.post('/v1/webhook-endpoints', { schema: createSchema }, async ({ merchantId, body }, reply) => {
    const { rules } = service.get()
    refuseTarget(body.url, rules)
    const { url, description = null, eventTypes = null } = body
    const issued = await withWebhooks(service.get(), ({ endpoints }) =>
      endpoints.create(merchantId, { url, description, eventTypes })
    )
    const path = `/v1/webhook-endpoints/${issued.endpoint.id}`
    return answerIssued(reply.code(201).header('location', path), issued)
  })

  app.patch('/v1/webhook-endpoints/:id', { schema: changeSchema }, async ({ merchantId, params, body }) => {
    const id = endpointIdIn(params)
    // Whose endpoint it is comes first.
    return withWebhooks(service.get(), async ({ endpoints }) => {
      found(await endpoints.find(merchantId, id))
      if (body.url !== undefined) refuseTarget(body.url, service.get().rules)
      return found(await endpoints.change(merchantId, id, body))
    })
  })

  app.delete('/v1/webhook-endpoints/:id', { schema: deleteSchema }, async ({ merchantId, params }, reply) => {
    const id = endpointIdIn(params)
    const isGone = await withWebhooks(service.get(), ({ endpoints }) => endpoints.delete(merchantId, id))
    found(isGone ? true : null)
    return reply.code(204).send()
  })

  app.post(
    '/v1/webhook-endpoints/:id/secret/rotate',
    { schema: rotateSchema },
    async ({ merchantId, params, body }, reply) => {
      const id = endpointIdIn(params)
      const { overlapSeconds = DEFAULT_OVERLAP_SECONDS } = body
      const issued = await withWebhooks(service.get(), ({ endpoints }) =>
        endpoints.rotate(merchantId, id, overlapSeconds)
      )
      return answerIssued(reply, found(issued))
    }
  )

  app.post('/v1/webhook-endpoints/:id/test', { schema: testSchema }, async ({ merchantId, params }) => {
    const id = endpointIdIn(params)
    const { webhookId, attempt } = await withWebhooks(
      service.get(),
      async ({ endpoints, test }) => test(found(await endpoints.find(merchantId, id))),
      TEST_LIMIT_MS
    )
    const { outcome, durationMs, httpStatus, error, response } = attempt
    return { webhookId, delivered: outcome === 'delivered', durationMs, httpStatus, error, response }
  })

  app.post(
    '/v1/webhook-endpoints/:id/redeliver',
    { schema: redeliverRangeSchema },
    async ({ merchantId, params, body }, reply) => {
      const id = endpointIdIn(params)
      const count = await withWebhooks(service.get(), async ({ endpoints, deliveries }) => {
        found(await endpoints.find(merchantId, id))
        return deliveries.redeliverRange(merchantId, id, rangeOf(body))
      })
      return reply.code(202).send({ count })
    }
  )

  app.post(
    '/v1/webhook-deliveries/:id/redeliver',
    { schema: redeliverSchema },
    async ({ merchantId, params }, reply) => {
      const id = webhookIdIn(params)
      const delivery = await withWebhooks(service.get(), ({ deliveries }) =>
        deliveries.redeliver(merchantId, id)
      )
      return reply.code(202).send(found(delivery, 'webhook_delivery_not_found'))
    }
  )
}

/** The one answer that holds a secret: no cache may keep it. */
const answerIssued = (reply: FastifyReply, { endpoint, secret }: IssuedEndpoint): FastifyReply =>
  reply.header('cache-control', 'no-store').send({ ...endpoint, secret })

function found<T>(
  what: T | null,
  otherwise: 'webhook_endpoint_not_found' | 'webhook_delivery_not_found' = 'webhook_endpoint_not_found'
): T {
  if (what === null) throw new ApiError(otherwise)
  return what
}

/** What cannot be an id is not looked up. */
function endpointIdIn({ id }: { readonly id: string }): string {
  if (!ENDPOINT_ID.test(id)) throw new ApiError('webhook_endpoint_not_found')
  return id
}

function webhookIdIn({ id }: { readonly id: string }): string {
  if (!WEBHOOK_ID.test(id)) throw new ApiError('webhook_delivery_not_found')
  return id
}

/** @throws ApiError webhook_url_refused */
function refuseTarget(url: string, rules: DeliveryService['rules']): void {
  try {
    checkTarget(url, rules)
  } catch (error) {
    if (!(error instanceof TargetRefusedError)) throw error
    throw new ApiError('webhook_url_refused', { detail: error.message, cause: error })
  }
}
