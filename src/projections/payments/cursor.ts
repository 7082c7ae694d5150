import { cursorAt, InvalidCursorError, placeIn } from '../cursor.ts'

/** The payment after which a page begins. No write moves a payment past a page: neither part changes while it is listed. */
export interface PageStart {
  /** By what the list is ordered: its creation unless the list says otherwise. */
  readonly createdAt: Date
  readonly id: string
}

const PAYMENT_ID = /^pay_[a-z2-7]{32}$/

/** @param list that is paged through: whose it is, and the filters */
export const cursorOf = ({ createdAt, id }: PageStart, list: object): string =>
  cursorAt([createdAt.getTime(), id], list)

/** @throws InvalidCursorError when the text is not a cursor of this list. */
export function parseCursor(cursor: string, list: object): PageStart {
  const [time, id, ...rest] = placeIn(cursor, list)
  const createdAt = new Date(typeof time === 'number' ? time : NaN)
  if (Number.isNaN(createdAt.getTime()) || typeof id !== 'string' || !PAYMENT_ID.test(id) || rest.length > 0)
    throw new InvalidCursorError('is not one of ours')
  return { createdAt, id }
}
