import { expect, test } from '@jest/globals'
import { backoff, spacedBackoff } from '../../../../src/domain/payment/backoff.ts'

const waits = (nth: number) =>
  Array.from({ length: 1_000 }, (_, i) => backoff(nth, 1_000, 60_000, `pay_${i}`)).sort((a, b) => a - b)

test.each([
  [1, 1_000],
  [4, 8_000],
  [9, 60_000]
])('the wait before try %s is anything up to %s ms, evenly', (nth, greatest) => {
  const drawn = waits(nth)
  expect(drawn[0]).toBeGreaterThanOrEqual(1)
  expect(drawn.at(-1)).toBeLessThanOrEqual(greatest)
  for (const quantile of [0.1, 0.5, 0.9])
    expect(drawn[quantile * drawn.length]! / greatest).toBeCloseTo(quantile, 1)
})

test('the wait before a question is half of it at least', () => {
  const drawn = Array.from({ length: 1_000 }, (_, i) => spacedBackoff(2, 1_000, 60_000, `pay_${i}`))
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(1_000)
  expect(Math.max(...drawn)).toBeLessThanOrEqual(2_000)
})

test('the same wait is drawn by whoever draws it again', () => {
  expect(waits(3)).toEqual(waits(3))
})
