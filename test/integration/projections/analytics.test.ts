// The figures on real tables, of payments that were begun at times of the test's choice.
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { Owner } from '../../../dev/payment-owner.ts'
import { analyticsView } from '../../../src/projections/analytics/index.ts'
import { paymentFigures, wholePeriod, type Grain } from '../../../src/projections/analytics/queries.ts'
import { inTransaction } from '../../../src/platform/postgres.ts'
import { initiate } from './commands.ts'
import { storedEvents } from './stored-events.ts'
import { createTables, type Tables } from './tables.ts'

jest.setTimeout(60_000)

const HOUR = 3_600_000
const FIRST = Date.UTC(2026, 0, 1)
const HOURS = 4 * 24

let tables: Tables

/** One begins in the last millisecond of each hour; by its amount it is told which of them were counted. */
const payments = Array.from({ length: HOURS }, (_, hour) => ({
  at: FIRST + (hour + 1) * HOUR - 1,
  amount: 1000 + hour ** 2
}))

beforeAll(async () => {
  tables = await createTables()
  // Of several partitions, so that what is told of an hour has to be added up.
  for (const [hour, { at, amount }] of payments.entries()) {
    const begun = new Owner(() => at).command(initiate(`hour-${hour}`, { amount }))
    await inTransaction(tables.pool, db => analyticsView.apply(db, storedEvents([begun], hour % 3)))
  }
})

const instant = (hour: number) => new Date(FIRST + hour * HOUR)

async function counted(from: number, to: number, by: readonly Grain[]) {
  const period = wholePeriod(instant(from), instant(to), by[0] ?? 'hour')
  const { data } = await paymentFigures(tables.reads, 'm1', { period, by, filters: {}, limit: 1000 })
  return data.map(({ of, sums: { initiated } }) => ({ ...of, ...initiated }))
}

const within = (from: number, to: number) => {
  const there = payments.filter(({ at }) => at >= instant(from).getTime() && at < instant(to).getTime())
  return { count: there.length, amount: there.reduce((sum, { amount }) => sum + amount, 0) }
}

describe('the figures of a period', () => {
  test.each([
    ['of one hour', 5, 6],
    ['within a day', 5, 9],
    ['over a midnight', 20, 28],
    ['of one whole day', 24, 48],
    ['from within a day to the end of the next', 20, 48],
    ['from the beginning of a day into the next', 24, 53],
    ['from within a day to within another', 7, 80]
  ])('%s are of all that happened in it and of nothing else', async (_, from, to) => {
    expect(await counted(from, to, [])).toEqual([{ currency: 'EUR', ...within(from, to) }])
  })

  test('by the hour are each of its own', async () => {
    expect(await counted(20, 28, ['hour'])).toEqual(
      Array.from({ length: 8 }, (_, i) => ({
        ...{ hour: instant(20 + i).toISOString(), currency: 'EUR' },
        ...within(20 + i, 21 + i)
      }))
    )
  })

  test('by the day are of whole days', async () => {
    expect(await counted(30, 50, ['day'])).toEqual(
      [24, 48].map(begin => ({
        ...{ day: instant(begin).toISOString(), currency: 'EUR' },
        ...within(begin, begin + 24)
      }))
    )
  })
})
