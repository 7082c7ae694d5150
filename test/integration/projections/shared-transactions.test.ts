import { beforeAll, expect, test } from '@jest/globals'
import { OutOfStepError, readPosition } from '../../../src/projections/positions.ts'
import { SharedTransactions } from '../../../src/projections/shared-transactions.ts'
import type { View } from '../../../src/projections/view.ts'
import { createTables, type Tables } from './tables.ts'

let tables: Tables
beforeAll(async () => {
  tables = await createTables()
  await tables.pool.query('CREATE TABLE told (word text NOT NULL)')
})

const FORBIDDEN = 'forbidden'

/** Writes down each word that it is told, and what each of its transactions was told. */
function tellingView(): { view: View; transactions: string[][] } {
  const transactions: string[][] = []
  const view: View = {
    name: 'payments',
    tables: ['payments'],
    topic: 'events',
    read: () => null,
    describe: () => null,
    apply: async (db, said) => {
      const words = said as string[]
      transactions.push(words)
      await db.query('INSERT INTO told SELECT unnest($1::text[])', [words])
      if (words.includes(FORBIDDEN)) throw new Error(FORBIDDEN)
    }
  }
  return { view, transactions }
}

/** Empties the tables and places the partitions at the beginning. */
async function begin(partitions: readonly number[]): Promise<void> {
  await tables.pool.query('TRUNCATE told, projection_positions')
  for (const partition of partitions) expect(await readPosition(tables.pool, 'payments', partition)).toBe(0)
}

async function stored(): Promise<{ words: string[]; positions: [number, number][] }> {
  const words = await tables.pool.query<{ word: string }>('SELECT word FROM told ORDER BY word')
  const positions = await tables.pool.query<{ partition: number; next_offset: number }>(
    'SELECT partition, next_offset FROM projection_positions ORDER BY partition'
  )
  return {
    words: words.rows.map(({ word }) => word),
    positions: positions.rows.map(row => [row.partition, row.next_offset])
  }
}

test('what several partitions have at one moment is applied in one transaction, each moving its own position', async () => {
  await begin([0, 1, 2])
  const { view, transactions } = tellingView()
  const shared = new SharedTransactions(tables.pool, view)
  await Promise.all([
    shared.apply({ partition: 0, from: 0, to: 2, said: ['a', 'b'] }),
    shared.apply({ partition: 1, from: 0, to: 5, said: ['c'] }),
    shared.apply({ partition: 2, from: 0, to: 1, said: [] })
  ])
  expect(transactions).toEqual([['a', 'b', 'c']])
  const positions = [
    [0, 2],
    [1, 5],
    [2, 1]
  ]
  expect(await stored()).toEqual({ words: ['a', 'b', 'c'], positions })
})

test('a partition whose records cannot be applied holds up no other', async () => {
  await begin([0, 1, 2])
  const shared = new SharedTransactions(tables.pool, tellingView().view)
  const results = await Promise.allSettled([
    shared.apply({ partition: 0, from: 0, to: 1, said: ['a'] }),
    shared.apply({ partition: 1, from: 0, to: 1, said: [FORBIDDEN] }),
    shared.apply({ partition: 2, from: 0, to: 1, said: ['c'] })
  ])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  const positions = [
    [0, 1],
    [1, 0],
    [2, 1]
  ]
  expect(await stored()).toEqual({ words: ['a', 'c'], positions })
})

test('a position that another projector has moved lets nothing of its partition be applied twice', async () => {
  await begin([0, 1])
  const shared = new SharedTransactions(tables.pool, tellingView().view)
  await shared.apply({ partition: 0, from: 0, to: 1, said: ['a'] })
  const results = await Promise.allSettled([
    shared.apply({ partition: 0, from: 0, to: 1, said: ['a'] }),
    shared.apply({ partition: 1, from: 0, to: 1, said: ['b'] })
  ])
  expect(results).toEqual([
    { status: 'rejected', reason: expect.any(OutOfStepError) },
    { status: 'fulfilled', value: undefined }
  ])
  const positions = [
    [0, 1],
    [1, 1]
  ]
  expect(await stored()).toEqual({ words: ['a', 'b'], positions })
})
