// Latencies as counts by bin. Bins are those of DDSketch (Masson, Rim, Lee: DDSketch, VLDB 2019), whose borders grow by a
// constant factor, so that a quantile that is read off them is at most RELATIVE_ERROR away from the true one, however many
// sketches were added up. They are kept as plain counts, not in the library's own format, whose bytes depend on the order in
// which values came: counts are the same whatever the order, and the database can add them up.
import { DDSketch } from '@datadog/sketches-js'

export const RELATIVE_ERROR = 0.01

/** How many values lie in each bin, by its number. */
export type Bins = Readonly<Record<string, number>>

export interface Quantiles {
  readonly count: number
  /** Milliseconds within which half of them ended; null without any. */
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

const newSketch = () => new DDSketch({ relativeAccuracy: RELATIVE_ERROR })
const { mapping } = newSketch()

/** @param ms not below 0; what took less than a millisecond counts as one */
export const binOf = (ms: number): number => mapping.key(Math.max(1, ms))

export function quantilesOf(bins: Bins): Quantiles {
  const sketch = newSketch()
  for (const [bin, count] of Object.entries(bins)) sketch.accept(mapping.value(Number(bin)), count)
  const at = (quantile: number) => (sketch.count === 0 ? null : round(sketch.getValueAtQuantile(quantile)))
  return { count: sketch.count, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99) }
}

/** Microseconds are finer than anything that is known. */
const round = (ms: number): number => Math.round(ms * 1000) / 1000
