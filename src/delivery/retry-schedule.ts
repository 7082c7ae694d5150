/** The largest part of a pause that is added to it at random, so that what failed together does not come back together. */
const JITTER = 0.2
/** Milliseconds that a receiver may ask to be left alone: what it asks beyond that would outlast the schedule. */
const LONGEST_REQUEST_MS = 24 * 60 * 60 * 1000

/**
 * Milliseconds until the next attempt; null when there is none.
 *
 * @param pausesMs after the first failed attempt, the second, …
 * @param failed attempts so far, from 1
 * @param retryAfterMs what the receiver asked for
 * @param draw from 0 to 1
 */
export function pauseAfter(
  pausesMs: readonly number[],
  failed: number,
  retryAfterMs: number | null,
  draw = Math.random()
): number | null {
  const pause = pausesMs[failed - 1]
  if (pause === undefined) return null
  return Math.max(pause * (1 + JITTER * draw), Math.min(retryAfterMs ?? 0, LONGEST_REQUEST_MS))
}
