// The cache on real Redis and tables. The database is read through a barrier, so that what happens between reading and
// keeping happens when the test says so.
import { afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import type { Redis } from 'ioredis'
import { pino } from 'pino'
import { Metrics } from '../../../src/platform/metrics.ts'
import { connectRedis } from '../../../src/platform/redis.ts'
import { announce, followAnnouncements, type Announcement } from '../../../src/projections/announcements.ts'
import type { PaymentRow } from '../../../src/projections/payments/apply.ts'
import { findPaymentAndPosition, standingOfPayments } from '../../../src/projections/payments/queries.ts'
import { SharedPayments } from '../../../src/projections/shared-payments.ts'
import { PaymentCache } from '../../../src/query/payment-cache.ts'
import { stack } from '../stack.ts'
import { until } from '../stream/sse.ts'
import { createTables, insert, row, type Tables } from '../projections/tables.ts'

jest.setTimeout(60_000)

const log = pino({ level: 'silent' })
let tables: Tables
let prefix: string
let payment: PaymentRow
/** The projector's connection, and position. */
let redis: Redis
let position: number
let prefixes = 0
const cleanups: (() => unknown)[] = []

beforeAll(async () => {
  tables = await createTables()
})

beforeEach(async () => {
  prefix = `${stack().prefix}cache${prefixes++}/`
  await tables.pool.query('TRUNCATE payments, projection_positions')
  await tables.pool.query("INSERT INTO projection_positions VALUES ('payments', 0, 10)")
  position = 10
  payment = row({ version: 1, status: 'PROCESSING' })
  await insert(tables.pool, [payment])
  redis = await connect()
})

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

async function connect(): Promise<Redis> {
  const connection = connectRedis({ url: stack().redis, tlsCa: null }, log)
  cleanups.push(() => connection.disconnect())
  await until(() => connection.status === 'ready')
  return connection
}

/** What stands between the database's answer and whoever asked; open until it is closed. */
class Barrier {
  reads = 0
  #gate = Promise.withResolvers<undefined>()
  #arrived = Promise.withResolvers<undefined>()

  constructor() {
    this.open()
  }

  close(): void {
    this.#gate = Promise.withResolvers()
    this.#arrived = Promise.withResolvers()
  }

  open(): void {
    this.#gate.resolve(undefined)
  }

  /** Resolves when a read has been made whose answer waits. */
  get arrived(): Promise<unknown> {
    return this.#arrived.promise
  }

  async pass(): Promise<void> {
    this.reads++
    this.#arrived.resolve(undefined)
    await this.#gate.promise
  }
}

interface Reader {
  readonly cache: PaymentCache
  readonly barrier: Barrier
  readonly subscriber: Redis
  readonly redis: Redis
}

/** A process that answers readers. */
async function reader(): Promise<Reader> {
  const barrier = new Barrier()
  const [own, subscriber] = [await connect(), await connect()]
  const cache = new PaymentCache({
    read: async (merchantId, id, partition) => {
      const found = await findPaymentAndPosition(tables.reads, merchantId, id, partition)
      await barrier.pass()
      return found
    },
    standing: async () => {
      const { offsets, table } = await standingOfPayments(tables.reads)
      return { positions: [offsets.get(0) ?? 0], table }
    },
    shared: new SharedPayments(own, prefix),
    ...{ partitions: 1, metrics: new Metrics(), log }
  })
  cleanups.push(() => cache.stop())
  followAnnouncements(subscriber, prefix, [cache], log)
  await until(() => cache.heardThrough?.[0] === position)
  return { cache, barrier, subscriber, redis: own }
}

/** The projection commits a version, and says so unless told not to. */
async function commit(version: number, { isAnnounced = true } = {}): Promise<Announcement> {
  const announcement: Announcement = {
    view: 'payments',
    moves: [[0, position, position + 1]],
    payments: [[payment.merchant_id, payment.id]]
  }
  await tables.pool.query('UPDATE payments SET version = $1', [version])
  await tables.pool.query('UPDATE projection_positions SET next_offset = $1', [++position])
  if (isAnnounced) announce(redis, prefix, announcement)
  return announcement
}

const versionFrom = async ({ cache }: Reader, merchant = payment.merchant_id) =>
  (cache.kept(merchant, payment.id) ?? (await cache.find(merchant, payment.id)))?.version

/** Of the payment in Redis. */
const inRedis = () => redis.get(`${prefix}payment/${payment.merchant_id}/${payment.id}`)

test('reads a payment once, and then from memory until it changes', async () => {
  const one = await reader()
  expect(await versionFrom(one)).toBe(1)
  expect(await versionFrom(one)).toBe(1)
  expect(one.barrier.reads).toBe(1)
  await commit(2)
  await until(() => one.cache.kept(payment.merchant_id, payment.id) === null)
  expect(await versionFrom(one)).toBe(2)
  expect(one.barrier.reads).toBe(2)
})

test('what one process has read another finds in Redis', async () => {
  await commit(2)
  const [one, other] = [await reader(), await reader()]
  await versionFrom(one)
  await until(async () => (await inRedis()) !== null)
  expect(await versionFrom(other)).toBe(2)
  expect(other.barrier.reads).toBe(0)
})

test('what was read before a change and arrives after it is kept nowhere', async () => {
  await commit(1)
  const one = await reader()
  one.barrier.close()
  const late = versionFrom(one)
  await one.barrier.arrived
  await commit(2)
  await until(() => one.cache.heardThrough?.[0] === position)
  one.barrier.open()
  expect(await late).toBe(1)
  expect(one.cache.kept(payment.merchant_id, payment.id)).toBeNull()
  // Whoever reads next has the keeping of what was read late behind it, on the same connection.
  expect(await versionFrom(one)).toBe(2)
  expect(await versionFrom(await reader())).toBe(2)
})

test('whoever asks after a change is not given a read that began before it', async () => {
  const one = await reader()
  // So that nobody has to be told of the change.
  one.cache.isListening(false)
  one.barrier.close()
  const early = versionFrom(one)
  await one.barrier.arrived
  await commit(2, { isAnnounced: false })
  const late = versionFrom(one)
  one.barrier.open()
  expect(await Promise.all([early, late])).toEqual([1, 2])
})

test('many who ask at once cost two reads', async () => {
  const one = await reader()
  one.cache.isListening(false)
  one.barrier.close()
  const all = Array.from({ length: 100 }, () => versionFrom(one))
  await one.barrier.arrived
  one.barrier.open()
  expect(new Set(await Promise.all(all))).toEqual(new Set([1]))
  expect(one.barrier.reads).toBe(2)
})

test('a lost announcement is noticed', async () => {
  const one = await reader()
  await versionFrom(one)
  await commit(2, { isAnnounced: false })
  await until(async () => (await versionFrom(one)) === 2)
})

test('an announcement that does not follow on the last says that one was lost', async () => {
  await commit(1)
  const one = await reader()
  await versionFrom(one)
  await until(async () => (await inRedis()) !== null)
  await commit(2, { isAnnounced: false })
  // About another payment.
  announce(redis, prefix, { view: 'payments', moves: [[0, position, position + 1]], payments: [] })
  await until(() => one.cache.kept(payment.merchant_id, payment.id) === null)
  expect(await versionFrom(one)).toBe(2)
})

test('while announcements cannot be heard nothing is kept, and everything is right', async () => {
  const one = await reader()
  await versionFrom(one)
  one.subscriber.disconnect()
  await until(() => one.cache.heardThrough === null)
  for (const version of [2, 3]) {
    await commit(version)
    expect(await versionFrom(one)).toBe(version)
  }
  expect(one.barrier.reads).toBe(3)
})

test('with Redis emptied nothing old comes back', async () => {
  await commit(1)
  const one = await reader()
  one.barrier.close()
  const late = versionFrom(one)
  await one.barrier.arrived
  await commit(2)
  await until(() => one.cache.heardThrough?.[0] === position)
  // As FLUSHALL does, of what is of this test.
  for (const key of await redis.keys(`${prefix}*`)) await redis.del(key)
  one.barrier.open()
  await late
  expect(await versionFrom(await reader())).toBe(2)
})

test('with Redis set back to what it held before, nothing old is read', async () => {
  await commit(1)
  const one = await reader()
  await versionFrom(one)
  await until(async () => (await inRedis()) !== null)
  const held = await Promise.all(
    (await redis.keys(`${prefix}*`)).map(async key => [key, (await redis.get(key))!] as const)
  )
  await commit(2)
  await until(async () => (await inRedis()) === null)
  await redis.mset(Object.fromEntries(held))
  expect(await versionFrom(one)).toBe(2)
  expect(await versionFrom(await reader())).toBe(2)
})

test('once the read model was built anew nothing is read as it was before, though no position has moved', async () => {
  const [one, other] = [await reader(), await reader()]
  await commit(2)
  await until(async () => expect([await versionFrom(one), await versionFrom(other)]).toEqual([2, 2]))
  await until(async () => expect(await inRedis()).not.toBeNull())
  // As the swap does it.
  const { pool } = tables
  await pool.query('CREATE SCHEMA beside')
  await pool.query('CREATE TABLE beside.payments (LIKE payments INCLUDING ALL)')
  await pool.query('INSERT INTO beside.payments SELECT * FROM payments')
  await pool.query('UPDATE beside.payments SET version = 7')
  await pool.query('GRANT SELECT ON beside.payments TO aegispay_reader')
  await pool.query(
    'BEGIN; DROP TABLE payments CASCADE; ALTER TABLE beside.payments SET SCHEMA public; COMMIT'
  )
  for (const each of [one, other])
    await until(() => each.cache.kept(payment.merchant_id, payment.id) === null)
  expect(await versionFrom(one)).toBe(7)
  expect(await versionFrom(other)).toBe(7)
})

test('with the database away what is kept is still read', async () => {
  const one = await reader()
  await versionFrom(one)
  await tables.pool.query('ALTER TABLE payments RENAME TO away')
  try {
    expect(await versionFrom(one)).toBe(1)
  } finally {
    await tables.pool.query('ALTER TABLE away RENAME TO payments')
  }
})

test('a merchant is never given what another has', async () => {
  const one = await reader()
  await versionFrom(one)
  expect(await versionFrom(one, 'm2')).toBeUndefined()
})
