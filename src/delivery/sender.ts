import { Agent, type Dispatcher } from 'undici'
import { containsCardNumber } from '../domain/card-number.ts'
import { checkTarget, guardedLookup, TargetRefusedError, type TargetRules } from './target.ts'
import { signedHeaders } from './webhook.ts'

/** What came of one attempt. */
export interface Attempt {
  readonly outcome: 'delivered' | 'answered' | 'refused' | 'unanswered'
  readonly beganAt: Date
  readonly durationMs: number
  /** Null when there was no answer. */
  readonly httpStatus: number | null
  /** For the merchant; null when it was delivered. */
  readonly error: string | null
  /** The beginning of the answer; null when there was none. */
  readonly response: string | null
  /** Milliseconds that the receiver wants to be left alone for. */
  readonly retryAfterMs: number | null
}

export interface SenderOptions extends TargetRules {
  /** Milliseconds until the status of the answer. */
  readonly timeoutMs: number
  /** The system's, unless given. */
  readonly resolve?: Parameters<typeof guardedLookup>[1]
}

export interface Outgoing {
  readonly id: string
  readonly url: string
  readonly body: string
  /** `whsec_…`, each of which signs. */
  readonly secrets: readonly string[]
}

/** What is kept of an answer. */
const MAX_RESPONSE_BYTES = 4096
/** Milliseconds for what follows the status: it changes nothing any more. */
const RESPONSE_MS = 2000
/** Connections to one receiver. */
const MAX_CONNECTIONS = 8
const IDLE_MS = 10_000
const GONE = 410

/** This process stopped in the middle: nobody knows what the receiver made of it, and nothing is held against it. */
export class SendingStoppedError extends Error {
  override readonly name = 'SendingStoppedError'
}

/** Sends webhooks over HTTP: at most once each time it is asked to, nowhere but to the public internet. */
export class Sender {
  readonly #options: SenderOptions
  readonly #agent: Agent
  #isStopped = false

  constructor(options: SenderOptions) {
    this.#options = options
    this.#agent = new Agent({
      connect: { lookup: guardedLookup(options, options.resolve), timeout: options.timeoutMs },
      connections: MAX_CONNECTIONS,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      headersTimeout: 0,
      bodyTimeout: 0
    })
  }

  /**
   * Whatever happens is the attempt's outcome.
   * @throws SendingStoppedError
   */
  async send({ id, url, body, secrets }: Outgoing): Promise<Attempt> {
    const beganAt = new Date()
    const began = performance.now()
    const ended = (attempt: Omit<Attempt, 'beganAt' | 'durationMs'>): Attempt => ({
      ...attempt,
      ...{ beganAt, durationMs: Math.round(performance.now() - began) }
    })
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), this.#options.timeoutMs)
    try {
      const { origin, pathname, search } = checkTarget(url, this.#options)
      const answer = await this.#agent.request({
        ...{ origin, path: pathname + search, method: 'POST', body, signal: deadline.signal },
        headers: {
          'content-type': 'application/json',
          'user-agent': 'AegisPay-Webhooks',
          ...signedHeaders({ id, body }, secrets, beganAt)
        }
      })
      clearTimeout(timer)
      const response = await beginningOf(answer.body)
      return ended({ ...judged(answer), response })
    } catch (error) {
      if (this.#isStopped) throw new SendingStoppedError('stopped while sending', { cause: error })
      const refusal = refusalIn(error)
      const why = deadline.signal.aborted
        ? `There was no answer within ${this.#options.timeoutMs} ms.`
        : (refusal?.message ?? unansweredBecause(error))
      const none = { httpStatus: null, response: null, retryAfterMs: null }
      return ended({ outcome: refusal === null ? 'unanswered' : 'refused', error: why, ...none })
    } finally {
      clearTimeout(timer)
    }
  }

  /** Cuts short what is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#agent.destroy()
  }
}

/** Whether the receiver wants no more webhooks at all. */
export const isGone = ({ httpStatus }: Attempt): boolean => httpStatus === GONE

function judged({
  statusCode,
  headers
}: Dispatcher.ResponseData): Pick<Attempt, 'outcome' | 'httpStatus' | 'error' | 'retryAfterMs'> {
  if (statusCode >= 200 && statusCode < 300)
    return { outcome: 'delivered', httpStatus: statusCode, error: null, retryAfterMs: null }
  const error =
    statusCode >= 300 && statusCode < 400
      ? 'The answer was a redirect, and none is followed.'
      : `The answer was ${statusCode}.`
  const retryAfterMs = retryAfterIn(headers['retry-after'])
  return { outcome: 'answered', httpStatus: statusCode, error, retryAfterMs }
}

/** An answer may be endless, huge, or stop in the middle: by then its status has said what there is to say. */
async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  const timer = setTimeout(() => body.destroy(), RESPONSE_MS)
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= MAX_RESPONSE_BYTES) break
    }
  } catch {
    // What came before is kept.
  } finally {
    clearTimeout(timer)
    body.destroy()
  }
  // Postgres' text holds no NUL.
  const text = Buffer.concat(chunks)
    .subarray(0, MAX_RESPONSE_BYTES)
    .toString('utf8')
    .replaceAll('\0', '\ufffd')
  return containsCardNumber(text) ? '(withheld: it holds what looks like a card number)' : text
}

function refusalIn(error: unknown): TargetRefusedError | null {
  if (error instanceof TargetRefusedError) return error
  return error instanceof Error && error.cause !== undefined ? refusalIn(error.cause) : null
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'The name is not known.',
  EAI_AGAIN: 'The name could not be looked up.',
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was cut.',
  UND_ERR_SOCKET: 'The connection was cut.',
  UND_ERR_CONNECT_TIMEOUT: 'The connection was not made in time.',
  UND_ERR_HEADERS_OVERFLOW: 'The headers of the answer were too large.'
}

/** The code alone: messages name addresses of ours. */
function unansweredBecause(error: unknown): string {
  const { code = 'unknown' } = error as { readonly code?: string }
  return REASONS[code] ?? `There was no answer (${code}).`
}

/** Milliseconds from now; the header has seconds or a date (RFC 9110, 10.2.3). */
function retryAfterIn(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string') return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000
  const at = header.endsWith(' GMT') ? Date.parse(header) : NaN
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now())
}
