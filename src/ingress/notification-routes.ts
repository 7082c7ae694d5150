import type { FastifyRequest } from 'fastify'
import { ApiError } from '../errors.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { parseJsonBody } from '../platform/http/json-body.ts'
import type { Late } from '../platform/http/late.ts'
import { traceparentFor } from '../platform/http/request-record.ts'
import { refuseCardNumbers } from '../screen.ts'
import { notificationSchema } from './notification-schema.ts'
import type { GatewayProtocols, Notifications } from './notifications.ts'
import { stored } from './stored.ts'

/** What the route needs of the running role. */
export interface NotificationService {
  readonly notifications: Pick<Notifications, 'record'> & { readonly protocols: GatewayProtocols }
}

interface ToGateway {
  readonly Params: { readonly id: string }
}

/** Where gateways notify. A scope of its own, since gateways have no API keys: their signature stands in for one. */
export function notificationRoutes(app: HttpApp, service: Late<NotificationService>): void {
  // Before the body is read, as with API keys.
  app.addHook<ToGateway>('onRequest', async request => {
    const { protocols } = service.get().notifications
    const { id } = request.params
    if (!(await protocols.isSigned(id, request.headers))) throw new ApiError('signature_missing')
    if (!protocols.knows(id)) throw new ApiError('gateway_not_found')
  })
  // What is signed are the bytes, so they are judged before anything is made of them.
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<Buffer>(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      const { id } = request.params as ToGateway['Params']
      const verdict = await service.get().notifications.protocols.judge(id, body, request.headers)
      if (verdict === 'STALE') throw new ApiError('notification_stale')
      if (verdict === 'FORGED') throw new ApiError('signature_invalid')
      return parseJsonBody(body, refuseCardNumbers)
    }
  )

  app.post('/v1/gateways/:id/notifications', { schema: notificationSchema }, async (request, reply) => {
    const { notifications } = service.get()
    const { params, body, headers } = request
    const notificationId = await notifications.protocols.idOf(params.id, body, headers)
    if (notificationId === null) throw new ApiError('notification_malformed')
    const recorded = await stored(
      notifications.record({
        ...{ gateway: params.id, notificationId, body },
        correlationId: request.id,
        traceparent: traceparentFor(request)
      })
    )
    if (recorded === 'MALFORMED') throw new ApiError('notification_malformed')
    request.paymentId = recorded?.paymentId ?? null
    return reply.code(204).send()
  })
}
