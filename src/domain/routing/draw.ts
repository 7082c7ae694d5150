// Draws that follow from what they are for: the same decision is made again by whoever makes it again.
import { fmix32, fnv1a } from '../hashes.ts'

/** A number in (0, 1) that follows from a text. */
export const uniform = (seed: string): number => spread(fnv1a(seed))

const spread = (hash: number): number => (fmix32(hash) + 0.5) / 2 ** 32

/**
 * Draws one of several by their probabilities. Each runs for a time of its own, and the first wins: so whoever drops out
 * changes the draw of no other, and what stays likely is drawn again.
 *
 * Source: P. S. Efraimidis, P. G. Spirakis, "Weighted random sampling with a reservoir", 2006: a minimum of exponential
 * variates picks each by its rate.
 *
 * @param probabilities not negative, at least one above 0; they need not sum to 1
 * @returns an index
 */
export function drawOne(names: readonly string[], probabilities: readonly number[], seed: string): number {
  const begun = fnv1a('/', fnv1a(seed))
  let winner = -1
  let first = Infinity
  for (const [i, probability] of probabilities.entries()) {
    if (probability <= 0) continue
    const time = -Math.log(spread(fnv1a(names[i]!, begun))) / probability
    if (time >= first) continue
    first = time
    winner = i
  }
  return winner
}
