// The swap, as the database sees it.
import { expect, jest, test } from '@jest/globals'
import pg from 'pg'
import { pino } from 'pino'
import { paymentsView } from '../../../src/projections/payments/index.ts'
import { ShadowTable } from '../../../src/replay/rebuild/shadow-table.ts'
import { createTables, insert, row } from '../projections/tables.ts'

jest.setTimeout(60_000)

const log = pino({ level: 'silent' })
const POSITIONS = `SELECT partition, next_offset FROM projection_positions WHERE view = 'payments' ORDER BY partition`

const shadowing = <T>(url: string, work: (shadow: ShadowTable) => Promise<T>) =>
  ShadowTable.withOne({ url }, paymentsView, log, work)

test('no projector moves a position while the last records are applied', async () => {
  const { url, pool } = await createTables()
  await pool.query(`INSERT INTO projection_positions VALUES ('payments', 0, 5), ('payment_events', 0, 5)`)
  const projector = new pg.Client(url)
  await projector.connect()
  await projector.query(`SET lock_timeout = '100ms'`)
  const move = () =>
    projector.query(
      `UPDATE projection_positions SET next_offset = 6 WHERE view = 'payments' AND next_offset = 5`
    )
  await shadowing(url, shadow =>
    shadow.swap(async live => {
      expect(live).toEqual(new Map([[0, 5]]))
      await expect(move()).rejects.toThrow('lock timeout')
      return live
    })
  )
  expect(await move()).toMatchObject({ rowCount: 1 })
  await projector.end()
})

test('positions are those that it has come to, also where the live ones lay outside of the log', async () => {
  const { url, pool } = await createTables()
  await pool.query(`INSERT INTO projection_positions VALUES ('payments', 0, 999), ('payment_events', 0, 5)`)
  await shadowing(url, shadow =>
    shadow.swap(() =>
      Promise.resolve(
        new Map([
          [0, 7],
          [1, 0]
        ])
      )
    )
  )
  const { rows } = await pool.query(POSITIONS)
  expect(rows).toEqual([
    { partition: 0, next_offset: 7 },
    { partition: 1, next_offset: 0 }
  ])
  const others = await pool.query(
    `SELECT next_offset FROM projection_positions WHERE view = 'payment_events'`
  )
  expect(others.rows).toEqual([{ next_offset: 5 }])
})

test('what fails before its end changes nothing', async () => {
  const { url, pool } = await createTables()
  await pool.query(`INSERT INTO projection_positions VALUES ('payments', 0, 5)`)
  await insert(pool, [row()])
  const failing = shadowing(url, shadow => shadow.swap(() => Promise.reject(new Error('no more'))))
  await expect(failing).rejects.toThrow('no more')
  expect((await pool.query('SELECT FROM payments')).rowCount).toBe(1)
  expect((await pool.query(POSITIONS)).rows).toEqual([{ partition: 0, next_offset: 5 }])
})

test('refuses a login that does not own the tables, and tables of another version', async () => {
  const { url, pool } = await createTables()
  await pool.query('CREATE ROLE somebody_else')
  await pool.query('ALTER TABLE payments OWNER TO somebody_else')
  await expect(shadowing(url, () => Promise.resolve())).rejects.toThrow('tables_not_owned: ')
  await pool.query('ALTER TABLE payments OWNER TO CURRENT_USER')
  await pool.query('DROP ROLE somebody_else')
  await pool.query(`INSERT INTO schema_migrations (name, run_on) VALUES ('9999_later', now())`)
  await expect(shadowing(url, () => Promise.resolve())).rejects.toThrow(
    'migrations_differ: the database and this version differ in 9999_later'
  )
})
