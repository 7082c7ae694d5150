import type { FastifyReply, FastifyRequest, preValidationAsyncHookHandler } from 'fastify'
import { ApiError } from '../errors.ts'
import type { GatewayHealth } from '../generated/records.ts'
import { isPaymentId } from '../identity.ts'
import { authenticateRoutes, type KeyDirectory } from '../platform/http/authentication.ts'
import { stateFreshness, type FreshnessOf } from '../platform/http/freshness.ts'
import type { Late } from '../platform/http/late.ts'
import type { HttpApp } from '../platform/http/app.ts'
import { invalidQuery } from '../platform/http/query-faults.ts'
import { pageIn } from '../platform/http/schema-parts.ts'
import { InvalidCursorError } from '../projections/cursor.ts'
import { reading } from '../projections/reading.ts'
import type { Moment, RefundHistory } from '../projections/payment-events/queries.ts'
import { listAuditSchema } from './audit-schema.ts'
import { customerKeyOf } from './customer-key.ts'
import { matchesEtag } from './etag.ts'
import { paymentListOf } from './payment-list.ts'
import type { KeptPayment, PaymentCache } from './payment-cache.ts'
import { namesPosition, readAt, type PositionedReads } from './read-at.ts'
import type { ReadModel } from './read-model.ts'
import { explainRouting } from './routing-explanation.ts'
import {
  explainRoutingSchema,
  findCustomerSchema,
  findPaymentSchema,
  findRefundSchema,
  listEventsSchema,
  listPaymentsSchema,
  listRefundsSchema,
  listReviewsSchema,
  listUnknownSchema
} from './route-schemas.ts'

/** What whoever may act for a merchant is told of it. */
interface KnownMerchant {
  readonly id: string
  readonly name: string
  readonly active: boolean
}

/** What the routes need of the running role. */
export interface QueryService extends PositionedReads {
  readonly cache: Pick<PaymentCache, 'find' | 'kept'>
  readonly keys: KeyDirectory
  /** All of them, by id. */
  readonly merchants: () => readonly KnownMerchant[]
  /** How old answers may be that are made of read models. */
  readonly freshnessOf: FreshnessOf
  /** How each executor sees each gateway. */
  readonly gatewaysSeen: () => readonly GatewayHealth[]
}

/** The routes that only read. */
export function queryRoutes(app: HttpApp, service: Late<QueryService>): void {
  authenticateRoutes(app, () => service.get().keys)
  stateFreshness(app, () => service.get().freshnessOf)

  const read = <T>(
    request: FastifyRequest,
    query: (model: ReadModel) => Promise<T>,
    views?: readonly string[]
  ): Promise<T> => readAt(request, service.get(), query, views)

  app.get('/v1/payments/:id', { schema: findPaymentSchema }, (request, reply) => {
    const id = paymentIdIn(request)
    const { cache } = service.get()
    const isOfNow = request.query.as_of === undefined
    // What somebody has waited for may be shown by the database and not yet have been announced.
    const mayBeKept = isOfNow && !namesPosition(request)
    const kept = mayBeKept ? cache.kept(request.merchantId, id) : null
    if (kept !== null) return sendPayment(request, reply, kept)
    return mayBeKept
      ? reading(() => cache.find(request.merchantId, id)).then(found => sendPayment(request, reply, found))
      : readPayment(request, id).then(found => sendPayment(request, reply, found))
  })

  async function readPayment(
    request: FastifyRequest<{ Querystring: { as_of?: string } }>,
    id: string
  ): Promise<KeptPayment | null> {
    const moment = momentIn(request.query.as_of)
    const payment = await read(request, model =>
      moment === null
        ? model.findPayment(request.merchantId, id)
        : model.findPaymentAsOf(request.merchantId, id, moment)
    )
    return payment === null ? null : { version: payment.version, body: JSON.stringify(payment) }
  }

  app.get('/v1/payments/:id/events', { schema: listEventsSchema }, async (request, reply) => {
    const id = paymentIdIn(request)
    const events = await read(request, model => model.listEvents(request.merchantId, id))
    if (events === null) throw new ApiError('payment_not_found')
    return reply.send({ data: events })
  })

  app.get('/v1/payments/:id/audit', { schema: listAuditSchema }, async (request, reply) => {
    const id = paymentIdIn(request)
    const { madeOf } = listAuditSchema
    const entries = await read(request, model => model.listAudit(request.merchantId, id), madeOf)
    if (entries === null) throw new ApiError('payment_not_found')
    return reply.send({ data: entries })
  })

  app.get('/v1/payments/:id/routing', { schema: explainRoutingSchema }, async (request, reply) => {
    const id = paymentIdIn(request)
    const events = await read(request, model => model.listEvents(request.merchantId, id))
    if (events === null) throw new ApiError('payment_not_found')
    return reply.send({ data: explainRouting(events) })
  })

  async function refundsOf(request: FastifyRequest<{ Params: { id: string } }>): Promise<RefundHistory[]> {
    const id = paymentIdIn(request)
    const refunds = await read(request, model => model.listRefunds(request.merchantId, id))
    if (refunds === null) throw new ApiError('payment_not_found')
    return refunds
  }

  app.get('/v1/payments/:id/refunds', { schema: listRefundsSchema }, async (request, reply) =>
    reply.send({ data: await refundsOf(request) })
  )

  app.get('/v1/payments/:id/refunds/:refundId', { schema: findRefundSchema }, async (request, reply) => {
    const { refundId } = request.params
    const refund = (await refundsOf(request)).find(({ id }) => id === refundId)
    if (refund === undefined) throw new ApiError('refund_not_found')
    return reply.send(refund)
  })

  app.get('/v1/payments', { schema: listPaymentsSchema, preValidation: asList }, async (request, reply) => {
    const [filter, page] = paymentListOf(request.query)
    const found = read(request, model => model.listPayments(request.merchantId, filter, page))
    return reply.send(await found.catch(refuseCursor))
  })
}

/** What may be repeated arrives as a text when it is given once. */
const asList: preValidationAsyncHookHandler = ({ query }) => {
  const given = query as { metadata?: unknown }
  if (typeof given.metadata === 'string') given.metadata = [given.metadata]
  return Promise.resolve()
}

function sendPayment(request: FastifyRequest, reply: FastifyReply, found: KeptPayment | null): FastifyReply {
  if (found === null) throw new ApiError('payment_not_found')
  const etag = `"${found.version}"`
  reply.header('etag', etag)
  if (matchesEtag(request.headers['if-none-match'], etag)) return reply.code(304).send()
  return reply.header('content-type', 'application/json; charset=utf-8').send(found.body)
}

/** The routes that show operators what waits for them: what nobody knows, and what is held. */
export function operatorRoutes(app: HttpApp, service: Late<QueryService>): void {
  authenticateRoutes(app, () => service.get().keys)
  stateFreshness(app, () => service.get().freshnessOf)

  app.get('/v1/unknown', { schema: listUnknownSchema }, async ({ query }, reply) =>
    reply.send(await reading(() => service.get().model.listUnknown(pageIn(query))).catch(refuseCursor))
  )

  app.get('/v1/reviews', { schema: listReviewsSchema }, async ({ query }, reply) =>
    reply.send(await reading(() => service.get().model.listHeld(pageIn(query))).catch(refuseCursor))
  )
}

/** The route that shows what is held of a customer. */
export function customerRoutes(app: HttpApp, service: Late<QueryService>): void {
  authenticateRoutes(app, () => service.get().keys)
  stateFreshness(app, () => service.get().freshnessOf)

  app.get('/v1/customers/:id', { schema: findCustomerSchema }, async (request, reply) => {
    const key = customerKeyOf(request.merchantId, request.params.id)
    const customer = key && (await reading(() => service.get().model.findCustomer(key)))
    if (customer === null) throw new ApiError('customer_not_found')
    return reply.send(customer)
  })
}

/** Digits alone are a place in the payment's history, anything else a time. */
export function momentIn(asOf: string | undefined): Moment | null {
  if (asOf === undefined) return null
  return /^\d+$/.test(asOf) ? { sequence: Number(asOf) } : { time: Date.parse(asOf) }
}

/** What cannot be an id is not looked up. */
function paymentIdIn(request: FastifyRequest<{ Params: { id: string } }>): string {
  const { id } = request.params
  if (!isPaymentId(id)) throw new ApiError('payment_not_found')
  request.paymentId = id
  return id
}

/** @throws ApiError query_invalid for a cursor that is none of the list's */
export function refuseCursor(error: unknown): never {
  if (!(error instanceof InvalidCursorError)) throw error
  throw invalidQuery('cursor', error.message)
}
