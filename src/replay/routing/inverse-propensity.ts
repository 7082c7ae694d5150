// What would have come of other choices, from what came of those that were made.

export interface Interval {
  readonly value: number
  /** In 95 of 100 cases the truth lies between these. */
  readonly low: number
  readonly high: number
}

/** Of a normal distribution: within so many deviations lie 95 %. */
const DEVIATIONS = 1.959964

/**
 * The self-normalized inverse propensity estimate of a mean. What was drawn with probability p and would have been drawn
 * with q counts q/p times, and the sum is divided by the weights rather than by their number: a little bias for much less
 * variance, and the estimate stays within what was seen.
 *
 * The interval is that of a ratio of means by the delta method. It holds for draws that are independent of each other given
 * what was known, and where each choice that could be made now could have been made then.
 *
 * Sources: A. Swaminathan, T. Joachims, "The Self-Normalized Estimator for Counterfactual Learning", NIPS 2015;
 * A. B. Owen, "Monte Carlo theory, methods and examples", 2013, eq. 9.9 (the variance) and 9.13 (the effective number).
 */
export class InversePropensity {
  #weights = 0
  #weighted = 0
  #squares = 0
  #squaresWeighted = 0
  #squaresSquared = 0

  /**
   * @param weight q/p, not negative
   * @param outcome what came of the choice
   */
  add(weight: number, outcome: number): void {
    const square = weight * weight
    this.#weights += weight
    this.#weighted += weight * outcome
    this.#squares += square
    this.#squaresWeighted += square * outcome
    this.#squaresSquared += square * outcome * outcome
  }

  /** How many draws of the other policy's own would have told as much. */
  get effective(): number {
    return this.#squares === 0 ? 0 : this.#weights ** 2 / this.#squares
  }

  /** Null while nothing that was drawn would have been drawn. */
  get mean(): Interval | null {
    if (this.#weights === 0) return null
    const value = this.#weighted / this.#weights
    const spread = this.#squaresSquared - 2 * value * this.#squaresWeighted + value * value * this.#squares
    const error = DEVIATIONS * (Math.sqrt(Math.max(0, spread)) / this.#weights)
    return { value, low: value - error, high: value + error }
  }
}
