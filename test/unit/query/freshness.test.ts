import { expect, test } from '@jest/globals'
import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../../../src/platform/clock.ts'
import type { ViewFreshness } from '../../../src/projections/freshness.ts'
import { FreshnessTable } from '../../../src/query/freshness.ts'

/** A clock that the test moves, and what it has been asked to call. */
class ManualClock implements Clock {
  #time = 0
  #act: () => void = () => undefined

  now = () => this.#time
  monotonic = () => this.#time
  after = () => () => undefined
  soon = () => undefined
  every(_ms: number, act: () => void) {
    this.#act = act
    return () => undefined
  }

  pass(ms: number) {
    this.#time += ms
  }

  async tick() {
    this.#act()
    await turn()
  }
}

const asOf = new Date('2026-01-01T00:00:00Z')
const earlier = new Date('2025-12-31T23:59:59Z')
const views: ViewFreshness[] = [
  { view: 'payments', asOf, ageMs: 100 },
  { view: 'customers', asOf: earlier, ageMs: 1100 }
]

async function table(read: () => Promise<readonly ViewFreshness[]>) {
  const clock = new ManualClock()
  const failures: unknown[] = []
  const fresh = new FreshnessTable(read, error => failures.push(error), clock)
  await turn()
  return { clock, fresh, failures }
}

test('an answer is as old as the oldest view that it is made of', async () => {
  const { fresh } = await table(() => Promise.resolve(views))
  expect(fresh.of(['payments'])).toEqual({ asOf, lagMs: 100 })
  expect(fresh.of(['payments', 'customers'])).toEqual({ asOf: earlier, lagMs: 1100 })
})

test('of a view of which nothing is known nothing is said', async () => {
  const { fresh } = await table(() => Promise.resolve(views))
  expect(fresh.of(['payments', 'payment_events'])).toBeNull()
})

test('the lag grows while nothing new is heard, also where the database is out of reach', async () => {
  let isUp = true
  const { clock, fresh, failures } = await table(() =>
    isUp ? Promise.resolve(views) : Promise.reject(new Error('down'))
  )
  clock.pass(400)
  expect(fresh.of(['payments'])).toEqual({ asOf, lagMs: 500 })
  isUp = false
  await clock.tick()
  clock.pass(5000)
  expect(fresh.of(['payments'])).toEqual({ asOf, lagMs: 5500 })
  expect(failures).toHaveLength(1)
})

test('what a slow database says is counted as old as its answer may be', async () => {
  const answer = Promise.withResolvers<readonly ViewFreshness[]>()
  const { clock, fresh } = await table(() => answer.promise)
  clock.pass(2000)
  answer.resolve(views)
  await turn()
  expect(fresh.of(['payments'])).toEqual({ asOf, lagMs: 2100 })
})
