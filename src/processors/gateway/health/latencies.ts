/** Each bucket reaches this much further than the one before it, so that a quantile is off by a twelfth at most. */
const GROWTH = 1.16
/** The last one holds everything above two minutes, which no call takes. */
const BUCKETS = 80

/** How long things took, in buckets that grow: bounded, quick to count in and to add up, and as exact as anyone needs. */
export class Latencies {
  readonly #counts = new Uint32Array(BUCKETS)

  /** @param ms milliseconds */
  add(ms: number): void {
    const bucket = ms <= 1 ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(ms) / Math.log(GROWTH)))
    this.#counts[bucket]!++
  }

  addAll(others: Latencies): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.#counts[bucket]! += others.#counts[bucket]!
  }

  /**
   * Milliseconds within which that share has ended, from the middle of its bucket; null when there was nothing.
   * @param share 0 to 1
   */
  quantile(share: number): number | null {
    const total = this.#counts.reduce((sum, count) => sum + count, 0)
    if (total === 0) return null
    let seen = 0
    const bucket = this.#counts.findIndex(count => (seen += count) >= share * total)
    return bucket === 0 ? 1 : Math.round(GROWTH ** (bucket - 0.5))
  }
}
