import { beforeEach, expect, test } from '@jest/globals'
import { Pace } from '../../../../../src/processors/gateway/resilience/pace.ts'
import { Machine } from '../../../../simulation/machine.ts'
import { Scheduler } from '../../../../simulation/scheduler.ts'

const PATIENCE_MS = 30_000

let scheduler: Scheduler
let pace: Pace
/** When each turn came, in milliseconds. */
let turns: number[]

const startPace = (callsPerSecond: number | null): void => {
  scheduler = new Scheduler()
  pace = new Pace(callsPerSecond, new Machine('one', scheduler).clock)
  turns = []
}

/** Asks for a turn. @returns whether it was refused at once */
async function ask(patienceMs = PATIENCE_MS): Promise<void> {
  if (await pace.turn(patienceMs)) turns.push(scheduler.time)
}

beforeEach(() => startPace(null))

test('without a limit every turn comes at once', async () => {
  await Promise.all([ask(), ask(), ask()])
  expect(turns).toEqual([0, 0, 0])
})

test('no second has more calls than agreed', async () => {
  startPace(4)
  for (let i = 0; i < 9; i++) void ask()
  await scheduler.run(10_000)
  expect(turns).toEqual([0, 250, 500, 750, 1_000, 1_250, 1_500, 1_750, 2_000])
})

test('what was not used is not saved up', async () => {
  startPace(2)
  await ask()
  await scheduler.run(60_000)
  for (let i = 0; i < 3; i++) void ask()
  await scheduler.run(10_000)
  expect(turns).toEqual([0, 60_000, 60_500, 61_000])
})

test('while the gateway rests, calls wait', async () => {
  pace.rest(3_000)
  void ask()
  void ask()
  await scheduler.run(2_999)
  expect(turns).toEqual([])
  await scheduler.run(10_000)
  expect(turns).toEqual([3_000, 3_000])
})

test('those that wait already wait on when the gateway asks for a longer rest', async () => {
  startPace(1)
  for (let i = 0; i < 3; i++) void ask()
  await scheduler.run(500)
  pace.rest(5_000)
  pace.rest(1_000)
  await scheduler.run(20_000)
  expect(turns.slice(0, 2)).toEqual([0, 5_500])
  expect(turns).toHaveLength(3)
  expect(turns[2]! - turns[1]!).toBeGreaterThanOrEqual(1_000)
})

test('a call that cannot wait so long is told at once', async () => {
  pace.rest(5_000)
  expect(pace.hasTurnWithin(4_999)).toBe(false)
  expect(pace.hasTurnWithin(5_000)).toBe(true)
  expect(await pace.turn(4_999)).toBe(false)
  expect(scheduler.time).toBe(0)
})

test('one that was told so takes no turn from those that can wait', async () => {
  startPace(1)
  await ask()
  expect(await pace.turn(500)).toBe(false)
  void ask()
  await scheduler.run(5_000)
  expect(turns).toEqual([0, 1_000])
})

test('a rest for a day is cut short', () => {
  pace.rest(24 * 60 * 60 * 1_000)
  expect(pace.hasTurnWithin(10 * 60 * 1_000)).toBe(true)
})

test('who stops waits no longer', async () => {
  pace.rest(60_000)
  let isStopping = false
  const turn = pace.turn(PATIENCE_MS * 10, () => isStopping)
  await scheduler.run(1_000)
  isStopping = true
  await scheduler.run(100)
  await expect(turn).resolves.toBe(true)
})
