import type { Ask } from './ask.ts'
import type { CallOptions } from './options.ts'
import { List, type Page } from './pages.ts'
import type { Query } from './transport.ts'
import type {
  IssuedWebhookEndpoint,
  RotationOfWebhookSecret,
  WebhookDelivery,
  WebhookDeliveryDetails,
  WebhookDeliveryQuery,
  WebhookEndpoint,
  WebhookEndpointChange,
  WebhookEndpointToMake,
  WebhookTest
} from './wire.ts'

/** Where webhooks go, and what became of them. Everything throws an AegisPayError when it fails. */
export class WebhookEndpoints {
  readonly #ask: Ask

  constructor(ask: Ask) {
    this.#ask = ask
  }

  /** The answer holds the secret, this once. No idempotency key stands for it: after a failure look at the list. */
  create(endpoint: WebhookEndpointToMake, options?: CallOptions): Promise<IssuedWebhookEndpoint> {
    return this.#ask({ method: 'POST', path: 'v1/webhook-endpoints', body: endpoint }, options)
  }

  /** The newest first. */
  list(options?: CallOptions): List<WebhookEndpoint> {
    return this.#list('v1/webhook-endpoints', {}, options)
  }

  get(id: string, options?: CallOptions): Promise<WebhookEndpoint> {
    return this.#ask({ method: 'GET', path: pathOf(id) }, options)
  }

  /** Changes what is given; pauses it and enables it again. */
  change(id: string, change: WebhookEndpointChange, options?: CallOptions): Promise<WebhookEndpoint> {
    return this.#ask({ method: 'PATCH', path: pathOf(id), body: change }, options)
  }

  /** With its deliveries. */
  async delete(id: string, options?: CallOptions): Promise<void> {
    await this.#ask({ method: 'DELETE', path: pathOf(id) }, options)
  }

  /** For `overlapSeconds`, a day unless given, both secrets sign. */
  rotateSecret(
    id: string,
    rotation: RotationOfWebhookSecret = {},
    options?: CallOptions
  ): Promise<IssuedWebhookEndpoint> {
    return this.#ask({ method: 'POST', path: `${pathOf(id)}/secret/rotate`, body: rotation }, options)
  }

  /** Sends `webhook.test` now, and answers with what came of it. */
  test(id: string, options?: CallOptions): Promise<WebhookTest> {
    return this.#ask({ method: 'POST', path: `${pathOf(id)}/test` }, options)
  }

  /**
   * Sends again what happened within a time, of each payment in order.
   * @returns how many webhooks that are
   */
  async redeliverRange(
    id: string,
    range: { readonly from: Date; readonly to: Date },
    options?: CallOptions
  ): Promise<number> {
    const body = { from: range.from.toISOString(), to: range.to.toISOString() }
    const path = `${pathOf(id)}/redeliver`
    return (await this.#ask<{ count: number }>({ method: 'POST', path, body }, options)).count
  }

  /** What was sent, the newest first. */
  deliveries(
    filter: Omit<WebhookDeliveryQuery, 'limit' | 'cursor'> = {},
    options?: CallOptions
  ): List<WebhookDelivery> {
    return this.#list('v1/webhook-deliveries', { ...filter }, options)
  }

  /** With its body and its attempts. @param id the `webhook-id` */
  getDelivery(id: string, options?: CallOptions): Promise<WebhookDeliveryDetails> {
    return this.#ask({ method: 'GET', path: deliveryPathOf(id) }, options)
  }

  /** @param id the `webhook-id` */
  redeliver(id: string, options?: CallOptions): Promise<WebhookDelivery> {
    return this.#ask({ method: 'POST', path: `${deliveryPathOf(id)}/redeliver` }, options)
  }

  #list<T>(path: string, query: Query, options?: CallOptions): List<T> {
    return new List(cursor =>
      this.#ask<Page<T>>({ method: 'GET', path, query: { ...query, cursor } }, options)
    )
  }
}

const pathOf = (id: string): string => `v1/webhook-endpoints/${encodeURIComponent(id)}`
const deliveryPathOf = (id: string): string => `v1/webhook-deliveries/${encodeURIComponent(id)}`
