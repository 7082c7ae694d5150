// Pages of what is listed newest first. The cursor names where the page before ended, so that what arrives meanwhile shifts
// nothing.
import type { Page, PageRequest } from '../page.ts'
import { invalidQuery } from '../platform/http/query-faults.ts'

interface Placed {
  readonly created_at: Date
  readonly id: string
}

const CURSOR = /^(\d{1,15})\.([A-Za-z0-9_-]{1,64})$/
/** The last instant with a year of four digits. */
const LATEST = new Date(Date.UTC(9999, 11, 31))

/**
 * What the page begins behind.
 * @throws ApiError query_invalid for a cursor that is none of ours
 */
export function startOf({ cursor }: PageRequest): { readonly createdAt: Date; readonly id: string } {
  if (cursor === undefined) return { createdAt: LATEST, id: '' }
  const [, time, id] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  const createdAt = new Date(Number(time ?? NaN))
  if (id === undefined || Number.isNaN(createdAt.getTime()) || createdAt > LATEST)
    throw invalidQuery('cursor', 'is not one of ours')
  return { createdAt, id }
}

/** @param rows one more than the page has, where there is another page */
export function pageOf<R extends Placed, T>(
  rows: readonly R[],
  { limit }: PageRequest,
  view: (row: R) => T
): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const nextCursor =
    rows.length > limit && last !== undefined
      ? Buffer.from(`${last.created_at.getTime()}.${last.id}`).toString('base64url')
      : null
  return { data: shown.map(view), nextCursor }
}
