import type { Page } from '../page.ts'
import { invalidQuery } from '../platform/http/query-faults.ts'

export interface PageQuery {
  readonly limit?: string
  readonly cursor?: string
}

const DEFAULT_LIMIT = 20
const CURSOR = /^[A-Za-z0-9._-]{1,64}$/

/**
 * A page of what is sorted by a key. The cursor names the last key of the page before, so nothing is skipped or shown
 * twice when something is added or deleted meanwhile.
 *
 * @param keyOf letters, digits, `.`, `_` and `-`
 * @param comesAfter whether an item stands behind a key
 * @throws ApiError query_invalid for a cursor of no page
 */
export function pageOf<T>(
  sorted: readonly T[],
  { limit, cursor }: PageQuery,
  keyOf: (item: T) => string,
  comesAfter: (item: T, key: string) => boolean
): Page<T> {
  const size = Number(limit ?? DEFAULT_LIMIT)
  const after = cursor === undefined ? null : Buffer.from(cursor, 'base64url').toString()
  if (after !== null && !CURSOR.test(after)) {
    throw invalidQuery('cursor', 'is not one of ours')
  }
  const rest = after === null ? sorted : sorted.filter(item => comesAfter(item, after))
  const data = rest.slice(0, size)
  const isLast = rest.length <= size
  return { data, nextCursor: isLast ? null : Buffer.from(keyOf(data.at(-1)!)).toString('base64url') }
}
