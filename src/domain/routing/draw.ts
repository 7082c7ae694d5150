// Draws that follow from what they are for: the same decision is made again by whoever makes it again.
import { fnv1a } from '../fnv.ts'

/** A number in (0, 1) that follows from a text. */
export const uniform = (seed: string): number => spread(fnv1a(seed))

/**
 * Hashes of texts that differ in their last character alone lie close together, and are far apart when mixed.
 *
 * Source: A. Appleby, MurmurHash3 (the finalizer fmix32), in the public domain.
 */
function spread(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (((mixed ^ (mixed >>> 16)) >>> 0) + 0.5) / 2 ** 32
}

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
