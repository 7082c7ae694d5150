// What is counted in a real Redis, at times that the test chooses.
import { afterAll, beforeEach, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { VelocityCounter, type Counted } from '../../../src/processors/payments/velocity.ts'
import { TcpProxy } from '../operate/tcp-proxy.ts'
import { stack } from '../stack.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Milliseconds: a busy machine is no reason to miss a count here. */
const PATIENCE_MS = 10_000
const START = 1_800_000_000_000

const redis = new Redis(stack().redis)
let prefix: string
let counter: VelocityCounter

beforeEach(() => {
  prefix = `${stack().prefix}${randomUUID()}-`
  counter = new VelocityCounter(redis, { prefix, waitMs: PATIENCE_MS, observe: () => undefined })
})
afterAll(() => redis.quit())

let payments = 0
const payment = (changes: Partial<Counted> = {}): Counted => ({
  ...{ merchantId: 'demo', paymentId: `pay_${payments++}`, by: { customer: 'cus_1' } },
  ...changes
})
const count = async (now: number, changes: Partial<Counted> = {}) =>
  (await counter.count([payment(changes)], now))[0]!.customer

test('counts the payments of the last minute, hour and day, the counted one included', async () => {
  expect(await count(START)).toEqual({ '1m': 1, '1h': 1, '1d': 1 })
  expect(await count(START + MINUTE - 1)).toEqual({ '1m': 2, '1h': 2, '1d': 2 })
  expect(await count(START + MINUTE)).toEqual({ '1m': 2, '1h': 3, '1d': 3 })
  expect(await count(START + HOUR)).toEqual({ '1m': 1, '1h': 3, '1d': 4 })
  expect(await count(START + DAY)).toEqual({ '1m': 1, '1h': 1, '1d': 4 })
})

test('counts a payment once, at the time of the first, however often its batch comes', async () => {
  const again = payment()
  await counter.count([again], START)
  const [first] = await counter.count([again, payment()], START + HOUR)
  expect(first!.customer).toEqual({ '1m': 0, '1h': 0, '1d': 1 })
  expect(await count(START + HOUR)).toEqual({ '1m': 2, '1h': 2, '1d': 3 })
})

test('counts each payment of a batch with those before it', async () => {
  const batch = await counter.count([payment(), payment(), payment({ by: { customer: 'cus_2' } })], START)
  expect(batch.map(({ customer }) => customer?.['1m'])).toEqual([1, 2, 1])
})

test('keeps merchants apart, and what is counted by', async () => {
  await count(START)
  expect(await count(START, { merchantId: 'acme' })).toEqual({ '1m': 1, '1h': 1, '1d': 1 })
  const [both] = await counter.count([payment({ by: { token: 'cus_1', address: null } })], START)
  expect(both).toEqual({ token: { '1m': 1, '1h': 1, '1d': 1 }, address: null })
})

test('tells no more than a thousand apart, and keeps no more', async () => {
  const many = Array.from({ length: 1_200 }, () => payment())
  await expect(counter.count(many, START)).resolves.toHaveLength(1_200)
  expect(await count(START + 1)).toEqual({ '1m': 1000, '1h': 1000, '1d': 1000 })
  const [key] = await redis.keys(`${prefix}*`)
  expect(await redis.zcard(key!)).toBe(1000)
  expect(await redis.pttl(key!)).toBeGreaterThan(0)
})

test('shows nobody who has the keys whom they are about', async () => {
  await counter.count([payment({ by: { customer: 'cus_secret', token: 'tok_secret' } })], START)
  expect((await redis.keys(`${prefix}*`)).join()).not.toContain('secret')
})

test('waits for nobody who does not answer', async () => {
  const { hostname, port, username, password } = new URL(stack().redis)
  const proxy = await TcpProxy.start({ host: hostname, port: Number(port) })
  const slow = new Redis({ host: '127.0.0.1', port: proxy.port, username, password })
  slow.on('error', () => undefined)
  const seen: [string, number][] = []
  const behind = new VelocityCounter(slow, {
    ...{ prefix, waitMs: 20 },
    observe: (result, n) => seen.push([result, n])
  })
  try {
    await slow.ping()
    proxy.silence()
    expect(await behind.count([payment(), payment()], START)).toEqual([
      { customer: null },
      { customer: null }
    ])
    expect(seen).toEqual([['missing', 2]])
  } finally {
    slow.disconnect()
    proxy.close()
  }
})
