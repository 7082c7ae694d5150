import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { pino } from 'pino'
import { Owner } from '../../../dev/payment-owner.ts'
import { paymentIdOf } from '../../../src/identity.ts'
import { READER_ROLE } from '../../../src/platform/postgres.ts'
import { ensureRole, RoleUnfitError } from '../../../src/platform/postgres-role.ts'
import { analyticsView } from '../../../src/projections/analytics/index.ts'
import { ReadDatabase } from '../../../src/projections/read-database.ts'
import type { StoredEvent } from '../../../src/projections/view.ts'
import { initiate } from './commands.ts'
import { storedEvents } from './stored-events.ts'
import { createTables, insert, row, type Tables } from './tables.ts'

jest.setTimeout(60_000)

let tables: Tables

beforeAll(async () => {
  tables = await createTables()
  const { pool } = tables
  await insert(pool, [row({ merchant_id: 'm1' }), row({ merchant_id: 'm1' }), row({ merchant_id: 'm2' })])
  await pool.query(
    `INSERT INTO payment_events (partition, event_offset, payment_id, merchant_id, event_id, type, occurred_at, data)
     VALUES (0, 1, 'p1', 'm1', 'p1.1', 'PaymentInitiated', now(), '{}'),
            (0, 2, 'p2', 'm2', 'p2.1', 'PaymentInitiated', now(), '{}')`
  )
  await pool.query(
    `INSERT INTO customers (merchant_id, id, partition, email, updated_at)
     VALUES ('m1', 'c1', 0, 'one@example.com', now()), ('m2', 'c1', 0, 'two@example.com', now())`
  )
  const client = await pool.connect()
  await analyticsView.apply(client, ['m1', 'm2'].flatMap(declinedPaymentOf))
  client.release()
  await pool.query(
    `INSERT INTO audit (partition, record_offset, number, merchant_id, digest, chain)
     VALUES (0, 1, 1, 'm1', '\\x00', '\\x00'), (0, 2, 2, 'm2', '\\x00', '\\x00')`
  )
  await pool.query(
    `INSERT INTO statement_entries (payment_id, sequence, merchant_id, customer_id, currency, kind, amount, occurred_at)
     SELECT 'p' || m, 1, m, 'c1', 'EUR', 'initiated', 0, now() FROM unnest(ARRAY['m1', 'm2']) AS m`
  )
  await pool.query(
    `INSERT INTO webhook_endpoints (id, merchant_id, url, status, takes_from, created_at, updated_at)
     SELECT 'e' || m, m, 'https://shop.example', 'enabled', '{}', now(), now() FROM unnest(ARRAY['m1', 'm2']) AS m`
  )
  await pool.query(
    `INSERT INTO webhook_deliveries SELECT 'd' || m, 'e' || m, m, 'p', 1, 'p.1', 'payment.initiated', now(), '{}', 'pending',
       false, 0, 0, now(), now() FROM unnest(ARRAY['m1', 'm2']) AS m`
  )
  await pool.query(
    `INSERT INTO notifications SELECT 'n' || m, m, 'p', 1, 'p.1', 'payment.completed', now(), '{}', 'pending', NULL, 0,
       now(), now() FROM unnest(ARRAY['m1', 'm2']) AS m`
  )
  await pool.query(
    `INSERT INTO webhook_attempts SELECT 'd' || m, 1, m, now(), 5, 500 FROM unnest(ARRAY['m1', 'm2']) AS m`
  )
  await pool.query(
    `INSERT INTO webhook_secrets (endpoint_id, sealed, created_at) VALUES ('em1', 'sealed', now())`
  )
})

function declinedPaymentOf(merchantId: string): StoredEvent[] {
  const owner = new Owner()
  const command = initiate('declined', { merchantId, paymentId: paymentIdOf(merchantId, 'declined') })
  const declined = { outcome: 'DECLINED', declineType: 'HARD', code: 'do_not_honor' } as const
  return storedEvents([owner.command(command), owner.result(command.paymentId, declined)])
}

/** Tables with a merchant's data that readers may look into at all, whoever adds them. */
async function merchantTables(): Promise<string[]> {
  const { rows } = await tables.pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attname = 'merchant_id'
       AND has_table_privilege($1, pg_class.oid, 'SELECT') ORDER BY 1`,
    [READER_ROLE]
  )
  return rows.map(({ name }) => name)
}

/** A query that forgets its condition. */
const merchantsIn = async (table: string, as: string): Promise<string[]> => {
  const text = `SELECT merchant_id FROM ${table} WHERE $1::text IS NOT NULL`
  return (await tables.reads.ofMerchant<{ merchant_id: string }>(as, text)).map(row => row.merchant_id)
}

describe('row-level security', () => {
  test('is on for every table with a merchant id, with a policy for readers', async () => {
    const { rows } = await tables.pool.query<{ name: string }>(
      `SELECT DISTINCT relname AS name FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid
       WHERE relrowsecurity AND polcmd = 'r' AND polroles = ARRAY[$1::regrole::oid] ORDER BY 1`,
      [READER_ROLE]
    )
    expect(await merchantTables()).toEqual(rows.map(({ name }) => name))
    expect(rows.length).toBeGreaterThanOrEqual(3)
  })

  test('shows only the named merchant to a query that forgets its own condition', async () => {
    for (const table of await merchantTables()) {
      expect(new Set(await merchantsIn(table, 'm1'))).toEqual(new Set(['m1']))
      expect(new Set(await merchantsIn(table, 'm2'))).toEqual(new Set(['m2']))
      expect(await merchantsIn(table, 'm3')).toEqual([])
    }
  })

  test('shows nothing to a query that names no merchant, also on a connection that named one before', async () => {
    const one = new URL(tables.url)
    const reads = ReadDatabase.connect({ url: one.href }, pino({ level: 'silent' }))
    for (const table of await merchantTables()) {
      expect(await reads.ofNoMerchant(`SELECT 1 FROM ${table}`)).toEqual([])
      await reads.ofMerchant('m1', `SELECT $1, count(*) FROM ${table}`)
      // The pool gives the connection that was used last.
      expect(await reads.ofNoMerchant(`SELECT 1 FROM ${table}`)).toEqual([])
    }
    const settings = await reads.ofNoMerchant<{ role: string; merchant: string }>(
      "SELECT current_user AS role, current_setting('aegispay.merchant', true) AS merchant"
    )
    expect(settings).toEqual([{ role: READER_ROLE, merchant: '' }])
    await reads.close()
  })

  test('shows payments and figures of all merchants to a read of those who run the installation, and nothing else', async () => {
    const shown = ['payments', 'analytics', 'analytics_declines', 'analytics_in_flight']
    const seen = async (table: string) => {
      const rows = await tables.reads.ofAllMerchants<{ merchant_id: string }>(
        `SELECT merchant_id FROM ${table}`
      )
      return new Set(rows.map(row => row.merchant_id))
    }
    for (const table of await merchantTables())
      expect([table, await seen(table)]).toEqual([table, new Set(shown.includes(table) ? ['m1', 'm2'] : [])])
    expect(await merchantsIn('payments', 'm2')).toEqual(['m2'])
    expect(await tables.reads.ofNoMerchant('SELECT 1 FROM payments')).toEqual([])
  })

  test('never mixes merchants that read at the same time over the same connections', async () => {
    const readers = Array.from({ length: 200 }, async (_, i) => {
      const merchant = i % 2 === 0 ? 'm1' : 'm2'
      expect(new Set(await merchantsIn('payments', merchant))).toEqual(new Set([merchant]))
    })
    await Promise.all(readers)
  })

  test('holds on a connection whose last read failed', async () => {
    await expect(tables.reads.ofMerchant('m1', 'SELECT 1 / 0, $1::text')).rejects.toThrow('division by zero')
    expect(await merchantsIn('payments', 'm2')).toEqual(['m2'])
  })
})

describe('the readers’ role', () => {
  test('is no superuser, bypasses nothing, cannot log in and owns nothing', async () => {
    const { rows } = await tables.pool.query(
      `SELECT rolsuper, rolbypassrls, rolcreaterole, rolcanlogin,
         (SELECT count(*) FROM pg_shdepend WHERE refobjid = pg_roles.oid AND deptype = 'o') AS owned
       FROM pg_roles WHERE rolname = $1`,
      [READER_ROLE]
    )
    const no = { rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcanlogin: false }
    expect(rows).toEqual([{ ...no, owned: 0 }])
  })

  test('cannot see the secrets of webhook endpoints, whosever they are', async () => {
    const read = tables.reads.ofMerchant('m1', 'SELECT $1::text, sealed FROM webhook_secrets')
    await expect(read).rejects.toThrow('permission denied')
  })

  test('can write nothing', async () => {
    for (const table of await merchantTables()) {
      const write = tables.reads.ofNoMerchant(`DELETE FROM ${table}`)
      await expect(write).rejects.toThrow('permission denied')
    }
  })
})

describe('setting the role up', () => {
  const login = async (attributes: string) => {
    const name = `login_${randomBytes(4).toString('hex')}`
    await tables.pool.query(`CREATE ROLE ${name} LOGIN PASSWORD 'secret' ${attributes}`)
    const url = new URL(tables.url)
    url.username = name
    url.password = 'secret'
    const client = new pg.Client(url.href)
    await client.connect()
    return {
      name,
      client,
      remove: async () => {
        await client.end()
        await tables.pool.query(`DROP ROLE ${name}`)
      }
    }
  }
  const newRole = () => `reader_${randomBytes(4).toString('hex')}`

  test('makes it where the login may, and again does nothing', async () => {
    const { client, remove } = await login('CREATEROLE')
    const role = newRole()
    await ensureRole(client, role)
    await ensureRole(client, role)
    await client.query(`SET ROLE ${role}`)
    await tables.pool.query(`DROP ROLE ${role}`)
    await remove()
  })

  test('says what an administrator has to run where the login may not, and then goes on', async () => {
    const { name, client, remove } = await login('')
    const role = newRole()
    for (const asked of [`CREATE ROLE "${role}" NOLOGIN`, `GRANT "${role}" TO "${name}"`]) {
      const refusal: unknown = await ensureRole(client, role).catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(RoleUnfitError)
      expect((refusal as Error).message).toContain(asked)
      await tables.pool.query(asked)
    }
    await ensureRole(client, role)
    await tables.pool.query(`DROP ROLE ${role}`)
    await remove()
  })

  test('refuses a role that row-level security would not hold', async () => {
    const { client, remove } = await login('')
    const role = newRole()
    await tables.pool.query(`CREATE ROLE ${role} BYPASSRLS`)
    await expect(ensureRole(client, role)).rejects.toThrow('NOBYPASSRLS')
    await tables.pool.query(`DROP ROLE ${role}`)
    await remove()
  })
})
