/** A cursor that this service did not give out. */
export class InvalidCursorError extends Error {
  override readonly name = 'InvalidCursorError'
}

/** The payment after which a page begins. */
export interface PageStart {
  readonly createdAt: Date
  readonly id: string
}

const PAYMENT_ID = /^pay_[a-z2-7]{32}$/

export const cursorOf = ({ createdAt, id }: PageStart): string =>
  Buffer.from(JSON.stringify([createdAt.getTime(), id])).toString('base64url')

/** @throws InvalidCursorError when the text is not a cursor. */
export function parseCursor(cursor: string): PageStart {
  const [time, id, ...rest] = parts(cursor)
  const createdAt = new Date(typeof time === 'number' ? time : NaN)
  if (Number.isNaN(createdAt.getTime()) || typeof id !== 'string' || !PAYMENT_ID.test(id) || rest.length > 0)
    throw new InvalidCursorError('the cursor is not one that this service gave out')
  return { createdAt, id }
}

function parts(cursor: string): unknown[] {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(decoded) ? decoded : []
  } catch {
    return []
  }
}
