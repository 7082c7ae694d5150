/** Draws that depend on a seed and nothing else. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /**
   * From 0, below 1.
   *
   * Source: Tommy Ettinger's mulberry32.
   */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** A whole number, from the first through the second. */
  between(from: number, through: number): number {
    return from + Math.floor(this.next() * (through - from + 1))
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.next() * from.length)]!
  }

  /** Picks by shares, which need not come to 1. */
  weighted<const T extends string>(shares: Readonly<Record<T, number>>): T {
    const entries = Object.entries(shares) as [T, number][]
    let left = this.next() * entries.reduce((sum, [, share]) => sum + share, 0)
    for (const [name, share] of entries) if ((left -= share) < 0) return name
    return entries.at(-1)![0]
  }
}
