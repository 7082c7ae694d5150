import type { IncomingHttpHeaders } from 'node:http'
import { idsOf, traceparentOf } from '../tracing/traceparent.ts'

/** Headers whose values we may hand on, store or answer with. */
const USED = [
  ...['idempotency-key', 'if-match', 'if-none-match', 'prefer', 'webhook-id'],
  ...['aegispay-merchant', 'aegispay-position']
]
/** Headers that carry a trace. Their numbers are drawn, so one that looks like a card number only ends the trace. */
const TRACE = ['traceparent', 'tracestate', 'baggage']

/** Shows the headers that are used to a screen that throws when a text may not be taken in. */
export function screenHeaders(headers: IncomingHttpHeaders, screen: (text: string) => void): void {
  for (const name of USED) {
    if (headers[name] !== undefined) screen(String(headers[name]))
  }
}

/** Takes away what may not be handed on from the headers of a trace. To be called before anything reads them. */
export function screenTrace(headers: IncomingHttpHeaders, screen: (text: string) => void): void {
  for (const name of TRACE) {
    const header = headers[name]
    if (header === undefined) continue
    try {
      // Where one id ends in digits and the next begins with some, the two are still no card number.
      if (name === 'traceparent' && traceparentOf(header) !== undefined) idsOf(String(header)).forEach(screen)
      else screen(String(header))
    } catch {
      Reflect.deleteProperty(headers, name)
    }
  }
}
