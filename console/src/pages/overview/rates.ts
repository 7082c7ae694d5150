/** How many there had been at a time. */
export interface Reading {
  /** Epoch milliseconds. */
  readonly at: number
  readonly count: number
}

/** Per second, between each reading and the one before; none where the count began anew. */
export const ratesOf = (readings: readonly Reading[]): number[] =>
  readings.slice(1).flatMap(({ at, count }, i) => {
    const before = readings[i]!
    return at > before.at && count >= before.count ? [((count - before.count) * 1000) / (at - before.at)] : []
  })
