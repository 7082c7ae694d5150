import type { IHeaders } from 'kafkajs'

/** W3C trace context, version 00: version, trace id, id of the parent span, flags. */
const FORM = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
const LENGTH = 55

/**
 * The `traceparent` that came with a request; undefined when there is none or it is not well-formed, and a new trace
 * begins. `tracestate` and `baggage` are never taken on: whoever sends them decides what stands in them and how long they
 * are, and they would be kept for ever with the events.
 */
export function traceparentOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' && FORM.test(header) ? header : undefined
}

/** The trace's and the parent span's, which are drawn. @param traceparent well-formed */
export const idsOf = (traceparent: string): string[] => traceparent.split('-').slice(1, 3)

/** The same of a record. */
export function traceparentIn(headers: IHeaders | undefined): string | undefined {
  const header = headers?.['traceparent']
  if (header === undefined || Array.isArray(header) || header.length !== LENGTH) return undefined
  return traceparentOf(typeof header === 'string' ? header : header.toString('latin1'))
}
