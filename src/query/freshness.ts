import { systemClock, type Clock } from '../platform/clock.ts'
import type { Freshness } from '../platform/http/freshness.ts'
import { repeat } from '../platform/repeat.ts'
import type { ViewFreshness } from '../projections/freshness.ts'

/** How long what is known may be out of date: it is added to what answers say, never left out. */
const INTERVAL_MS = 500

/** How fresh each view is, read now and then and kept, so that no request asks for it. */
export class FreshnessTable {
  readonly #clock: Clock
  readonly #stop: () => void
  /** By view. */
  #known: ReadonlyMap<string, Freshness> = new Map()
  /** Of the lists of views that were asked for since it was read, which routes hold, the oldest. */
  #oldest = new WeakMap<readonly string[], Freshness>()
  /** When it was read, by a clock that nobody sets. */
  #readAt = 0

  /** @param failed told when it cannot be read; what was known holds on and grows old */
  constructor(
    read: () => Promise<readonly ViewFreshness[]>,
    failed: (error: unknown) => void,
    clock = systemClock
  ) {
    this.#clock = clock
    this.#stop = repeat(INTERVAL_MS, () => this.#refresh(read), failed, clock)
  }

  /**
   * Of what is made of all of the views, at least one.
   * @returns null while it is not known of one of them
   */
  of(views: readonly string[]): Freshness | null {
    const oldest = this.#oldest.get(views) ?? this.#findOldest(views)
    if (oldest === null) return null
    const sinceRead = this.#clock.monotonic() - this.#readAt
    return { asOf: oldest.asOf, lagMs: Math.max(0, oldest.lagMs + sinceRead) }
  }

  #findOldest(views: readonly string[]): Freshness | null {
    const known = views.flatMap(view => this.#known.get(view) ?? [])
    if (known.length < views.length) return null
    const oldest = known.reduce((a, b) => (a.lagMs > b.lagMs ? a : b))
    this.#oldest.set(views, oldest)
    return oldest
  }

  async #refresh(read: () => Promise<readonly ViewFreshness[]>): Promise<void> {
    const began = this.#clock.monotonic()
    const views = await read()
    this.#readAt = began
    this.#known = new Map(views.map(({ view, asOf, ageMs }) => [view, { asOf, lagMs: ageMs }]))
    this.#oldest = new WeakMap()
  }

  stop(): void {
    this.#stop()
  }
}
