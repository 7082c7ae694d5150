import type { IncomingHttpHeaders } from 'node:http'

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
    if (headers[name] === undefined) continue
    try {
      screen(String(headers[name]))
    } catch {
      Reflect.deleteProperty(headers, name)
    }
  }
}
