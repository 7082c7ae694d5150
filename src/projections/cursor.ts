// Where a page of a list ended, as a text that only this service reads.
import { hash } from 'node:crypto'

/** A cursor that this service did not give out, or gave out for another list. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError'
}

const LIST_CHARACTERS = 12

/**
 * @param place of the last entry of the page, in the list's order
 * @param list that is paged through: whose it is, and the filters
 */
export const cursorAt = (place: readonly (string | number)[], list: object): string =>
  Buffer.from(JSON.stringify([...place, mark(list)])).toString('base64url')

/**
 * @returns the place that was given, as nobody has checked it yet
 * @throws InvalidCursorError when the text is not a cursor, or one of another list
 */
export function placeIn(cursor: string, list: object): unknown[] {
  const place = parts(cursor)
  const listed = place.pop()
  if (typeof listed !== 'string') throw new InvalidCursorError('is not one of ours')
  // Read on under other filters, it would begin in the middle of a list that nobody has seen the beginning of.
  if (listed !== mark(list)) throw new InvalidCursorError('belongs to a list with other filters')
  return place
}

/** Tells lists apart; there is nothing to be won by forging one. */
const mark = (list: object): string =>
  hash('sha256', JSON.stringify(list, Object.keys(list).sort()), 'base64url').slice(0, LIST_CHARACTERS)

function parts(cursor: string): unknown[] {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(decoded) ? decoded : []
  } catch {
    return []
  }
}
