import type { FastifyRequest } from 'fastify'
import { ApiError } from '../errors.ts'
import { isPaymentId } from '../identity.ts'
import { authenticate, type KeyDirectory } from '../platform/http/authentication.ts'
import type { Late } from '../platform/http/late.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { parsePosition, POSITION_HEADER } from '../position.ts'
import { InvalidCursorError } from '../projections/payments/queries.ts'
import { reading } from '../projections/reading.ts'
import { matchesEtag } from './etag.ts'
import { paymentListOf } from './payment-list.ts'
import { untilVisible, type ReadModel } from './read-model.ts'
import {
  findCustomerSchema,
  findPaymentSchema,
  listEventsSchema,
  listPaymentsSchema
} from './route-schemas.ts'

/** What the routes need of the running role. */
export interface QueryService {
  readonly model: ReadModel
  readonly keys: KeyDirectory
  /** Of the commands' topic. */
  readonly partitions: number
  /** A reader has waited for a position. */
  readonly waited: (seconds: number) => void
}

export const READ_SCOPE = 'payments:read'
const CONTACTS_SCOPE = 'customers:read'

/** The routes that only read. */
export function queryRoutes(app: HttpApp, service: Late<QueryService>): void {
  app.addHook('onRequest', (request, _reply, done) => {
    request.merchantId = authenticate(request, service.get().keys, READ_SCOPE)
    done()
  })

  /** Reads once the read model has come as far as the request asks for. */
  function read<T>(request: FastifyRequest, query: (model: ReadModel) => Promise<T>): Promise<T> {
    const { model, partitions, waited } = service.get()
    const position = positionOf(request, partitions)
    return reading(async () => {
      if (position !== null) {
        const began = performance.now()
        await untilVisible(model, position).finally(() => waited((performance.now() - began) / 1000))
      }
      return await query(model)
    })
  }

  app.get('/v1/payments/:id', { schema: findPaymentSchema }, async (request, reply) => {
    const id = paymentIdIn(request)
    const payment = await read(request, model => model.findPayment(request.merchantId, id))
    if (payment === null) throw new ApiError('payment_not_found')
    const etag = `"${payment.version}"`
    reply.header('etag', etag)
    if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send()
    return reply.send(payment)
  })

  app.get('/v1/payments/:id/events', { schema: listEventsSchema }, async (request, reply) => {
    const id = paymentIdIn(request)
    const events = await read(request, model => model.listEvents(request.merchantId, id))
    if (events === null) throw new ApiError('payment_not_found')
    return reply.send({ data: events })
  })

  app.get('/v1/payments', { schema: listPaymentsSchema }, async (request, reply) => {
    const [filter, page] = paymentListOf(request.query)
    const { payments, nextCursor } = await read(request, model =>
      model.listPayments(request.merchantId, filter, page)
    ).catch(refuseCursor)
    return reply.send({ data: payments, nextCursor })
  })
}

/** The route that shows what is held of a customer. */
export function customerRoutes(app: HttpApp, service: Late<QueryService>): void {
  app.addHook('onRequest', (request, _reply, done) => {
    request.merchantId = authenticate(request, service.get().keys, CONTACTS_SCOPE)
    done()
  })

  app.get('/v1/customers/:id', { schema: findCustomerSchema }, async (request, reply) => {
    const key = { merchantId: request.merchantId, customerId: request.params.id }
    // Postgres' text holds no NUL, and so no id does.
    const customer = key.customerId.includes('\0')
      ? null
      : await reading(() => service.get().model.findCustomer(key))
    if (customer === null) throw new ApiError('customer_not_found')
    return reply.send(customer)
  })
}

/** What cannot be an id is not looked up. */
function paymentIdIn(request: FastifyRequest<{ Params: { id: string } }>): string {
  const { id } = request.params
  if (!isPaymentId(id)) throw new ApiError('payment_not_found')
  request.paymentId = id
  return id
}

function positionOf({ headers }: FastifyRequest, partitions: number) {
  const token = headers[POSITION_HEADER.toLowerCase()]
  if (token === undefined) return null
  const position = parsePosition(String(token))
  if (position === null || position.partition >= partitions) throw new ApiError('position_malformed')
  return position
}

function refuseCursor(error: unknown): never {
  if (!(error instanceof InvalidCursorError)) throw error
  throw new ApiError('query_invalid', { faults: [{ path: 'cursor', message: error.message }] })
}
