// How likely each of several is the best, when each is known only roughly.

/** A value that is known up to a normal error. */
export interface Guess {
  readonly mean: number
  readonly spread: number
}

/** Where the integrals are taken: the midpoints of as many equally likely stretches of a normal variate. */
const NODES = 16
const nodes = Float64Array.from({ length: NODES }, (_, i) => quantile((i + 0.5) / NODES))
/** Below it a value is as good as known; it keeps divisions by zero out. */
const LEAST_SPREAD = 1e-6

/** Beyond it the distribution function is as good as 0 or 1. */
const EDGE = 6
const STEPS_PER_UNIT = 128
/** Looked up instead of computed: a choice among ten takes over a thousand of its values. */
const table = Float64Array.from({ length: 2 * EDGE * STEPS_PER_UNIT + 1 }, (_, i) =>
  normal(i / STEPS_PER_UNIT - EDGE)
)

/**
 * The probability of each to be the greatest. To choose each as often as that is what Thompson sampling does; to compute
 * it and to draw once, instead of drawing every value, leaves the probability of what was drawn known, and exactly so.
 *
 * Sources: W. R. Thompson, "On the likelihood that one unknown probability exceeds another", Biometrika 1933; the means
 * and spreads stand for Beta posteriors by matched moments.
 *
 * @returns positive, of sum 1, in the order given
 */
export function likelyBest(guesses: readonly Guess[]): number[] {
  const means = Float64Array.from(guesses, ({ mean }) => mean)
  const spreads = Float64Array.from(guesses, ({ spread }) => Math.max(spread, LEAST_SPREAD))
  const chances = guesses.map((_, i) => chanceOf(i, means, spreads))
  const whole = chances.reduce((sum, chance) => sum + chance, 0)
  return chances.map(chance => chance / whole)
}

/** In proportion to the probability that no other is above the i-th. */
function chanceOf(i: number, means: Float64Array, spreads: Float64Array): number {
  let sum = 0
  for (const node of nodes) {
    const value = means[i]! + spreads[i]! * node
    let chance = 1
    for (let j = 0; j < means.length && chance > 0; j++)
      if (j !== i) chance *= tabled((value - means[j]!) / spreads[j]!)
    sum += chance
  }
  return sum
}

function tabled(x: number): number {
  const step = Math.round((x + EDGE) * STEPS_PER_UNIT)
  return step <= 0 ? 0 : step >= table.length ? 1 : table[step]!
}

/**
 * The normal distribution function, to 7.5e-8.
 * Source: M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions", 26.2.17.
 */
function normal(x: number): number {
  const z = Math.abs(x)
  if (z > 8) return x > 0 ? 1 : 0
  const t = 1 / (1 + 0.2316419 * z)
  const polynomial =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial
  return x > 0 ? 1 - tail : tail
}

/** The inverse of `normal`, by halving. */
function quantile(probability: number): number {
  let [low, high] = [-8, 8]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (normal(middle) < probability) low = middle
    else high = middle
  }
  return (low + high) / 2
}
