// Parameters as Stripe takes them: forms and queries, with brackets for what is within.
import { invalidRequest } from './api-error.ts'

const METADATA = /^metadata\[([^[\]]{1,40})\]$/

/** What was sent, each name once, and none that the route does not know. */
export class Form {
  readonly #values = new Map<string, string>()

  /**
   * @param names those that the route knows; `metadata` lets all of its entries in
   * @throws ApiError for a name that the route does not know, or that is there twice
   */
  constructor(encoded: string, names: readonly string[]) {
    for (const [name, value] of new URLSearchParams(encoded)) {
      const isKnown = names.includes(name) || (names.includes('metadata') && METADATA.test(name))
      if (!isKnown || this.#values.has(name)) {
        const code = 'parameter_unknown'
        throw invalidRequest(`Received unknown parameter: ${name}`, { code, param: name })
      }
      this.#values.set(name, value)
    }
  }

  get(name: string): string | null {
    return this.#values.get(name) ?? null
  }

  /** @throws ApiError when it is not there */
  needed(name: string): string {
    const value = this.get(name)
    if (value === null || value === '') {
      const code = 'parameter_missing'
      throw invalidRequest(`Missing required param: ${name}.`, { code, param: name })
    }
    return value
  }

  /** @throws ApiError for what is no whole number above 0 */
  count(name: string): number | null {
    const value = this.get(name)
    if (value === null) return null
    if (!/^[1-9]\d{0,14}$/.test(value)) {
      const code = 'parameter_invalid_integer'
      throw invalidRequest(`Invalid positive integer: ${name}`, { code, param: name })
    }
    return Number(value)
  }

  metadata(): Record<string, string> {
    const entries = [...this.#values].flatMap(([name, value]) => {
      const key = METADATA.exec(name)?.[1]
      return key === undefined ? [] : [[key, value] as const]
    })
    return Object.fromEntries(entries)
  }

  /** Equal for equal parameters, in whatever order. */
  get fingerprint(): string {
    return JSON.stringify([...this.#values].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}
