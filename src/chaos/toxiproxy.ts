// Cuts, by Toxiproxy's HTTP API, where it runs.

const ANSWER_MS = 2_000

export class Toxiproxy {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  /** Why a proxy cannot be cut; null when it can. */
  async obstacleTo(proxy: string): Promise<string | null> {
    const response = await this.#ask(proxy).catch(() => null)
    if (response === null) return `no Toxiproxy answers at ${this.#url}`
    return response.ok ? null : `Toxiproxy has no proxy ${proxy}`
  }

  async set(proxy: string, enabled: boolean): Promise<void> {
    const response = await this.#ask(proxy, { method: 'POST', body: JSON.stringify({ enabled }) })
    if (!response.ok) throw new Error(`Toxiproxy answered ${response.status} for ${proxy}`)
  }

  #ask(proxy: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.#url}/proxies/${proxy}`, { ...init, signal: AbortSignal.timeout(ANSWER_MS) })
  }
}
