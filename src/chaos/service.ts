// The installation under test, by its API alone.
import type { DisturbedProfile } from './sandbox.ts'

/** As `npm start` and `aegispay seed --demo` write it. */
export interface Keys {
  readonly apiKey: string
  readonly adminKey: string
}

export interface Asked {
  /** Null where there was no answer in time. */
  readonly status: number | null
  readonly id: string | null
  /** Milliseconds. */
  readonly tookMs: number
}

export interface Terms {
  readonly amount: number
  readonly currency: string
  readonly token: string
}

const ANSWER_MS = 30_000

export class Service {
  readonly #url: string
  readonly #keys: Keys

  constructor(url: string, keys: Keys) {
    this.#url = url
    this.#keys = keys
  }

  /** Begins a payment and waits for its answer. */
  async pay(key: string, { amount, currency, token }: Terms): Promise<Asked> {
    const began = performance.now()
    const response = await this.#fetch('/v1/payments', this.#keys.apiKey, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({
        ...{ amount, currency, capture: 'automatic' },
        // One each, so that no rule about busy customers holds them up.
        customer: { id: key, country: 'DE' },
        paymentMethod: { type: 'card', token }
      })
    }).catch(() => null)
    const body = (await response?.json().catch(() => null)) as { id?: string } | null
    const tookMs = performance.now() - began
    return { status: response?.status ?? null, id: body?.id ?? null, tookMs }
  }

  /** The payment's status; null while it cannot be told. */
  async statusOf(id: string): Promise<string | null> {
    const response = await this.#fetch(`/v1/payments/${id}`, this.#keys.apiKey).catch(() => null)
    if (response?.ok !== true) return null
    return ((await response.json()) as { status: string }).status
  }

  async profiles(): Promise<readonly DisturbedProfile[]> {
    const response = await this.#fetch('/v1/admin/gateway-profiles', this.#keys.adminKey)
    if (!response.ok) throw new Error(`${this.#url} answered ${response.status} when asked for its gateways`)
    const { data } = (await response.json()) as { data: readonly DisturbedProfile[] }
    return data
  }

  #fetch(path: string, key: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${key}`)
    return fetch(`${this.#url}${path}`, { ...init, headers, signal: AbortSignal.timeout(ANSWER_MS) })
  }
}
