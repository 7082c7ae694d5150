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

test('a connection that breaks between the statements of a transaction fails no more than that', async () => {
  const work = inTransaction(pool, async db => {
    const { rows } = await db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    const broken = new Promise(resolve => db.once('end', resolve))
    await pool.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid])
    await broken
    await db.query('SELECT 1')
  })
  await expect(work).rejects.toThrow()
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
})
