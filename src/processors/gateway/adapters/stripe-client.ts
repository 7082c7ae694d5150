// Stripe's SDK on connections of ours.
import Stripe from 'stripe'
import type { Exchange, HttpConnections } from './http-exchange.ts'

/** A request that has no answer. What is known of it is not to be read off codes of errors. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError'
  readonly exchange: Exclude<Exchange, { ending: 'ANSWERED' }>

  constructor(exchange: Exclude<Exchange, { ending: 'ANSWERED' }>) {
    super(exchange.message)
    this.exchange = exchange
  }
}

/**
 * The SDK with a client of HTTP that makes every request once. Its own client repeats one whose connection was closed,
 * retries switched off or not, and tells neither what had been sent nor bounds the whole of a call.
 *
 * @param apiKey secret; it stands in no log, no error and no answer of the SDK
 */
export const openStripe = (apiKey: string, connections: HttpConnections): Stripe =>
  new Stripe(apiKey, {
    httpClient: new OnceClient(connections),
    maxNetworkRetries: 0,
    telemetry: false
  })

/** Of the headers of Stripe's answers the only one that is handed on, with errors; read already. */
export const RETRY_AFTER_MS = 'aegispay-retry-after-ms'

class OnceClient extends Stripe.HttpClient {
  readonly #connections: HttpConnections

  constructor(connections: HttpConnections) {
    super()
    this.#connections = connections
  }

  override getClientName(): string {
    return 'aegispay'
  }

  /** Host, port and scheme are those of the profile, which the connections lead to. */
  override async makeRequest(
    _host: string,
    _port: string,
    path: string,
    method: string,
    headers: Readonly<Record<string, unknown>>,
    body: string,
    _protocol: string,
    timeoutMs: number
  ): Promise<Answer> {
    const exchange = await this.#connections.exchange({
      method: method === 'POST' ? 'POST' : 'GET',
      path,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      body: method === 'POST' ? body : null,
      timeoutMs
    })
    if (exchange.ending !== 'ANSWERED') throw new UnansweredError(exchange)
    return new Answer(exchange)
  }
}

class Answer extends Stripe.HttpClientResponse {
  readonly #body: string

  constructor({ status, body, retryAfterMs }: Extract<Exchange, { ending: 'ANSWERED' }>) {
    super(status, retryAfterMs === undefined ? {} : { [RETRY_AFTER_MS]: String(retryAfterMs) })
    this.#body = body
  }

  override getRawResponse(): { readonly statusCode: number } {
    return { statusCode: this.getStatusCode() }
  }

  override toJSON(): Promise<unknown> {
    return new Promise(resolve => resolve(this._parseResponseBody(this.#body)))
  }
}
