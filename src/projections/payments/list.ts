import type { PaymentStatus } from '../../domain/payment/statuses.ts'
import type { PaymentView } from '../../domain/payment/view.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { PaymentRow } from './apply.ts'
import { parseCursor } from './cursor.ts'
import { pageOf, type Page, type PageRequest } from './page.ts'
import { paymentViewOf } from './payment-view.ts'

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
}

export interface PaymentPageRequest extends PageRequest {
  readonly order: PaymentOrder
}

/**
 * A page of the merchant's payments. A payment that is created or changes meanwhile shifts no later page: none comes
 * twice, and none that was there is left out unless it no longer fits the filter.
 *
 * @throws InvalidCursorError
 */
export async function listPayments(
  db: ReadDatabase,
  merchantId: string,
  filter: PaymentFilter,
  { order, limit, cursor }: PaymentPageRequest
): Promise<Page<PaymentView>> {
  const list = { ...filter, merchantId, order }
  // The merchant is $1.
  const values: unknown[] = []
  const parameter = (value: unknown) => `$${values.push(value) + 1}`
  const conditions = ['merchant_id = $1', ...conditionsOf(filter, parameter)]
  const [direction, beyond] = order === 'newest' ? ['DESC', '<'] : ['ASC', '>']
  if (cursor !== undefined) {
    const { createdAt, id } = parseCursor(cursor, list)
    conditions.push(`(created_at, id) ${beyond} (${parameter(createdAt)}, ${parameter(id)})`)
  }
  const rows = await db.ofMerchant<PaymentRow>(
    merchantId,
    `SELECT * FROM payments WHERE ${conditions.join(' AND ')}
     ORDER BY created_at ${direction}, id ${direction} LIMIT ${parameter(limit + 1)}`,
    values
  )
  return pageOf(rows, limit, list, row => row.created_at, paymentViewOf)
}

/** Each as one comparison with a column, which an index can answer. */
function conditionsOf(filter: PaymentFilter, parameter: (value: unknown) => string): string[] {
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
