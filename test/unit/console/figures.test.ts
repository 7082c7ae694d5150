import { expect, test } from '@jest/globals'
import { ratesOf } from '../../../console/src/pages/overview/rates.ts'
import { ceilingOf, linePath } from '../../../console/src/ui/charts/series.ts'

test('tells payments per second from the growth of their number, and skips where the count began anew', () => {
  const readings = [
    { at: 0, count: 100 },
    { at: 5_000, count: 150 },
    { at: 10_000, count: 20 },
    { at: 15_000, count: 30 }
  ]
  expect(ratesOf(readings)).toEqual([10, 2])
  expect(ratesOf(readings.slice(0, 1))).toEqual([])
})

test.each([
  [0, 1],
  [0.3, 0.5],
  [1, 1],
  [7, 10],
  [12, 20],
  [999, 1000]
])('ends the axis of %f at %f', (value, ceiling) => {
  expect(ceilingOf(value)).toBeCloseTo(ceiling)
})

test('breaks a line off where there is no value', () => {
  expect(linePath([0, 10, null, 5, 10], 10)).toBe('M0 100L25 0M75 50L100 0')
})
