// What may be asked of the analytics.
import { Type, type Static, type TSchema } from 'typebox'
import { currencies } from '../domain/money/currencies.ts'
import {
  dimensions,
  grains,
  wholePeriod,
  type DeclinesRequest,
  type Dimension,
  type FiguresRequest,
  type Filters,
  type Grain,
  type Period
} from '../projections/analytics/queries.ts'
import { assertInstants, invalidQuery } from '../platform/http/query-faults.ts'

const DAY_MS = grains.day
/** What is asked for unless anything is. */
const DEFAULT_MS = DAY_MS
/** Hours are many: as many rows are read as there are in them. */
const MOST_DAYS = { hour: 31, other: 400 }
const DEFAULT_ROWS = 100
const DEFAULT_REASONS = 20
/** What RFC 3339 can still write. */
const END_OF_TIME = new Date('9999-12-31T23:59:59.999Z')

/** By what figures are told apart. */
const tellable = [...(Object.keys(grains) as Grain[]), ...dimensions] as const
export const subjects = ['payment', 'attempt', 'capture', 'void', 'refund'] as const

const text = (description: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\u0000]*$', description }))
const instant = (description: string) =>
  Type.Optional(Type.String({ format: 'date-time', description: `${description} RFC 3339.` }))

const period = {
  from: instant(
    'The first instant, brought back to the beginning of its hour or day. 24 hours before `to` unless given.'
  ),
  to: instant(
    'The first instant that is too late, brought forward to the end of its hour or day. Now, unless given.'
  )
}
const filters = {
  currency: Type.Optional(Type.Enum(currencies(), { description: 'ISO 4217 alphabetic code.' })),
  merchant: text('The merchant, where the answer is of all of them.'),
  method: text('The kind of payment method, such as `card`.'),
  gateway: text('The gateway that a payment was last given to when it happened.'),
  variant: text('The variant of the routing policy.')
} satisfies Record<Dimension, TSchema>

const one = `(${tellable.join('|')})`

/** Values are texts, as they stand in the URL. */
export const figuresQuery = Type.Object(
  {
    ...period,
    by: Type.Optional(
      Type.String({
        pattern: `^${one}(,${one})*$`,
        description: `What is told apart, separated by commas: ${tellable.join(', ')}. \`hour\` unless given. Currencies always are.`
      })
    ),
    ...filters,
    limit: Type.Optional(
      Type.String({
        pattern: '^([1-9][0-9]{0,2}|1000)$',
        description: `1 to 1000 rows, ${DEFAULT_ROWS} unless given.`
      })
    ),
    cursor: Type.Optional(
      Type.String({
        maxLength: 1500,
        description: '`nextCursor` of the page before, with its `from` and `to` and the same of all else.'
      })
    )
  },
  { additionalProperties: false }
)

export const declinesQuery = Type.Object(
  {
    ...period,
    of: Type.Optional(
      Type.Enum([...subjects], {
        description:
          'What came to nothing: payments, unless given, or attempts to charge, captures, releases, refunds.'
      })
    ),
    ...filters,
    limit: Type.Optional(
      Type.String({
        pattern: '^([1-9][0-9]?|100)$',
        description: `1 to 100 reasons, ${DEFAULT_REASONS} unless given.`
      })
    )
  },
  { additionalProperties: false }
)

/** @throws ApiError query_invalid for what the schema cannot say */
export function figuresRequestOf(query: Static<typeof figuresQuery>, now = Date.now()): FiguresRequest {
  const { by = 'hour', limit, cursor } = query
  const told = tellable.filter(name => by.split(',').includes(name))
  if (told.includes('hour') && told.includes('day'))
    throw invalidQuery('by', 'tells time apart by hour and by day')
  return {
    period: periodOf(query, told.find((name): name is Grain => name in grains) ?? null, now),
    ...{ by: told, filters: filtersOf(query), limit: Number(limit ?? DEFAULT_ROWS) },
    ...(cursor !== undefined && { cursor })
  }
}

/** @throws ApiError query_invalid for what the schema cannot say */
export function declinesRequestOf(query: Static<typeof declinesQuery>, now = Date.now()): DeclinesRequest {
  const { of = 'payment', limit } = query
  return {
    period: periodOf(query, null, now),
    ...{ subject: of, filters: filtersOf(query), limit: Number(limit ?? DEFAULT_REASONS) }
  }
}

function filtersOf(query: { readonly [D in Dimension]?: string | undefined }): Filters {
  return Object.fromEntries(
    dimensions.flatMap(dimension => (query[dimension] === undefined ? [] : [[dimension, query[dimension]]]))
  )
}

function periodOf(
  { from: first, to: end }: { readonly from?: string | undefined; readonly to?: string | undefined },
  grain: Grain | null,
  now: number
): Period {
  const to = end === undefined ? new Date(now) : new Date(end)
  const from = first === undefined ? new Date(to.getTime() - DEFAULT_MS) : new Date(first)
  assertInstants({ from, to })
  if (from >= to) throw invalidQuery('from', 'is not before to')
  const most = grain === 'hour' ? MOST_DAYS.hour : MOST_DAYS.other
  const whole = wholePeriod(from, to, grain ?? 'hour')
  if (to.getTime() - from.getTime() > most * DAY_MS)
    throw invalidQuery(
      'from',
      `is more than ${most} days before to${grain === 'hour' ? ': tell days apart, not hours' : ''}`
    )
  if (whole.to > END_OF_TIME)
    throw invalidQuery('to', 'is too late: its hour or day ends after the year 9999')
  return whole
}
