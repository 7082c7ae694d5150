// What is recorded of each request when it has been answered: a span, a line in the log, its time.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Metrics } from '../metrics.ts'
import { traceparentOf } from '../tracing/traceparent.ts'
import type { Span, Tracing } from '../tracing/tracing.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Null when tracing is off, and for routine requests. */
    span: Span | null
    /** Set by the route: the payment that the request is about. */
    paymentId: string | null
    /** Of the problem that it was answered with. */
    problem: string | null
  }
  interface FastifyContextConfig {
    /** Asked by machines every few seconds: neither traced nor worth a line. */
    isRoutine?: true
    /** Answers for as long as the client stays: how long says nothing. */
    isOpenEnded?: true
  }
}

/** Which answered requests get a line at level info; the others get one at debug. */
export type LoggedRequests = 'all' | 'failed' | 'none'

export interface RequestRecordOptions {
  readonly metrics: Metrics
  readonly tracing: Tracing | null
  readonly logged: LoggedRequests
  /** Of the process. */
  readonly log: Logger
}

/** Records every request of the server, whichever route it belongs to. */
export function recordRequests(
  app: FastifyInstance,
  { metrics, tracing, logged, log }: RequestRecordOptions
): void {
  const seconds = metrics.histogram('aegispay_http_request_seconds')
  app.decorateRequest('span', null)
  app.decorateRequest('paymentId', null)
  app.decorateRequest('problem', null)

  if (tracing !== null) {
    app.addHook('onRequest', (request, _reply, done) => {
      if (request.routeOptions.config.isRoutine !== true) request.span = startSpan(tracing, request)
      done()
    })
  }
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request
    const { statusCode: status, elapsedTime } = reply
    const route = routeOptions.url ?? 'none'
    if (routeOptions.config.isOpenEnded !== true)
      seconds.observe({ method, route, status }, elapsedTime / 1000)
    if (request.span !== null) endSpan(request.span, request, reply)
    logAnswer(request, reply, route, logged, log)
    done()
  })
}

/** The trace context for what follows from a request: ours, or while tracing is off that of its sender. */
export const traceparentFor = ({ span, headers }: FastifyRequest): string | undefined =>
  span === null ? traceparentOf(headers['traceparent']) : span.traceparent

function startSpan(tracing: Tracing, { method, routeOptions, headers, id }: FastifyRequest): Span {
  const route = routeOptions.url
  // The path itself is left out: anything can stand in it.
  return tracing.start(route === undefined ? method : `${method} ${route}`, {
    kind: 'server',
    parent: traceparentOf(headers['traceparent']),
    attributes: {
      'http.request.method': method,
      ...(route === undefined ? {} : { 'http.route': route }),
      'aegispay.correlation_id': id
    }
  })
}

function endSpan(span: Span, { merchantId, paymentId, problem }: FastifyRequest, reply: FastifyReply): void {
  span.set({
    'http.response.status_code': reply.statusCode,
    ...(merchantId === '' ? {} : { 'aegispay.merchant.id': merchantId }),
    ...(paymentId === null ? {} : { 'aegispay.payment.id': paymentId })
  })
  if (reply.statusCode >= 500) span.fail(problem ?? String(reply.statusCode))
  span.end()
}

function logAnswer(
  { method, log, apiKeyId, merchantId, paymentId, problem, routeOptions, span }: FastifyRequest,
  { statusCode: status, elapsedTime }: FastifyReply,
  route: string,
  logged: LoggedRequests,
  processLog: Logger
): void {
  const isWorthALine = logged === 'all' || (logged === 'failed' && status >= 500)
  const level = isWorthALine && routeOptions.config.isRoutine !== true ? 'info' : 'debug'
  // Nothing is put together for a line that is not written.
  if (!processLog.isLevelEnabled(level)) return
  log[level](
    {
      ...{ method, route, status, ms: Math.round(elapsedTime * 10) / 10 },
      ...(apiKeyId === '' ? {} : { keyId: apiKeyId }),
      ...(merchantId === '' ? {} : { merchantId }),
      ...(paymentId === null ? {} : { paymentId }),
      ...(problem === null ? {} : { code: problem }),
      ...(span === null ? {} : { traceId: span.traceparent.split('-')[1] })
    },
    'answered'
  )
}
