import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastifySwagger from '@fastify/swagger'
import fastify, { LogController, type FastifyBaseLogger, type FastifyError, type FastifyReply } from 'fastify'
import { readFileSync } from 'node:fs'
import { maxHeaderSize } from 'node:http'
import { Server as TcpServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Type } from 'typebox'
import { ApiError, errors, type ErrorCode } from '../../errors.ts'
import { apiErrorOf } from './api-error-of.ts'
import type { HttpApp, Routes } from './app.ts'
import { CORRELATION_ID_HEADER, correlationIdOf } from './correlation-id.ts'
import { addDocsPage } from './docs-page.ts'
import { parseJsonBody, refuseEncodings } from './json-body.ts'
import { shedLoad, type LoadLimits } from './load-shedding.ts'
import { openapiOptions } from './openapi.ts'
import { refuseOtherMethods } from './other-methods.ts'
import { problemHeaders, problemOf, rawProblem } from './problem.ts'
import { limitRates, type RateLimits } from './rate-limits.ts'
import { logMadeLater } from './request-log.ts'
import { recordRequests, type RequestRecordOptions } from './request-record.ts'
import { screenHeaders, screenTrace } from './screened-headers.ts'
import { compileLater } from './validators.ts'

export interface HttpOptions extends RequestRecordOptions {
  readonly version: string
  readonly routes: readonly Routes[]
  /** Throws when a text of a request may not be taken in; nothing of it is logged or echoed. */
  readonly screen: (text: string) => void
  /** Whether kept-alive connections are to be given up after their next answer. */
  readonly isStopping: () => boolean
  /** Addresses and ranges of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[]
  readonly load: LoadLimits
  readonly rates: RateLimits
}

const errorsPage = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'errors.md'))

const NO_PARAMETERS = Type.Object({}, { additionalProperties: false })
const MAX_BODY_BYTES = 64 * 1024
/** Milliseconds within which a request must have arrived. */
const REQUEST_TIMEOUT_MS = 30_000

/** The HTTP server of a process: what holds for every route, whichever role it belongs to. */
export async function createHttpServer(options: HttpOptions): Promise<HttpApp> {
  const { screen, isStopping, metrics } = options
  const log: FastifyBaseLogger = options.log
  const app: HttpApp = fastify({
    loggerInstance: log,
    // The server would log URLs, in which anything can stand.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'correlationId' }),
    genReqId: request => {
      // The first that is done with a request, before anything can begin a span.
      screenTrace(request.headers, screen)
      return correlationIdOf(request, screen)
    },
    childLoggerFactory: (log, bindings, options) =>
      logMadeLater(() => log.child(bindings, options), log.level),
    trustProxy: [...options.trustedProxies],
    bodyLimit: MAX_BODY_BYTES,
    // Whatever stands in a path reaches its route, which knows what can be an id: Node bounds the whole of a request's head.
    routerOptions: { maxParamLength: maxHeaderSize },
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A request that arrives on a kept-alive connection while the server closes is still served.
    return503OnClosing: false,
    ajv: {
      onCreate: compileLater,
      customOptions: {
        removeAdditional: false,
        coerceTypes: false,
        allErrors: true,
        // A fault is told with what the schema says of its place.
        verbose: true,
        // The limits on the topics count UTF-16 units, as JavaScript does.
        unicode: false,
        // The option above is called deprecated on the console.
        logger: false
      }
    },
    clientErrorHandler: answerBrokenConnection,
    frameworkErrors: (error, request, reply) => {
      reply.header(CORRELATION_ID_HEADER, request.id)
      sendProblem(apiErrorOf(error), reply)
    }
  }).withTypeProvider<TypeBoxTypeProvider>()

  app.decorateRequest('merchantId', '')
  app.decorateRequest('apiKeyId', '')
  app.decorateRequest('keyRole', null)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer, screen))
    } catch (error) {
      done(error as Error)
    }
  })

  recordRequests(app, options)
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(CORRELATION_ID_HEADER, request.id)
    done()
  })
  shedLoad(app, options.load, metrics)
  limitRates(app, options.rates, metrics)
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isStopping()) reply.header('connection', 'close')
    done()
  })
  // After all onRequest hooks, so that a stranger without a key learns nothing of what is refused.
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    screen(readable(request.url))
    screenHeaders(request.headers, screen)
    refuseEncodings(request.headers)
    done()
  })

  app.setNotFoundHandler((request, reply) => {
    request.problem = 'route_not_found'
    return sendProblem(new ApiError('route_not_found'), reply)
  })
  app.setErrorHandler<FastifyError | ApiError>((error, request, reply) => {
    const known = apiErrorOf(error)
    request.problem = known.code
    if (errors[known.code].status >= 500) {
      const cause = known.cause instanceof Error ? known.cause : known
      const { paymentId } = request
      const about = { err: cause, ...(paymentId === null ? {} : { paymentId }) }
      request.log[known.code === 'internal_error' ? 'error' : 'warn'](about, known.code)
    }
    return sendProblem(known, reply)
  })

  // Nothing is ignored silently: a route that takes no parameters refuses them.
  app.addHook('onRoute', route => {
    if (route.schema !== undefined && route.schema.hide !== true) route.schema.querystring ??= NO_PARAMETERS
  })
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.routeOptions.schema?.optionalBody === true && request.body === undefined) request.body = {}
    done()
  })
  await app.register(fastifySwagger, openapiOptions(options.version))
  const addOtherMethods = refuseOtherMethods(app)
  for (const routes of options.routes) {
    await app.register((scope, _options, done) => {
      routes(scope)
      done()
    })
  }
  addOtherMethods()
  await addDocsPage(app)
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
  // The `type` of a problem is a reference to here.
  app.get('/errors', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/markdown; charset=utf-8').send(errorsPage)
  )
  return app
}

/**
 * Milliseconds in which whoever watches readiness sends no more new connections, before the port closes: those that
 * still waited in the kernel then would be reset.
 */
const NOTICE_MS = 1000
/** Milliseconds in which a connection that is open then may still bring a request. */
const LINGER_MS = 1000

/**
 * Stops serving without failing a request. Answers must say `connection: close` by now. A connection that is closed
 * while its client sends would fail, so after the port the open ones stay for a while, until each has had such an
 * answer; what is still open then has been idle for long and is closed.
 */
export async function drain(app: HttpApp): Promise<void> {
  await delay(NOTICE_MS)
  // The HTTP server's own `close` would close idle connections with the port.
  const closed = new Promise(resolve => TcpServer.prototype.close.call(app.server, resolve))
  const lingered = new AbortController()
  await Promise.race([closed, delay(LINGER_MS, null, { signal: lingered.signal }).catch(() => null)])
  lingered.abort()
  await app.close()
}

function sendProblem(error: ApiError, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error)
  return reply.code(problem.status).headers(problemHeaders(error.code)).send(JSON.stringify(problem))
}

const ESCAPED = /[%+]/

/**
 * A URL as a person would write it. One whose escapes are broken, or no UTF-8, could mean another thing to whoever
 * screens it than to the route.
 *
 * @throws ApiError http_malformed
 */
function readable(url: string): string {
  if (!ESCAPED.test(url)) return url
  try {
    return decodeURIComponent(url.replaceAll('+', ' '))
  } catch {
    throw new ApiError('http_malformed')
  }
}

const CONNECTION_ERRORS: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout'
}

/** What arrived is not an HTTP request. The error holds the raw packet and is not logged. */
function answerBrokenConnection({ code }: Error & { code?: string }, socket: Socket): void {
  if (code === 'ECONNRESET' || socket.destroyed) return
  if (socket.writable) socket.write(rawProblem(CONNECTION_ERRORS[code ?? ''] ?? 'http_malformed'))
  socket.destroySoon()
}
