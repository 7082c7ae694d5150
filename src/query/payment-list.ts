// What may be asked of the list of payments.
import { Type, type Static } from 'typebox'
import { currencies } from '../domain/money/currencies.ts'
import { limits } from '../domain/payment/limits.ts'
import type { PaymentStatus } from '../domain/payment/statuses.ts'
import { ApiError, type Fault } from '../errors.ts'
import { paymentStatuses as statuses } from '../payment-schema.ts'
import { queryFault } from '../platform/http/query-faults.ts'
import { pageIn, pageQuery } from '../platform/http/schema-parts.ts'
import { wordsIn, type PaymentFilter, type PaymentPageRequest } from '../projections/payments/queries.ts'

const MAX_WORDS = 10
const MAX_PAIRS = 10

const anyStatus = `(${statuses.join('|')})`
/** Postgres' text holds no NUL. */
const text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000]*$', description })
const amount = (description: string) =>
  Type.String({
    pattern: '^(0|[1-9][0-9]{0,15})$',
    description: `${description}, in minor units of the currency.`
  })
const instant = (description: string) =>
  Type.String({ format: 'date-time', description: `${description}; RFC 3339, to the millisecond.` })

const pair = Type.String({
  maxLength: limits.metadataKeyLength + 1 + limits.metadataValueLength,
  pattern: '^[^:\\u0000]+:[^\\u0000]*$'
})

/** Values are texts, as they stand in the URL. */
export const paymentListQuery = Type.Object(
  {
    q: Type.Optional(
      text(
        200,
        `Words, at most ${MAX_WORDS}, that all occur in the description, the values of the metadata, the id of the payment or that of the customer. Whole words, whatever their case and accents; \`order-17\` is a word, and so are its parts.`
      )
    ),
    metadata: Type.Optional(
      Type.Array(pair, {
        maxItems: MAX_PAIRS,
        description:
          'Payments whose metadata have this key with this value, `key:value`; several times for several that all hold. The key ends at the first colon.'
      })
    ),
    status: Type.Optional(
      Type.String({
        pattern: `^${anyStatus}(,${anyStatus})*$`,
        description: `One of ${statuses.join(', ')}, or several, separated by commas.`
      })
    ),
    customer: Type.Optional(text(limits.customerIdLength, "The merchant's id of the customer.")),
    gateway: Type.Optional(text(64, 'The gateway that the payment was last given to.')),
    currency: Type.Optional(Type.Enum(currencies(), { description: 'ISO 4217 alphabetic code.' })),
    minAmount: Type.Optional(amount('The least amount; needs a `currency`')),
    maxAmount: Type.Optional(amount('The greatest amount; needs a `currency`')),
    createdFrom: Type.Optional(instant('The first instant')),
    createdTo: Type.Optional(instant('The first instant that is too late')),
    sort: Type.Optional(
      Type.Enum(['-createdAt', 'createdAt'], {
        description: 'Newest first (`-createdAt`, unless given) or oldest first.'
      })
    ),
    limit: pageQuery.limit,
    cursor: Type.Optional(
      Type.String({
        maxLength: 200,
        description: '`nextCursor` of the page before, with the same filters and the same order.'
      })
    )
  },
  { additionalProperties: false }
)

/** @throws ApiError query_invalid for what the schema cannot say */
export function paymentListOf(query: Static<typeof paymentListQuery>): [PaymentFilter, PaymentPageRequest] {
  const { q, metadata, status, customer, gateway, currency } = query
  const { minAmount, maxAmount, createdFrom, createdTo } = query
  const filter: PaymentFilter = defined({
    statuses: status === undefined ? undefined : statusesIn(status),
    ...{ customer, gateway, currency },
    minAmount: minAmount === undefined ? undefined : Number(minAmount),
    maxAmount: maxAmount === undefined ? undefined : Number(maxAmount),
    createdFrom: createdFrom === undefined ? undefined : new Date(createdFrom),
    createdTo: createdTo === undefined ? undefined : new Date(createdTo),
    words: q === undefined ? undefined : wordsIn(q).sort(),
    metadata: metadata === undefined ? undefined : pairsIn(metadata)
  })
  const faults = faultsIn(filter)
  if (faults.length > 0) throw new ApiError('query_invalid', { faults })
  return [filter, { order: query.sort === 'createdAt' ? 'oldest' : 'newest', ...pageIn(query) }]
}

/** In one order, however they were asked for: a cursor is for the same list. */
const statusesIn = (list: string): PaymentStatus[] => [...new Set(list.split(','))].sort() as PaymentStatus[]

const pairsIn = (given: readonly string[]): (readonly [string, string])[] =>
  [...new Set(given)].sort().map(pair => {
    const colon = pair.indexOf(':')
    return [pair.slice(0, colon), pair.slice(colon + 1)]
  })

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

const defined = <T extends object>(object: T): Given<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Given<T>

function faultsIn(filter: PaymentFilter): Fault[] {
  const { currency, minAmount, maxAmount, createdFrom, createdTo, words } = filter
  const faults: Fault[] = []
  const fault = (name: string, message: string) => faults.push(queryFault(name, message))
  if (words?.length === 0) fault('q', 'has no letter and no digit to look for')
  if (words !== undefined && words.length > MAX_WORDS) fault('q', `has more than ${MAX_WORDS} words`)
  for (const name of ['minAmount', 'maxAmount'] as const)
    if (filter[name] !== undefined && !Number.isSafeInteger(filter[name]))
      fault(name, 'is above 9007199254740991')
  // 1000 is ten euros and a thousand yen.
  if ((minAmount ?? maxAmount) !== undefined && currency === undefined)
    fault('currency', 'is needed with minAmount and maxAmount')
  if (minAmount !== undefined && maxAmount !== undefined && minAmount > maxAmount)
    fault('maxAmount', 'is below minAmount')
  // The form admits a leap second, which the clock here does not.
  for (const name of ['createdFrom', 'createdTo'] as const)
    if (Number.isNaN(filter[name]?.getTime())) fault(name, 'is not an instant that can be compared with')
  if (createdFrom !== undefined && createdTo !== undefined && createdFrom > createdTo)
    fault('createdTo', 'is before createdFrom')
  return faults
}
