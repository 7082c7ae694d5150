import type { IncomingHttpHeaders } from 'node:http'

/** Whether the sender would rather be answered at once than be told the result (RFC 7240). */
export function prefersAsync({ prefer }: IncomingHttpHeaders): boolean {
  const preferences = Array.isArray(prefer) ? prefer.join(',') : (prefer ?? '')
  return preferences.split(',').some(preference => /^\s*respond-async\s*(;|$)/i.test(preference))
}
