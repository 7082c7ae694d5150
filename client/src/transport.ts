// One request over HTTP, with nothing but what browsers, edge runtimes and Node have in common.
import { AegisPayError, isRetryableStatus, mayHaveTakenEffect } from './errors.ts'
import type { CallOptions } from './options.ts'
import type { Problem } from './wire.ts'

/** Where the service is, and who asks. */
export interface ServiceOptions {
  /** Where AegisPay listens, as `https://payments.example.com`; may have a path. */
  readonly url: string
  /** `ak_…`. Keep it on servers: whoever has it can pay in the merchant's name. */
  readonly apiKey: string
  /** Milliseconds that one request may take, its answer read; 30000 unless given. Answers to commands may take 10 s. */
  readonly timeoutMs?: number
  /**
   * In whose name requests are made. A key of those who run the installation needs it, and acts for any merchant; a
   * merchant's own key acts for no other (`merchant_mismatch`). Where it is given, errors name the payment that they are about.
   */
  readonly merchantId?: string
}

/** What stands behind the question mark; of several values each. */
export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>

/** Those that are undefined are not sent. */
export type OptionalHeaders = Readonly<Record<string, string | undefined>>

export interface ServiceRequest extends CallOptions {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** From `v1/` on. */
  readonly path: string
  readonly query?: Query
  readonly headers?: OptionalHeaders
  readonly body?: object
  /** What is to be answered; JSON unless given. */
  readonly accept?: 'text/csv' | 'text/event-stream'
  /** Of a command. */
  readonly idempotencyKey?: string
  /** Whom an error is about, as far as it is known. */
  readonly paymentId?: string | null
}

export interface ServiceAnswer {
  readonly status: number
  readonly headers: Headers
  /** What the JSON says, null when there is none; a text where something else was to be answered. */
  readonly body: unknown
}

/**
 * Makes a request, and resolves when the head of an answer with a 2xx has arrived.
 * @throws AegisPayError for another answer, and what `fetch` throws for none
 */
export type Exchange = (request: ServiceRequest, ended: AbortSignal) => Promise<Response>

/** Answers with a 2xx. @throws AegisPayError for all else */
export type Send = (request: ServiceRequest) => Promise<ServiceAnswer>

export const DEFAULT_TIMEOUT_MS = 30_000

/** @throws AegisPayError request_invalid for options that cannot be meant */
export function exchange({ url, apiKey, merchantId }: ServiceOptions): Exchange {
  const base = baseOf(url)
  const sender = { authorization: `Bearer ${apiKey}`, 'aegispay-merchant': merchantId }
  return async (request, ended) => {
    const response = await fetch(prepare(base, request, sender), { signal: ended })
    if (!response.ok) throw refusalOf(response, await response.text())
    const { accept } = request
    if (accept !== undefined && response.headers.get('content-type')?.startsWith(accept) !== true)
      throw new AegisPayError('answer_malformed', `The answer is no ${accept}.`)
    return response
  }
}

/** @throws AegisPayError request_invalid for options that cannot be meant */
export function transport(options: ServiceOptions): Send {
  const begin = exchange(options)
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = options
  return async request => {
    const { signal } = request
    const timeout = AbortSignal.timeout(request.timeoutMs ?? timeoutMs)
    const ended = signal === undefined ? timeout : AbortSignal.any([signal, timeout])
    try {
      const response = await begin(request, ended)
      const text = await response.text()
      const body = request.accept === undefined ? parsed(text) : text
      return { status: response.status, headers: response.headers, body }
    } catch (error) {
      throw failureOf(error, { signal, timeout }).with({
        idempotencyKey: request.idempotencyKey ?? null,
        paymentId: request.paymentId ?? null,
        // What reads changes nothing.
        ...(request.method === 'GET' ? { outcomeUnknown: false } : {})
      })
    }
  }
}

function baseOf(url: string): URL {
  try {
    const base = new URL(url)
    if (!base.pathname.endsWith('/')) base.pathname += '/'
    return base
  } catch (error) {
    throw new AegisPayError('request_invalid', 'The URL of the service is none.', { cause: error })
  }
}

/** @throws AegisPayError request_invalid for what no request can be made of */
function prepare(base: URL, request: ServiceRequest, sender: OptionalHeaders): Request {
  try {
    return new Request(addressOf(base, request), {
      method: request.method,
      headers: headersOf(request, sender),
      body: request.body === undefined ? null : JSON.stringify(request.body),
      // What answers with a redirect is not AegisPay, and must not be shown the key elsewhere.
      redirect: 'error'
    })
  } catch (error) {
    throw new AegisPayError('request_invalid', 'No request can be made of what was given.', { cause: error })
  }
}

function addressOf(base: URL, { path, query = {} }: ServiceRequest): URL {
  const address = new URL(path, base)
  for (const [name, value = []] of Object.entries(query))
    for (const one of [value].flat()) address.searchParams.append(name, String(one))
  return address
}

function headersOf(
  { headers = {}, idempotencyKey, body, accept }: ServiceRequest,
  sender: OptionalHeaders
): Headers {
  const all = {
    ...{ ...sender, accept, 'idempotency-key': idempotencyKey },
    'content-type': body === undefined ? undefined : 'application/json',
    ...headers
  }
  return new Headers(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

function parsed(text: string): unknown {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch (error) {
    // Whatever it was, a command may have reached the service through it.
    throw new AegisPayError('answer_malformed', 'The answer is not JSON.', {
      ...{ retryable: true, outcomeUnknown: true, cause: error }
    })
  }
}

function refusalOf({ status, headers }: Response, text: string): AegisPayError {
  const problem = problemIn(text)
  const code = problem?.code ?? 'answer_malformed'
  return new AegisPayError(code, problem?.detail ?? `The answer is a ${status}, and not from AegisPay.`, {
    ...{ status, problem, retryable: isRetryableStatus(status), retryAfterMs: retryAfterIn(headers) },
    outcomeUnknown: mayHaveTakenEffect(status, code)
  })
}

function problemIn(text: string): Problem | null {
  try {
    const problem = JSON.parse(text) as Partial<Problem> | null
    return typeof problem?.code === 'string' ? (problem as Problem) : null
  } catch {
    return null
  }
}

/** Of both forms that the header may have (RFC 9110, section 10.2.3). */
function retryAfterIn(headers: Headers): number | null {
  const value = headers.get('retry-after')
  if (value === null) return null
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}

/** What came of a request that was not answered, or not wholly. */
export function failureOf(
  error: unknown,
  { signal, timeout }: { readonly signal: AbortSignal | undefined; readonly timeout: AbortSignal }
): AegisPayError {
  if (error instanceof AegisPayError) return error
  const unknown = { outcomeUnknown: true, cause: error }
  if (signal?.aborted === true) return new AegisPayError('aborted', 'The caller has ended the call.', unknown)
  if (timeout.aborted)
    return new AegisPayError('timeout', 'There was no answer in time.', { retryable: true, ...unknown })
  return new AegisPayError('connection_failed', 'The connection broke, or there was none.', {
    ...{ retryable: true, ...unknown }
  })
}
