import { beforeEach, describe, expect, test } from '@jest/globals'
import { sleep, type Clock } from '../../../../../src/platform/clock.ts'
import { Bulkhead } from '../../../../../src/processors/gateway/resilience/bulkhead.ts'
import { Machine } from '../../../../simulation/machine.ts'
import { Scheduler } from '../../../../simulation/scheduler.ts'

const PLACES = 2
const MAX_QUEUED = 10
const CALL_MS = 1_000

let scheduler: Scheduler
let clock: Clock
let bulkhead: Bulkhead
let ended: number[]

beforeEach(() => {
  scheduler = new Scheduler()
  clock = new Machine('one', scheduler).clock
  bulkhead = new Bulkhead({ places: PLACES, maxQueued: MAX_QUEUED }, clock)
  ended = []
})

function call(times = 1): void {
  for (let i = 0; i < times; i++)
    void bulkhead.run(() => sleep(clock, CALL_MS)).then(() => ended.push(scheduler.time))
}

test('makes so many calls at a time, in the order in which they came', async () => {
  call(5)
  await scheduler.run(500)
  expect([bulkhead.active, bulkhead.queued]).toEqual([2, 3])
  await scheduler.run(10_000)
  expect(ended).toEqual([1_000, 1_000, 2_000, 2_000, 3_000])
})

test('gives the place of a call that throws to the next', async () => {
  const failed = bulkhead.run(() => Promise.reject(new Error('no')))
  await expect(failed).rejects.toThrow('no')
  call(PLACES)
  await scheduler.run(CALL_MS)
  expect(ended).toHaveLength(PLACES)
})

describe('is full', () => {
  test('when the line is as long as it may be', async () => {
    call(PLACES + MAX_QUEUED - 1)
    await scheduler.run(0)
    expect(bulkhead.isFull(Infinity)).toBe(false)
    call()
    expect(bulkhead.isFull(Infinity)).toBe(true)
  })

  test('when a call would most likely not be begun in time', async () => {
    call(100)
    // Long enough for it to be known what calls take.
    await scheduler.run(45_000)
    expect(bulkhead.queued).toBe(8)
    expect(bulkhead.isFull(5_000)).toBe(false)
    expect(bulkhead.isFull(3_000)).toBe(true)
  })

  test('never for a short line, of which nothing can be foretold', async () => {
    call(99)
    await scheduler.run(48_500)
    expect(bulkhead.queued).toBeLessThan(PLACES)
    expect(bulkhead.isFull(0)).toBe(false)
  })
})
