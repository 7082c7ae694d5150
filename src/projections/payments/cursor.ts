import { hash } from 'node:crypto'

/** A cursor that this service did not give out, or gave out for another list. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError'
}

/** The payment after which a page begins. No write moves a payment past a page: neither part changes while it is listed. */
export interface PageStart {
  /** By what the list is ordered: its creation unless the list says otherwise. */
  readonly createdAt: Date
  readonly id: string
}

const PAYMENT_ID = /^pay_[a-z2-7]{32}$/
const LIST_CHARACTERS = 12

/** @param list that is paged through: whose it is, and the filters */
export const cursorOf = ({ createdAt, id }: PageStart, list: object): string =>
  Buffer.from(JSON.stringify([createdAt.getTime(), id, mark(list)])).toString('base64url')

/** @throws InvalidCursorError when the text is not a cursor of this list. */
export function parseCursor(cursor: string, list: object): PageStart {
  const [time, id, listed, ...rest] = parts(cursor)
  const createdAt = new Date(typeof time === 'number' ? time : NaN)
  if (Number.isNaN(createdAt.getTime()) || typeof id !== 'string' || !PAYMENT_ID.test(id) || rest.length > 0)
    throw new InvalidCursorError('is not one of ours')
  // Read on under other filters, it would begin in the middle of a list that nobody has seen the beginning of.
  if (listed !== mark(list)) throw new InvalidCursorError('belongs to a list with other filters')
  return { createdAt, id }
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
