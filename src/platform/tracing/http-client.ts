// Spans of the calls that the product makes over HTTP. undici tells of each request on diagnostics channels, so neither
// adapters nor their callers hand a span along, and a call that is no part of a traced piece of work costs nothing.
//
// No `traceparent` is sent: it would tell third parties which of their calls belong together, and the address is left
// out but for its host, since a path may name a customer's payment method.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { context, trace } from '@opentelemetry/api'
import type { Span, Tracing } from './tracing.ts'

interface ClientRequest {
  readonly origin: string | URL
  readonly method: string
}

/** @returns ends it */
export function traceHttpClient(tracing: Tracing): () => void {
  const spans = new WeakMap<ClientRequest, Span>()
  const listeners: Record<string, (message: unknown) => void> = {
    'undici:request:create': message => {
      const { request } = message as { request: ClientRequest }
      const parent = trace.getSpanContext(context.active())
      if (parent === undefined) return
      const { hostname, port, protocol } = new URL(request.origin)
      const span = tracing.start(request.method, {
        kind: 'client',
        parent: `00-${parent.traceId}-${parent.spanId}-0${parent.traceFlags & 1}`,
        attributes: {
          'http.request.method': request.method,
          'server.address': hostname,
          'server.port': Number(port) || (protocol === 'https:' ? 443 : 80)
        }
      })
      spans.set(request, span)
    },
    'undici:request:headers': message => {
      const { request, response } = message as { request: ClientRequest; response: { statusCode: number } }
      const span = spans.get(request)
      span?.set({ 'http.response.status_code': response.statusCode })
      if (response.statusCode >= 400) span?.fail(String(response.statusCode))
    },
    'undici:request:trailers': message => {
      const { request } = message as { request: ClientRequest }
      spans.get(request)?.end()
    },
    'undici:request:error': message => {
      const { request, error } = message as { request: ClientRequest; error: Error & { code?: string } }
      const span = spans.get(request)
      span?.fail(error.code ?? error.name)
      span?.end()
    }
  }
  for (const [channel, listener] of Object.entries(listeners)) subscribe(channel, listener)
  return () => {
    for (const [channel, listener] of Object.entries(listeners)) unsubscribe(channel, listener)
  }
}
