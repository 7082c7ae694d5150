import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  binOf,
  quantilesOf,
  RELATIVE_ERROR,
  type Bins
} from '../../../../src/projections/analytics/sketch.ts'

const binsOf = (latencies: readonly number[]): Bins => {
  const bins: Record<string, number> = {}
  for (const ms of latencies) bins[binOf(ms)] = (bins[binOf(ms)] ?? 0) + 1
  return bins
}

const added = (all: readonly Bins[]): Bins => {
  const bins: Record<string, number> = {}
  for (const part of all)
    for (const [bin, count] of Object.entries(part)) bins[bin] = (bins[bin] ?? 0) + count
  return bins
}

/** The value of which as many are below as the quantile says. */
const exact = (sorted: readonly number[], quantile: number) =>
  sorted[Math.floor(quantile * (sorted.length - 1))]!

/** From a millisecond to a month, as often small as large. */
const latency = fc
  .double({ min: 0, max: Math.log(30 * 86_400_000), noNaN: true })
  .map(log => Math.round(Math.exp(log)))

test('quantiles of sketches that were added up are within the stated error of the exact ones', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(latency, { minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 8 }),
      parts => {
        const sorted = parts.flat().sort((a, b) => a - b)
        const { count, p50Ms, p95Ms, p99Ms } = quantilesOf(added(parts.map(binsOf)))
        expect(count).toBe(sorted.length)
        for (const [quantile, found] of [
          [0.5, p50Ms],
          [0.95, p95Ms],
          [0.99, p99Ms]
        ] as const) {
          const truth = exact(sorted, quantile)
          // Shown to the microsecond.
          expect(Math.abs(found! - truth)).toBeLessThanOrEqual(truth * RELATIVE_ERROR + 0.001)
        }
      }
    ),
    { seed: 12, numRuns: 300 }
  )
})

test('what took no time counts as a millisecond, and nothing has no quantiles', () => {
  expect(quantilesOf(binsOf([0, 1])).p50Ms).toBeCloseTo(1, 1)
  expect(quantilesOf({})).toEqual({ count: 0, p50Ms: null, p95Ms: null, p99Ms: null })
})
