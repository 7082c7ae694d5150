import { expect, test } from '@jest/globals'
import { drawOne, uniform } from '../../../../src/domain/routing/draw.ts'

test('numbers for texts that are almost alike are spread evenly, and independent of each other', () => {
  const CELLS = 16
  const counts = new Float64Array(CELLS * CELLS)
  const draws = 100_000
  for (let i = 0; i < draws; i++) {
    const x = Math.floor(uniform(`pay_${i}/0/a`) * CELLS)
    const y = Math.floor(uniform(`pay_${i}/0/b`) * CELLS)
    counts[x * CELLS + y]!++
  }
  const expected = draws / counts.length
  const chiSquared = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  // With 255 degrees of freedom 330 is passed by one of a thousand.
  expect(chiSquared).toBeLessThan(330)
})

test('each is drawn as often as its probability says', () => {
  const counts = [0, 0, 0, 0]
  for (let i = 0; i < 20_000; i++) counts[drawOne(['a', 'b', 'c', 'd'], [0.6, 0.3, 0, 0.1], `pay_${i}`)]!++
  const parts = counts.map(count => count / 20_000)
  expect(parts[2]).toBe(0)
  for (const [i, part] of [0.6, 0.3, 0, 0.1].entries()) expect(Math.abs(parts[i]! - part)).toBeLessThan(0.012)
})
