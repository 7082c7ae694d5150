import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Names a request in our logs and events and in those of whoever sent it. */
export const CORRELATION_ID_HEADER = 'X-Correlation-Id'

const FORM = /^[A-Za-z0-9._:-]{1,64}$/

/**
 * The id that the sender gave, if it has a form that can be logged and echoed, else a new one.
 *
 * @param screen throws when a text may not be taken in
 */
export function correlationIdOf({ headers }: IncomingMessage, screen: (text: string) => void): string {
  const given = headers[CORRELATION_ID_HEADER.toLowerCase()]
  if (typeof given !== 'string' || !FORM.test(given)) return randomUUID()
  try {
    screen(given)
    return given
  } catch {
    return randomUUID()
  }
}
