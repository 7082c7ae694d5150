import { Pool, type Dispatcher } from 'undici'

/**
 * One HTTP request, one answer, and the proof of what happened if there is none.
 *
 * Whether an error proves that nothing was sent cannot be read off its code: `ECONNRESET` and `UND_ERR_SOCKET` come both
 * from a socket that died idle and from one that died under our bytes, and `ECONNREFUSED` arrives bare, wrapped in an
 * AggregateError, or renamed by TLS. So it is read off the moment instead. undici hands a request to an open (for
 * https: handshaken) socket by calling `onRequestStart`, and writes its first byte only after that:
 *
 * - not called: nothing left us, whatever the error says. DNS failure, connect refused, reset or timed out
 *   (`UND_ERR_CONNECT_TIMEOUT`), TLS failure, no free connection in time, closed client, invalid header.
 * - called: bytes may have left, whatever the error says. That includes a reused keep-alive socket that the server had
 *   just closed: the request most likely went unread, but nobody can prove it.
 *
 * undici repeats no POST by itself. Should it ever hand a request over a second time, the second time is aborted
 * before it writes.
 */
export type Exchange =
  | {
      readonly ending: 'ANSWERED'
      readonly status: number
      readonly body: string
      /** From `Retry-After`, milliseconds; left out where the answer has none. */
      readonly retryAfterMs?: number
    }
  | { readonly ending: 'NOT_SENT'; readonly code: string; readonly message: string }
  | { readonly ending: 'LOST'; readonly code: string; readonly message: string }

export interface ExchangeRequest {
  readonly method: 'GET' | 'POST'
  /** Below the base URL, beginning with a slash. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** Bounds the whole exchange from this moment, milliseconds. */
  readonly timeoutMs: number
}

export interface HttpConnections {
  exchange(request: ExchangeRequest): Promise<Exchange>
  close(): Promise<void>
}

/** How connections to a gateway are opened. */
export type Connect = typeof openConnections

/** Far above any answer about one operation and small enough that a gateway gone mad cannot fill our memory. */
const MAX_ANSWER_BYTES = 64 * 1024

/**
 * Opens a pool of keep-alive connections to one gateway.
 *
 * @param limits `maxConnections` at one time, one request on each; `connectTimeoutMs` frees a slot whose connection
 *   attempt hangs; longer answers than `maxAnswerBytes`, 64 KiB unless given, are not read.
 * @throws TypeError when `baseUrl` cannot be parsed.
 */
export function openConnections(
  baseUrl: string,
  limits: {
    readonly maxConnections: number
    readonly connectTimeoutMs: number
    readonly maxAnswerBytes?: number
  }
): HttpConnections {
  const { origin, pathname } = new URL(baseUrl)
  const pathPrefix = pathname.replace(/\/$/, '')
  const pool = new Pool(origin, {
    connections: limits.maxConnections,
    connectTimeout: limits.connectTimeoutMs,
    pipelining: 1,
    allowH2: false,
    maxResponseSize: limits.maxAnswerBytes ?? MAX_ANSWER_BYTES,
    // The exchange's own deadline covers both; undici's timers start over at each phase and tick by the second.
    headersTimeout: 0,
    bodyTimeout: 0
  })
  const inFlight = new Set<Promise<Exchange>>()
  let closing = false

  return {
    async exchange(request) {
      if (closing)
        return { ending: 'NOT_SENT', code: 'gateway_closing', message: 'the connections are closing' }
      const exchange = exchangeOnce(pool, pathPrefix, request)
      inFlight.add(exchange)
      try {
        return await exchange
      } finally {
        inFlight.delete(exchange)
      }
    },
    async close() {
      closing = true
      await Promise.all(inFlight)
      await pool.destroy()
    }
  }
}

function exchangeOnce(pool: Pool, pathPrefix: string, request: ExchangeRequest): Promise<Exchange> {
  return new Promise(resolve => {
    let socket: Dispatcher.DispatchController | null = null
    let ended = false
    let status = 0
    let retryAfter: number | null = null
    const deadlineAt = performance.now() + request.timeoutMs
    const chunks: Buffer[] = []

    const end = (exchange: Exchange) => {
      if (ended) return
      ended = true
      clearTimeout(deadline)
      resolve(exchange)
    }
    const limit = `${request.timeoutMs} ms`
    const endUnsent = () => {
      end({ ending: 'NOT_SENT', code: 'gateway_no_connection', message: `no connection within ${limit}` })
    }
    const deadline = setTimeout(() => {
      if (socket === null) {
        endUnsent()
      } else {
        end({ ending: 'LOST', code: 'gateway_timeout', message: `no complete answer within ${limit}` })
        socket.abort(new Error('deadline'))
      }
    }, request.timeoutMs)

    pool.dispatch(
      {
        method: request.method,
        path: pathPrefix + request.path,
        headers: { ...request.headers },
        body: request.body
      },
      {
        onRequestStart(controller) {
          // A process that was frozen may come here before its timer, when others have proven that nothing was sent.
          if (socket === null && performance.now() >= deadlineAt) endUnsent()
          if (ended) {
            // Reported as not sent while it waited for a socket: make that true.
            controller.abort(new Error('deadline passed before a connection was free'))
          } else if (socket !== null) {
            end({ ending: 'LOST', code: 'gateway_connection_lost', message: 'the connection was lost' })
            controller.abort(new Error('a request is sent once'))
          } else {
            socket = controller
          }
        },
        onResponseStart(_controller, statusCode, headers) {
          status = statusCode
          retryAfter = retryAfterIn(headers['retry-after'])
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk)
        },
        onResponseEnd() {
          const body = Buffer.concat(chunks).toString('utf8')
          end({
            ending: 'ANSWERED',
            status,
            body,
            ...(retryAfter === null ? {} : { retryAfterMs: retryAfter })
          })
        },
        onResponseError(_controller, error) {
          if (socket === null) {
            end({ ending: 'NOT_SENT', code: 'gateway_unreachable', message: error.message })
          } else {
            end({ ending: 'LOST', code: lossCode(error), message: error.message })
          }
        }
      }
    )
  })
}

/** Tells losses apart for people only: all of them mean that the request may have taken effect. */
function lossCode(error: Error): string {
  switch ('code' in error ? error.code : undefined) {
    case 'UND_ERR_RES_EXCEEDED_MAX_SIZE':
    case 'UND_ERR_HEADERS_OVERFLOW':
      return 'gateway_answer_too_large'
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return 'gateway_answer_unparsable'
    default:
      return error.name === 'HTTPParserError' ? 'gateway_answer_unparsable' : 'gateway_connection_lost'
  }
}

/** Milliseconds from now; the header has seconds or a date (RFC 9110, 10.2.3). */
function retryAfterIn(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string') return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  // What else could be a date to the parser is none in HTTP.
  const at = header.endsWith(' GMT') ? Date.parse(header) : NaN
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now())
}
