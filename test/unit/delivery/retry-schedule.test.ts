import { expect, test } from '@jest/globals'
import { pauseAfter } from '../../../src/delivery/retry-schedule.ts'
import { settingsTable } from '../../../src/platform/config/settings.ts'

const HOUR = 3_600_000
const pauses = settingsTable.webhooks.retryMs.default.split(',').map(Number)

test('ten attempts come to more than 75 hours', () => {
  const waits = pauses.map((_, i) => pauseAfter(pauses, i + 1, null, 0)!)
  expect(waits.slice(0, 3)).toEqual([5_000, 300_000, 1_800_000])
  expect(waits.length).toBe(9)
  expect(waits.reduce((sum, wait) => sum + wait)).toBeGreaterThan(75 * HOUR)
  expect(pauseAfter(pauses, 10, null, 0)).toBeNull()
})

test('an endpoint pauses itself before its webhooks have had their last attempt', () => {
  expect(Number(settingsTable.webhooks.pauseAfterMs.default)).toBeLessThan(75 * HOUR)
})

test('up to a fifth is added at random, and nothing taken away', () => {
  expect(pauseAfter([1000], 1, null, 0)).toBe(1000)
  expect(pauseAfter([1000], 1, null, 1)).toBe(1200)
})

test('a receiver gets the longer of its wish and the pause, and no more than a day', () => {
  expect(pauseAfter([1000], 1, 5000, 0)).toBe(5000)
  expect(pauseAfter([1000], 1, 10, 0)).toBe(1000)
  expect(pauseAfter([1000], 1, 1000 * HOUR, 0)).toBe(24 * HOUR)
})
