import type { Page, PageRequest } from '../../page.ts'
import type { ReadDatabase } from '../read-database.ts'
import type { PaymentRow } from './apply.ts'
import { cursorOf, parseCursor } from './cursor.ts'

/**
 * @param rows one more than the page has, where there is another
 * @param list that is paged through: whose it is, and the filters
 * @param at by what it is ordered
 */
export function pageOf<R extends { readonly id: string }, T>(
  rows: readonly R[],
  limit: number,
  list: object,
  at: (row: R) => Date,
  view: (row: R) => T
): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const isLast = rows.length <= limit || last === undefined
  return {
    data: shown.map(view),
    nextCursor: isLast ? null : cursorOf({ createdAt: at(last), id: last.id }, list)
  }
}

type Waiting<Column extends string> = PaymentRow & { readonly [C in Column]: Date }

/**
 * A page of the payments of all merchants that wait for an operator, by the time in a column, the earliest first. What
 * begins or ends to wait meanwhile shifts no later page.
 * @throws InvalidCursorError
 */
export async function pageOfWaiting<Column extends 'unknown_since' | 'held_until', T>(
  db: ReadDatabase,
  column: Column,
  list: object,
  { limit, cursor }: PageRequest,
  view: (row: Waiting<Column>) => T
): Promise<Page<T>> {
  const start = cursor === undefined ? null : parseCursor(cursor, list)
  const rows = await db.ofAllMerchants<Waiting<Column>>(
    `SELECT * FROM payments WHERE ${column} IS NOT NULL
     ${start === null ? '' : `AND (${column}, id) > ($2, $3)`} ORDER BY ${column}, id LIMIT $1`,
    [limit + 1, ...(start === null ? [] : [start.createdAt, start.id])]
  )
  return pageOf(rows, limit, list, row => row[column], view)
}
