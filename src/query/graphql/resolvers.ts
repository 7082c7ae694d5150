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
import { figuresSchema } from '../analytics-schemas.ts'
import { figuresView, periodView } from '../analytics-view.ts'
import { customerKeyOf } from '../customer-key.ts'
import { paymentListOf, paymentListQuery } from '../payment-list.ts'
import { readAt } from '../read-at.ts'
import type { ReadModel } from '../read-model.ts'
import { findPaymentSchema } from '../route-schemas.ts'
import { explainRouting } from '../routing-explanation.ts'
import { momentIn, refuseCursor, type QueryService } from '../routes.ts'
import { readStatement, statementPeriodOf, statementQuery } from '../statement-query.ts'
import { findStatementSchema } from '../statement-schemas.ts'

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

/** @param views that have to be as far as the request asks for; those of payments and their events unless given */
const read = <T>(
  { service, request }: GraphqlContext,
  of: (model: ReadModel, merchantId: string) => Promise<T>,
  views?: readonly string[]
) => readAt(request, service, model => of(model, request.merchantId), views).catch(refuseCursor)

const { madeOf: OF_FIGURES } = figuresSchema
const { madeOf: OF_STATEMENTS } = findStatementSchema

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
    return key && reading(() => service.model.findCustomer(key))
  },
  statement: (_, { customer, ...args }, context) => {
    const key = customerKeyOf(context.request.merchantId, String(customer))
    const period = statementPeriodOf(checked(context, statementQuery, args))
    return key && read(context, model => readStatement(model, key, period), OF_STATEMENTS)
  },
  analytics: async (_, args, context) => {
    const asked = figuresRequestOf(checked(context, figuresQuery, { ...args, by: joined(args['by']) }))
    const figures = (model: ReadModel, merchantId: string) => model.paymentFigures(merchantId, asked)
    const { data, nextCursor } = await read(context, figures, OF_FIGURES)
    return { ...periodView(asked.period), data: data.map(figuresView), nextCursor }
  },
  declines: async (_, args, context) => {
    const asked = declinesRequestOf(checked(context, declinesQuery, args))
    const counts = (model: ReadModel, merchantId: string) => model.declineCounts(merchantId, asked)
    const data = await read(context, counts, OF_FIGURES)
    return { ...periodView(asked.period), of: asked.subject, data }
  },
  inFlight: (_, _args, context) =>
    read(context, (model, merchantId) => model.underWay(merchantId), OF_FIGURES)
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
