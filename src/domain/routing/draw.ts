// Draws that follow from what they are for: the same decision is made again by whoever makes it again.

/**
 * A number in (0, 1) that follows from a text: FNV-1a over its characters, then mixed, since texts that differ in their
 * last character alone would otherwise give numbers that lie close together.
 *
 * Sources: G. Fowler, L. C. Noll, K.-P. Vo, "FNV Non-Cryptographic Hash" (IETF draft); A. Appleby, MurmurHash3 (the
 * finalizer fmix32), both in the public domain.
 */
export function uniform(seed: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 2 ** 32
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
  let winner = -1
  let first = Infinity
  for (const [i, probability] of probabilities.entries()) {
    if (probability <= 0) continue
    const time = -Math.log(uniform(`${seed}/${names[i]}`)) / probability
    if (time >= first) continue
    first = time
    winner = i
  }
  return winner
}
