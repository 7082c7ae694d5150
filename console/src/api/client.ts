// Every request of the console goes through here: with the key, in the name of the merchant that was chosen.
import createClient, { type Client } from 'openapi-fetch'
import { ProblemError } from './problem.ts'
import type { paths } from './schema.d.ts'

export interface Access {
  readonly apiKey: string
  /** Null with a merchant's own key, and where no merchant is meant. */
  readonly merchantId: string | null
}

/** Milliseconds after which an answer is not waited for. The API itself waits at most 10 s. */
const PATIENCE_MS = 30_000

const POSITION = 'AegisPay-Position'
const PAYMENT = /^\/v1\/payments\/(pay_[a-z2-7]{32})/

/** Of each payment the last thing that was done here, so that the next read shows it. */
const positions = new Map<string, string>()

export type Api = Client<paths>

export function connect({ apiKey, merchantId }: Access): Api {
  const api = createClient<paths>({ baseUrl: globalThis.location.origin, fetch: asked })
  api.use({
    onRequest({ request }) {
      request.headers.set('authorization', `Bearer ${apiKey}`)
      if (merchantId !== null) request.headers.set('AegisPay-Merchant', merchantId)
      const position = positions.get(paymentIn(request.url))
      if (request.method === 'GET' && position !== undefined) request.headers.set(POSITION, position)
      return request
    },
    onResponse({ request, response }) {
      const payment = paymentIn(request.url)
      const position = response.headers.get(POSITION)
      if (request.method !== 'GET' && position !== null) positions.set(payment, position)
      // Whoever reads again need not wait for it.
      if (request.method === 'GET') positions.delete(payment)
    }
  })
  return api
}

const paymentIn = (url: string): string => PAYMENT.exec(new URL(url).pathname)?.[1] ?? ''

async function asked(request: Request): Promise<Response> {
  try {
    return await fetch(request, {
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(PATIENCE_MS)])
    })
  } catch (error) {
    if (request.signal.aborted) throw error
    throw ProblemError.unreachable(request.method)
  }
}

interface Answered<T> {
  readonly data?: T
  readonly error?: unknown
  readonly response: Response
}

/**
 * What the API answered with.
 * @throws ProblemError where it did not do what it was asked for
 */
export async function answer<T>(asking: Promise<Answered<T>>): Promise<T> {
  return (await answerWithHeaders(asking)).data
}

/** @throws ProblemError where it did not do what it was asked for */
export async function answerWithHeaders<T>(
  asking: Promise<Answered<T>>
): Promise<{ readonly data: T; readonly headers: Headers }> {
  const { data, error, response } = await asking
  if (!response.ok) {
    const problem = typeof error === 'object' && error !== null ? error : {}
    throw new ProblemError(problem, response.status, response.headers.get('x-correlation-id'))
  }
  return { data: data as T, headers: response.headers }
}
