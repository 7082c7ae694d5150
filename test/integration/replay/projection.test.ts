// `aegispay replay projection`: what is swapped in is what follows from the log, whatever goes on beside it.
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import pg from 'pg'
import { App, eventually, type Worker } from '../app.ts'
import { aegispay, begin, type Ended } from '../operate/command-line.ts'

jest.setTimeout(240_000)

const VIEWS = ['payments', 'payment_events', 'analytics', 'customers'] as const

let app: App
let worker: Worker
/** Payments that rest. */
let ids: string[]

beforeAll(async () => {
  app = await App.create({ name: 'projection', partitions: 2 })
  worker = await app.start()
  const keys = Array.from({ length: 20 }, (_, i) => `before-${i}`)
  const customer = { id: 'cus_1', country: 'DE', email: 'ada@example.com' }
  ids = await Promise.all(keys.map(key => app.pay(worker, key, { customer })))
  await settled()
})

interface Rebuilt {
  readonly name: string
  readonly live: { readonly rows: number; readonly hash: string }
  readonly rebuilt: { readonly rows: number; readonly hash: string }
  readonly isEqual: boolean
  readonly isSwapped: boolean
  readonly positions: Readonly<Record<string, number>>
}

const replay = (...args: string[]) => aegispay(app.settings, 'replay', 'projection', ...args)

async function rebuild(...args: string[]): Promise<Ended & { said: Rebuilt }> {
  const ended = await replay(...args, '--json')
  if (ended.stdout === '') throw new Error(ended.stderr)
  return { ...ended, said: JSON.parse(ended.stdout) as Rebuilt }
}

/** Waits until the views have come to the end of the log, as verified row by row. */
async function settled(): Promise<void> {
  const { code, stdout, stderr } = await aegispay(app.settings, 'replay', 'verify')
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 })
}

/** Which table it is that readers find. */
async function tableOf(view: string): Promise<number> {
  const [row] = await app.query<{ oid: number }>(`SELECT 'public.${view}'::regclass::oid AS oid`)
  return row!.oid
}

const remains = () =>
  app.query(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'aegispay\\_rebuild\\_%'`)

/** All that a table has beside its rows. */
async function shapeOf(view: string): Promise<unknown> {
  const [shape] = await app.query(
    `SELECT
       (SELECT json_agg(c ORDER BY attnum) FROM (
          SELECT attname, attnum, atttypid, attnotnull FROM pg_attribute WHERE attrelid = t.oid AND attnum > 0) AS c) AS columns,
       (SELECT json_agg(indexdef ORDER BY indexdef) FROM pg_indexes WHERE tablename = $1 AND schemaname = 'public') AS indexes,
       (SELECT json_agg(p ORDER BY policyname) FROM pg_policies AS p WHERE tablename = $1 AND schemaname = 'public') AS policies,
       (SELECT json_agg(g ORDER BY grantee, privilege_type) FROM information_schema.role_table_grants AS g
        WHERE table_name = $1 AND table_schema = 'public') AS grants,
       (SELECT json_agg(pg_get_triggerdef(g.oid)) FROM pg_trigger AS g WHERE tgrelid = t.oid AND NOT tgisinternal) AS triggers,
       relrowsecurity, pg_get_userbyid(relowner) AS owner
     FROM pg_class AS t WHERE oid = ('public.' || $1)::regclass`,
    [view]
  )
  return shape
}

/** Keeps a rebuild from its swap, and from nothing else, until it is let go. */
async function hold(): Promise<() => Promise<void>> {
  const client = new pg.Client(app.settings['AEGISPAY_POSTGRES_URL'])
  await client.connect()
  await client.query('BEGIN')
  await client.query('LOCK TABLE projection_positions IN ROW EXCLUSIVE MODE')
  return () => client.end()
}

const isAtSwap = () =>
  eventually(async () => {
    const waiting = await app.query(
      `SELECT FROM pg_locks WHERE mode = 'ShareRowExclusiveLock' AND NOT granted AND relation = 'projection_positions'::regclass`
    )
    expect(waiting).toHaveLength(1)
  })

test.each([...VIEWS, 'audit', 'control_audit'])(
  '%s built anew is equal to the live one, and takes its place as it was',
  async view => {
    await app.query(`GRANT SELECT, UPDATE ON ${view} TO pg_monitor`)
    const [before, shape] = [await tableOf(view), await shapeOf(view)]
    const { code, said } = await rebuild(view, '--from', 'beginning')
    expect({ code, ...said }).toMatchObject({ code: 0, isEqual: true, isSwapped: true })
    expect(said.rebuilt).toEqual(said.live)
    expect(said.rebuilt.rows).toBeGreaterThan(0)
    expect(await tableOf(view)).not.toBe(before)
    expect(await shapeOf(view)).toEqual(shape)
    expect(await remains()).toEqual([])
  }
)

test('the projectors go on from what was swapped in', async () => {
  await rebuild('payments', '--from', 'beginning')
  const id = await app.pay(worker, 'after-the-swap')
  await settled()
  const { body } = await app.request(worker, 'GET', `/v1/payments/${id}`)
  expect(body).toMatchObject({ status: 'COMPLETED' })
})

test('a dry run compares, and changes nothing', async () => {
  const before = await tableOf('payments')
  const { code, said } = await rebuild('payments', '--dry-run')
  expect({ code, ...said }).toMatchObject({ code: 0, isEqual: true, isSwapped: false })
  expect(await tableOf('payments')).toBe(before)
})

test('a wrong row is told, and mended when that is agreed to', async () => {
  const [wrong, gone] = [ids[0]!, ids[1]!]
  await app.query('UPDATE payments SET captured_amount = 1 WHERE id = $1', [wrong])
  await app.query('DELETE FROM payments WHERE id = $1', [gone])
  const shown = async (id: string) => (await app.request(worker, 'GET', `/v1/payments/${id}`)).body
  // What is wrong is in the memory of the process then.
  expect(await shown(wrong)).toMatchObject({ capturedAmount: 1 })
  const before = await tableOf('payments')
  const told = await rebuild('payments', '--from', 'beginning')
  expect({ code: told.code, ...told.said }).toMatchObject({ code: 1, isEqual: false, isSwapped: false })
  expect(told.said.rebuilt.rows).toBe(told.said.live.rows + 1)
  expect(await tableOf('payments')).toBe(before)

  const { code, said } = await rebuild('payments', '--from', 'beginning', '--accept-differences')
  expect({ code, ...said }).toMatchObject({ code: 0, isEqual: false, isSwapped: true })
  expect(said.rebuilt).toEqual(told.said.rebuilt)
  for (const id of [wrong, gone])
    await eventually(async () =>
      expect(await shown(id)).toMatchObject({ status: 'COMPLETED', capturedAmount: 1099 })
    )
})

test('so is one in the last table of a view that has several', async () => {
  await app.query('UPDATE analytics_payments SET captured_amount = captured_amount + 1')
  const told = await rebuild('analytics')
  expect({ code: told.code, ...told.said }).toMatchObject({ code: 1, isEqual: false, isSwapped: false })
  const { code, said } = await rebuild('analytics', '--accept-differences')
  expect({ code, ...said }).toMatchObject({ code: 0, isEqual: false, isSwapped: true })
})

test('reads succeed, none goes back, nothing is lost or doubled while payments arrive and two projectors apply them', async () => {
  const second = await app.start('projector')
  const load = { isOn: true }
  const statuses = new Set<number>()
  const wentBack: string[] = []
  const payers = Array.from({ length: 2 }, async (_, payer) => {
    for (let i = 0; load.isOn; i++) ids.push(await app.pay(worker, `load-${payer}-${i}`))
  })
  const watchers = Array.from({ length: 2 }, async () => {
    const versions = new Map<string, number>()
    while (load.isOn) {
      for (const id of ids.slice(-10)) {
        const { status, body } = await app.request(worker, 'GET', `/v1/payments/${id}`)
        const version = status === 200 ? (body['version'] as number) : 0
        if (version < (versions.get(id) ?? 0)) wentBack.push(id)
        versions.set(id, version)
      }
    }
  })
  const readers = ['/v1/payments?limit=100', `/v1/payments/${ids[2]!}`, `/v1/payments/${ids[2]!}/events`].map(
    async path => {
      while (load.isOn) statuses.add((await app.request(worker, 'GET', path)).status)
    }
  )
  try {
    for (const view of VIEWS) {
      const { code, said } = await rebuild(view, '--from', 'beginning')
      expect({ code, ...said }).toMatchObject({ code: 0, isEqual: true, isSwapped: true })
    }
  } finally {
    load.isOn = false
    await Promise.all([...payers, ...readers, ...watchers])
  }
  expect([...statuses]).toEqual([200])
  expect(wentBack).toEqual([])
  await settled()
  await second.end('SIGTERM')
})

describe('from a later point on', () => {
  test.each([...VIEWS, 'audit'])('%s is equal', async view => {
    const at = new Date().toISOString()
    await app.pay(worker, `since-${view}`)
    await settled()
    for (const from of view === 'payments' ? [at, '30', '0', '999999'] : [at, '30']) {
      const { code, said } = await rebuild(view, '--from', from)
      expect({ from, code, ...said }).toMatchObject({ code: 0, isEqual: true, isSwapped: true })
    }
  })

  test('what was touched since is built from its first event on, and what was not is taken over as it is', async () => {
    const customer = { id: 'cus_1', country: 'DE' }
    const body = { capture: 'manual', customer }
    const untouched = await app.pay(worker, 'untouched', body)
    const touched = await app.pay(worker, 'touched', body)
    await settled()
    const at = new Date().toISOString()
    await app.request(worker, 'POST', `/v1/payments/${touched}/capture`, { key: 'capture' })
    await settled()
    await app.query(`UPDATE payments SET description = 'wrong' WHERE id = ANY($1)`, [[touched, untouched]])

    const { said } = await rebuild('payments', '--from', at, '--accept-differences')
    expect(said).toMatchObject({ isEqual: false, isSwapped: true })
    const rows = await app.query<{ id: string; description: string | null }>(
      'SELECT id, description FROM payments WHERE id = ANY($1)',
      [[touched, untouched]]
    )
    expect(new Map(rows.map(({ id, description }) => [id, description]))).toEqual(
      new Map([
        [touched, null],
        [untouched, 'wrong']
      ])
    )
    await rebuild('payments', '--from', 'beginning', '--accept-differences')
  })
})

test('a run that is killed leaves the live one alone, and the next one clears up', async () => {
  const before = await tableOf('payments')
  const letGo = await hold()
  const { kill, ended } = begin(app.settings, 'replay', 'projection', 'payments')
  await isAtSwap()
  kill()
  await ended
  await letGo()
  expect(await tableOf('payments')).toBe(before)
  expect(await remains()).toHaveLength(1)
  const id = await app.pay(worker, 'after-the-kill')
  await settled()
  const { said } = await rebuild('payments')
  expect(said).toMatchObject({ isEqual: true, isSwapped: true })
  expect(await remains()).toEqual([])
  expect((await app.request(worker, 'GET', `/v1/payments/${id}`)).status).toBe(200)
})

test('a second one of the same view is refused, one of another view is not', async () => {
  const letGo = await hold()
  const first = begin(app.settings, 'replay', 'projection', 'payments')
  await isAtSwap()
  const second = await replay('payments')
  expect(second).toMatchObject({ code: 1, stdout: '' })
  expect(second.stderr).toMatch(/^aegispay: rebuild_running: /m)
  expect(await replay('customers', '--dry-run')).toMatchObject({ code: 0 })
  await letGo()
  expect(await first.ended).toMatchObject({ code: 0 })
})

test('an unknown name and a malformed starting point are refused', async () => {
  const unknown = await replay('refunds')
  expect(unknown).toMatchObject({ code: 2, stdout: '' })
  const names = 'payments, payment_events, analytics, statement_entries, customers, audit, control_audit'
  expect(unknown.stderr).toContain(`Allowed choices are ${names}.`)
  expect(await replay('payments', '--from', 'yesterday')).toMatchObject({ code: 2, stdout: '' })
})

test('after all of this the views are sound, row by row', async () => {
  await settled()
  expect(await remains()).toEqual([])
})
