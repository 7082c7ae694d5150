import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { readdirSync } from 'node:fs'
import { join, parse } from 'node:path'
import type { Pool } from 'pg'
import { pino } from 'pino'
import { connectPostgres, inTransaction, migrate } from '../../../src/platform/postgres.ts'
import { stack } from '../stack.ts'

const migrations = readdirSync(join(import.meta.dirname, '../../../migrations')).map(file => parse(file).name)

jest.setTimeout(30_000)

const log = pino({ level: 'silent' })
let url: string
let pool: Pool

beforeAll(async () => {
  url = await stack().createDatabase()
  pool = connectPostgres({ url }, log)
})

afterAll(() => pool.end())

test('processes that start at once migrate the database together, once', async () => {
  await Promise.all([migrate({ url }, log), migrate({ url }, log), migrate({ url }, log)])
  await migrate({ url }, log)
  const { rows } = await pool.query<{ name: string }>('SELECT name FROM schema_migrations')
  expect(rows.map(({ name }) => name)).toEqual(migrations)
})

test('bigint is read as a number, and never as a wrong one', async () => {
  const { rows } = await pool.query('SELECT 9007199254740991::bigint AS largest')
  expect(rows).toEqual([{ largest: Number.MAX_SAFE_INTEGER }])
  await expect(pool.query('SELECT 9007199254740993::bigint')).rejects.toThrow('not a safe integer')
})

test('a transaction whose work fails leaves nothing behind', async () => {
  await pool.query('CREATE TABLE kept (n integer)')
  const work = inTransaction(pool, async db => {
    await db.query('INSERT INTO kept VALUES (1)')
    throw new Error('the work failed')
  })
  await expect(work).rejects.toThrow('the work failed')
  await inTransaction(pool, db => db.query('INSERT INTO kept VALUES (2)'))
  const { rows } = await pool.query('SELECT n FROM kept')
  expect(rows).toEqual([{ n: 2 }])
})
