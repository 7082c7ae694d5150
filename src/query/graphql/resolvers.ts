// How each field is read: as the route that shows the same does, by the same functions.
import type { Static, TSchema } from 'typebox'
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../../errors.ts'
import { isPaymentId } from '../../identity.ts'
import type { PaymentView } from '../../domain/payment/view.ts'
import { assertScope } from '../../platform/http/authentication.ts'
import { faultsIn } from '../../platform/http/faults.ts'
import type { PaymentHistory } from '../../projections/payment-events/queries.ts'
import { reading } from '../../projections/reading.ts'
import { declinesQuery, declinesRequestOf, figuresQuery, figuresRequestOf } from '../analytics-query.ts'
import { figuresView, periodView } from '../analytics-view.ts'
import { customerKeyOf } from '../customer-key.ts'
import { paymentListOf, paymentListQuery } from '../payment-list.ts'
import type { ReadModel } from '../read-model.ts'
import { findPaymentSchema } from '../route-schemas.ts'
import { explainRouting } from '../routing-explanation.ts'
import { momentIn, refuseCursor, type QueryService } from '../routes.ts'

/** Of one request. */
export interface GraphqlContext {
  readonly request: FastifyRequest
  readonly service: QueryService
  /** What happened to payments, read at once for those that are shown together. */
  readonly histories: (ids: readonly string[]) => Promise<ReadonlyMap<string, PaymentHistory>>
}

export function contextOf(request: FastifyRequest, service: QueryService): GraphqlContext {
  const known = new Map<string, Promise<ReadonlyMap<string, PaymentHistory>>>()
  return {
    request,
    service,
    histories(ids) {
      const name = [...new Set(ids)].sort().join()
      const read =
        known.get(name) ?? reading(() => service.model.listHistories(request.merchantId, [...new Set(ids)]))
      known.set(name, read)
      return read
    }
  }
}

type Arguments = Readonly<Record<string, unknown>>
type Resolver = (parent: unknown, args: Arguments, context: GraphqlContext) => unknown

const read = <T>(
  { service, request }: GraphqlContext,
  of: (model: ReadModel, merchantId: string) => Promise<T>
) => reading(() => of(service.model, request.merchantId)).catch(refuseCursor)

const queries: Readonly<Record<string, Resolver>> = {
  payments: (_, { sort, status, ...filters }, context) => {
    const order = { sort: sort === 'OLDEST' ? 'createdAt' : '-createdAt' }
    const asked = checked(context, paymentListQuery, { ...filters, status: joined(status), ...order })
    return read(context, (model, merchantId) => model.listPayments(merchantId, ...paymentListOf(asked)))
  },
  payment: (_, { id, asOf }, context) => {
    if (!isPaymentId(String(id))) return null
    const { as_of } = checked(context, findPaymentSchema.querystring, { as_of: asOf })
    const moment = momentIn(as_of)
    return read(context, (model, merchantId) =>
      moment === null
        ? model.findPayment(merchantId, String(id))
        : model.findPaymentAsOf(merchantId, String(id), moment)
    )
  },
  customer: (_, { id }, context) => {
    const { request, service } = context
    // Beyond what the route asks for.
    assertScope(request, service.keys, 'customers:read')
    const key = customerKeyOf(request.merchantId, String(id))
    return key && read(context, model => model.findCustomer(key))
  },
  analytics: async (_, args, context) => {
    const asked = figuresRequestOf(checked(context, figuresQuery, { ...args, by: joined(args['by']) }))
    const { data, nextCursor } = await read(context, (model, merchantId) =>
      model.paymentFigures(merchantId, asked)
    )
    return { ...periodView(asked.period), data: data.map(figuresView), nextCursor }
  },
  declines: async (_, args, context) => {
    const asked = declinesRequestOf(checked(context, declinesQuery, args))
    const data = await read(context, (model, merchantId) => model.declineCounts(merchantId, asked))
    return { ...periodView(asked.period), of: asked.subject, data }
  },
  inFlight: (_, _args, context) => read(context, (model, merchantId) => model.underWay(merchantId))
}

export const resolvers = { Query: queries }

type Asked = readonly { readonly obj: PaymentView }[]

/** Of each payment that is shown, by one statement for all of them. */
const ofHistories =
  <T>(part: (history: PaymentHistory) => readonly T[]) =>
  async (asked: Asked, context: GraphqlContext): Promise<(readonly T[])[]> => {
    const histories = await context.histories(asked.map(({ obj }) => obj.id))
    return asked.map(({ obj }) => {
      const history = histories.get(obj.id)
      return history === undefined ? [] : part(history)
    })
  }

export const loaders = {
  Payment: {
    events: ofHistories(({ events }) => events),
    refunds: ofHistories(({ refunds }) => refunds),
    routing: ofHistories(({ events }) => explainRouting(events))
  }
}

/**
 * The arguments as a route would find them in its URL, by the route's own rules.
 * @throws ApiError query_invalid
 */
function checked<S extends TSchema>({ request }: GraphqlContext, schema: S, args: Arguments): Static<S> {
  const given = Object.entries(args).filter(([, value]) => value !== undefined && value !== null)
  const texts = Object.fromEntries(given.map(([name, value]) => [name, asText(value)]))
  const validate = request.compileValidationSchema(schema, 'querystring')
  if (!validate(texts)) throw new ApiError('query_invalid', { faults: faultsIn(validate.errors ?? []) })
  return texts as Static<S>
}

const asText = (value: unknown): string | string[] =>
  Array.isArray(value) ? value.map(String) : String(value)

/** Several values of one parameter. */
const joined = (values: unknown): unknown => (Array.isArray(values) ? values.join(',') : values)
