import type { PaymentStatus } from '../../domain/payment/statuses.ts'
import type { PaymentView } from '../../domain/payment/view.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { PaymentRow } from './apply.ts'
import { cursorOf, parseCursor, type PageStart } from './cursor.ts'
import type { Page, PageRequest } from '../../page.ts'
import { pageOf } from './page.ts'
import { paymentViewOf } from './payment-view.ts'
import { pairTerm, wordTerm } from './terms.ts'

/** By creation: the one order that no write to a payment changes. */
export type PaymentOrder = 'newest' | 'oldest'

/** Which of a merchant's payments; all that is given must hold. */
export interface PaymentFilter {
  /** Any of these. */
  readonly statuses?: readonly PaymentStatus[]
  /** The merchant's id of the customer. */
  readonly customer?: string
  readonly gateway?: string
  readonly currency?: string
  /** Minor units. */
  readonly minAmount?: number
  /** Minor units. */
  readonly maxAmount?: number
  readonly createdFrom?: Date
  /** The first instant that is too late. */
  readonly createdTo?: Date
  /** All of these occur in its texts; as `wordsIn` gives them. */
  readonly words?: readonly string[]
  /** Its metadata have all of these, each a key and a value. */
  readonly metadata?: readonly (readonly [key: string, value: string])[]
}

export interface PaymentPageRequest extends PageRequest {
  readonly order: PaymentOrder
}

/** How many payments one page may cost. */
export interface Bounds {
  /** That are gone through in an index alone. */
  readonly walk: number
  /** That are gone through and have to be fetched. */
  readonly fetchedWalk: number
  /** That fit what is looked up, and are all fetched to be put in order. */
  readonly lookedUp: number
}

/** Each about ten milliseconds of a core that has nothing else to do. */
const BOUNDS: Bounds = { walk: 12_000, fetchedWalk: 2_000, lookedUp: 3_000 }

/**
 * A page of the merchant's payments. A payment that is created or changes meanwhile shifts no later page: none comes
 * twice, and none that was there is left out unless it no longer fits the filter.
 *
 * The work is bounded, whatever is asked. Where an index has the list in its order, the page is read from it. What is rare by
 * its words, metadata or amount is looked up and put in order. Otherwise the payments are gone through in order, as many as
 * time allows: what is common is found soon. Where that was not enough the page has what was found, and the next goes on
 * where it ended: so a page may have fewer payments than the limit, even none, and not be the last.
 *
 * @throws InvalidCursorError
 */
export async function listPayments(
  db: ReadDatabase,
  merchantId: string,
  filter: PaymentFilter,
  { order, limit, cursor }: PaymentPageRequest,
  bounds = BOUNDS
): Promise<Page<PaymentView>> {
  const list = { ...filter, merchantId, order }
  const start = cursor === undefined ? null : parseCursor(cursor, list)
  const asked = { merchantId, filter, order, start, count: limit + 1, bounds }
  const page = (rows: readonly PaymentRow[]) =>
    pageOf(rows, limit, list, row => row.created_at, paymentViewOf)
  if (isInOrder(filter)) return page(await inOrder(db, asked))
  const found = await lookUp(db, asked)
  if (found !== null) return page(found)
  const { fitting, end } = await walk(db, asked)
  if (end === null) return page(fitting)
  const nextCursor = cursorOf({ createdAt: end.created_at, id: end.id }, list)
  return { data: fitting.map(paymentViewOf), nextCursor }
}

interface Asked {
  readonly merchantId: string
  readonly filter: PaymentFilter
  readonly order: PaymentOrder
  readonly start: PageStart | null
  /** Rows, one more than the page has. */
  readonly count: number
  readonly bounds: Bounds
}

/** Whether one index gives what fits, and nothing else, in the order of the list. */
function isInOrder({ statuses, customer, gateway, currency, ...rest }: PaymentFilter): boolean {
  const { minAmount, maxAmount, words, metadata } = rest
  const equal = [statuses, customer, gateway, currency].filter(value => value !== undefined).length
  const isOne = equal === 0 || (equal === 1 && (statuses === undefined || statuses.length === 1))
  return isOne && [minAmount, maxAmount, words, metadata].every(value => value === undefined)
}

function inOrder(
  db: ReadDatabase,
  { merchantId, filter, order, start, count }: Asked
): Promise<PaymentRow[]> {
  const { values, parameter } = parameters()
  const conditions = [...conditionsOf(filter, parameter), ...beyond(order, start, parameter)]
  return db.ofMerchant<PaymentRow>(
    merchantId,
    `SELECT * FROM payments WHERE ${all(conditions)} ${ordered(order)} LIMIT ${parameter(count)}`,
    values
  )
}

interface Walked {
  readonly fitting: PaymentRow[]
  /** The last payment that was looked at; null where the list ends before. */
  readonly end: PaymentRow | null
}

/** Goes through the payments in order, of one customer if one is asked for, until there are enough. */
async function walk(
  db: ReadDatabase,
  { merchantId, filter, order, start, count, bounds }: Asked
): Promise<Walked> {
  const { values, parameter } = parameters()
  const { customer, createdFrom, createdTo, ...rest } = filter
  const passed = [
    ...conditionsOf({ customer, createdFrom, createdTo }, parameter),
    ...beyond(order, start, parameter)
  ]
  const terms = termsIn(merchantId, filter)
  const fits = [
    ...conditionsOf(rest, parameter),
    ...(terms.length === 0 ? [] : [`terms @> ${parameter(terms)}`])
  ]
  const most = parameter(customer === undefined ? bounds.walk : bounds.fetchedWalk)
  const rows = await db.ofMerchant<PaymentRow & { fits: boolean }>(
    merchantId,
    // One statement sees one moment. The second part is not read where the first has enough.
    `WITH page AS (
       (SELECT id, true AS fits FROM (
          SELECT id, created_at, status, gateway, currency, amount, terms FROM payments
          WHERE ${all(passed)} ${ordered(order)} LIMIT ${most}
        ) AS walked WHERE ${fits.join(' AND ')} LIMIT ${parameter(count)})
       UNION ALL
       (SELECT id, false FROM payments WHERE ${all(passed)} ${ordered(order)} OFFSET ${most} - 1 LIMIT 1)
       LIMIT ${parameter(count)}
     )
     SELECT payments.*, fits FROM page JOIN payments USING (id) WHERE merchant_id = $1 ${ordered(order)}`,
    values
  )
  return { fitting: rows.filter(row => row.fits), end: rows.find(row => !row.fits) ?? null }
}

/** Null where there is nothing to look them up by, or too many fit it. */
async function lookUp(
  db: ReadDatabase,
  { merchantId, filter, order, start, count, bounds }: Asked
): Promise<PaymentRow[] | null> {
  const { values, parameter } = parameters()
  const { currency, minAmount, maxAmount } = filter
  const terms = termsIn(merchantId, filter)
  if (terms.length === 0 && (minAmount ?? maxAmount) === undefined) return null
  const most = parameter(bounds.lookedUp)
  const found =
    terms.length === 0
      ? foundByAmount(conditionsOf({ currency, minAmount, maxAmount }, parameter), most)
      : foundByTerms(parameter(terms), most)
  const conditions = [
    ...conditionsOf(filter, parameter),
    ...beyond(order, start, parameter),
    'id IS NOT NULL'
  ]
  const rows = await db.ofMerchant<PaymentRow & { isWhole: boolean }>(
    merchantId,
    `WITH ${found},
       page AS (SELECT id FROM found WHERE ${conditions.join(' AND ')} ${ordered(order)} LIMIT ${parameter(count)})
     SELECT payments.*, "isWhole" FROM size LEFT JOIN (page JOIN payments USING (id)) ON merchant_id = $1
     ${ordered(order)}`,
    values
  )
  if (!rows[0]!.isWhole) return null
  return rows.filter(({ id }) => (id as string | null) !== null)
}

const foundByTerms = (terms: string, most: string): string =>
  `found AS MATERIALIZED (SELECT * FROM payments_with_terms(${terms}, ${most})),
   size AS (SELECT count(*) < ${most} AND count(*) = count(id) AS "isWhole" FROM found)`

/** Counted in the index alone before any is fetched. */
const foundByAmount = (conditions: readonly string[], most: string): string =>
  `size AS MATERIALIZED (
     SELECT count(*) < ${most} AS "isWhole"
     FROM (SELECT FROM payments WHERE ${all(conditions)} LIMIT ${most}) AS counted
   ),
   found AS MATERIALIZED (SELECT * FROM payments WHERE ${all(conditions)} AND (SELECT "isWhole" FROM size))`

const termsIn = (merchantId: string, { words = [], metadata = [] }: PaymentFilter): number[] => [
  ...words.map(word => wordTerm(merchantId, word)),
  ...metadata.map(([key, value]) => pairTerm(merchantId, key, value))
]

type Conditions = { readonly [K in keyof PaymentFilter]?: PaymentFilter[K] | undefined }

type Parameter = (value: unknown) => string

/** The merchant is $1. */
function parameters(): { readonly values: unknown[]; readonly parameter: Parameter } {
  const values: unknown[] = []
  return { values, parameter: value => `$${values.push(value) + 1}` }
}

const all = (conditions: readonly string[]): string => ['merchant_id = $1', ...conditions].join(' AND ')

const ordered = (order: PaymentOrder): string =>
  order === 'newest' ? 'ORDER BY created_at DESC, id DESC' : 'ORDER BY created_at, id'

const beyond = (order: PaymentOrder, start: PageStart | null, parameter: Parameter): string[] =>
  start === null
    ? []
    : [
        `(created_at, id) ${order === 'newest' ? '<' : '>'} (${parameter(start.createdAt)}, ${parameter(start.id)})`
      ]

/** Each as one comparison with a column, which an index can answer. */
function conditionsOf(filter: Conditions, parameter: Parameter): string[] {
  const { statuses, customer, gateway, currency } = filter
  const { minAmount, maxAmount, createdFrom, createdTo } = filter
  const given: readonly [unknown, (value: string) => string][] = [
    // With one status the index gives the rows in order; with several they have to be sorted.
    statuses?.length === 1
      ? [statuses[0], status => `status = ${status}`]
      : [statuses, any => `status = ANY(${any})`],
    [customer, id => `customer_id = ${id}`],
    [gateway, id => `gateway = ${id}`],
    [currency, code => `currency = ${code}`],
    [minAmount, least => `amount >= ${least}`],
    [maxAmount, most => `amount <= ${most}`],
    [createdFrom, from => `created_at >= ${from}`],
    [createdTo, to => `created_at < ${to}`]
  ]
  return given.flatMap(([value, condition]) => (value === undefined ? [] : [condition(parameter(value))]))
}
