import { describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { InvalidCursorError } from '../../../src/projections/cursor.ts'
import { authorized, fakeService, payment, SECRET, starting, sharedService } from './service.ts'

const get = (url: string, headers: Record<string, string> = {}) => ({
  url,
  headers: { ...authorized, ...headers }
})
const one = `/v1/payments/${payment.id}`
/** For reads that must not happen. */
const unread = () => Promise.reject(new Error('the read model was asked'))
const UNREAD = { model: { listPayments: unread, findPayment: unread, listEvents: unread } }

test('reads a payment, with its version as ETag', async () => {
  const { app } = await sharedService()
  const response = await app.inject(get(one))
  expect(response.statusCode).toBe(200)
  expect(response.json()).toEqual(payment)
  expect(response.headers.etag).toBe('"6"')
})

test.each(['"6"', 'W/"6"', '"5", "6"', '*'])('answers 304 to If-None-Match: %s', async tag => {
  const { app } = await sharedService()
  const response = await app.inject(get(one, { 'if-none-match': tag }))
  expect(response.statusCode).toBe(304)
  expect(response.body).toBe('')
})

test('answers 200 when the version is another', async () => {
  const { app } = await sharedService()
  expect((await app.inject(get(one, { 'if-none-match': '"5"' }))).statusCode).toBe(200)
})

test.each([one, `${one}/events`])("does not show another merchant's %s", async url => {
  const { app } = await sharedService()
  const response = await app.inject(get(url, { authorization: `Bearer ak_other_${SECRET}` }))
  expect(response.statusCode).toBe(404)
  expect(response.json()).toMatchObject({ code: 'payment_not_found' })
})

test.each(['/v1/payments/pay_1', '/v1/payments/pay_1/events', `/v1/payments/PAY_${'a'.repeat(32)}`])(
  'does not look up what cannot be an id: %s',
  async url => {
    const { app } = await sharedService(UNREAD)
    expect((await app.inject(get(url))).json()).toMatchObject({ code: 'payment_not_found' })
  }
)

test('lists the payments of the merchant that the filter asks for', async () => {
  const asked: unknown[] = []
  const { app } = await fakeService({
    model: {
      listPayments: (...question) => {
        asked.push(question)
        return Promise.resolve({ data: [payment], nextCursor: 'next' })
      }
    }
  })
  const filters = {
    ...{ status: 'FAILED,COMPLETED,FAILED', customer: 'cus_1', gateway: 'alpha', currency: 'EUR' },
    ...{ minAmount: '0', maxAmount: '9007199254740991' },
    ...{ createdFrom: '2026-01-01T00:00:00Z', createdTo: '2026-01-01T02:00:00.5+01:00' },
    ...{ q: 'Blue  "shoes" & (Ümlaut) order-17', metadata: 'order:7:8' },
    ...{ sort: 'createdAt', limit: '5', cursor: 'here' }
  }
  const response = await app.inject(get(`/v1/payments?${new URLSearchParams(filters).toString()}`))
  expect(response.json()).toEqual({ data: [payment], nextCursor: 'next' })
  await app.inject(get('/v1/payments'))
  expect(asked).toEqual([
    [
      'demo',
      {
        ...{ statuses: ['COMPLETED', 'FAILED'], customer: 'cus_1', gateway: 'alpha', currency: 'EUR' },
        ...{ minAmount: 0, maxAmount: Number.MAX_SAFE_INTEGER },
        createdFrom: new Date('2026-01-01T00:00:00Z'),
        createdTo: new Date('2026-01-01T01:00:00.500Z'),
        words: ['blue', 'order-17', 'shoes', 'umlaut'],
        metadata: [['order', '7:8']]
      },
      { order: 'oldest', limit: 5, cursor: 'here' }
    ],
    ['demo', {}, { order: 'newest', limit: 20 }]
  ])
})

test.each([
  'status=DONE',
  'status=',
  'status=FAILED,',
  'status=FAILED&status=COMPLETED',
  'currency=eur',
  'currency=XXX',
  'gateway=',
  'minAmount=10',
  'maxAmount=10',
  'currency=EUR&minAmount=-1',
  'currency=EUR&minAmount=1.5',
  'currency=EUR&minAmount=01',
  'currency=EUR&minAmount=1e3',
  'currency=EUR&maxAmount=9007199254740993',
  'currency=EUR&minAmount=2&maxAmount=1',
  'createdFrom=yesterday',
  'createdFrom=2026-01-01',
  'createdFrom=2026-01-01T00:00:00',
  'createdFrom=2026-02-30T00:00:00Z',
  'createdFrom=2026-01-01T00:00:00+01:00',
  'createdFrom=2016-12-31T23:59:60Z',
  'createdFrom=2026-01-02T00:00:00Z&createdTo=2026-01-01T00:00:00Z',
  'q=',
  'q=a%00b',
  'q=%20%21%22%26%7C%3A%2A%27',
  'q=a%20b%20c%20d%20e%20f%20g%20h%20i%20j%20k',
  `q=${'a'.repeat(10_000)}`,
  'q=a&q=b',
  'metadata=',
  'metadata=order',
  'metadata=:7',
  'metadata=order:a%00b',
  `metadata=order:${'7'.repeat(600)}`,
  'metadata=order:7&'.repeat(11).slice(0, -1),
  'sort=amount',
  'sort=-updatedAt',
  'limit=0',
  'limit=101',
  'limit=ten',
  'limit=1&limit=2',
  'customer=',
  'customer=a%00b',
  'colour=red'
])('refuses the query %s', async query => {
  const { app } = await sharedService(UNREAD)
  const response = await app.inject(get(`/v1/payments?${query}`))
  expect(response.statusCode).toBe(400)
  expect(response.json()).toMatchObject({ code: 'query_invalid', errors: [expect.anything()] })
})

test('refuses analytics of a period whose end has no date', async () => {
  const { app } = await sharedService(UNREAD)
  const period = 'from=9999-12-31T00:00:00Z&to=9999-12-31T23:59:59Z'
  const response = await app.inject(get(`/v1/analytics/payments?${period}`))
  expect(response.statusCode).toBe(400)
  expect(response.json()).toMatchObject({ code: 'query_invalid', errors: [{ path: '/to' }] })
})

test('refuses a cursor that is not one of ours', async () => {
  const { app } = await fakeService({
    model: { listPayments: () => Promise.reject(new InvalidCursorError('is not one of ours')) }
  })
  expect((await app.inject(get('/v1/payments?cursor=x'))).json()).toMatchObject({
    code: 'query_invalid',
    errors: [{ path: '/cursor', message: 'is not one of ours' }]
  })
})

test('waits until the read model shows what the position asks for', async () => {
  const handled = [3, 4, 5]
  const { app } = await fakeService({ model: { handledThrough: () => Promise.resolve(handled.shift()!) } })
  expect((await app.inject(get(one, { 'aegispay-position': 'commands-2-5' }))).statusCode).toBe(200)
  expect(handled).toEqual([])
})

test.each([
  ['/v1/customers/cus_1/statement', 'statement_entries'],
  ['/v1/customers/cus_1/statement.csv', 'statement_entries'],
  ['/v1/analytics/payments', 'analytics'],
  ['/v1/analytics/in-flight', 'analytics'],
  ['/v1/analytics/declines', 'analytics']
])('waits for what %s is made of', async (url, view) => {
  const handled = [4, 5]
  const waitedFor: unknown[] = []
  const { app } = await fakeService({
    model: {
      handledThrough: (...asked) => {
        waitedFor.push(asked)
        return Promise.resolve(handled.shift()!)
      }
    }
  })
  const response = await app.inject(get(url, { 'aegispay-position': 'outcomes-2-5' }))
  expect(response.statusCode).toBe(200)
  expect(waitedFor).toEqual([
    ['outcomes', 2, [view]],
    ['outcomes', 2, [view]]
  ])
})

test('does not wait longer than 2 seconds for it', async () => {
  const { app } = await sharedService()
  const began = performance.now()
  const response = await app.inject(get(one, { 'aegispay-position': 'commands-2-5' }))
  expect(performance.now() - began).toBeLessThan(2_500)
  expect(response.statusCode).toBe(503)
  expect(response.json()).toMatchObject({ code: 'read_model_behind' })
  expect(response.headers['retry-after']).toBe('1')
})

test.each([
  'x',
  '1-1',
  'commands-1',
  'events-1-1',
  'commands--1-1',
  'commands-12-0',
  'outcomes-1-1-1',
  'commands-01-1'
])('refuses the position %s', async token => {
  const { app } = await sharedService()
  const response = await app.inject(get(one, { 'aegispay-position': token }))
  expect(response.statusCode).toBe(400)
  expect(response.json()).toMatchObject({ code: 'position_malformed' })
})

test.each([
  ['refused', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' })],
  ['timed out', new Error('timeout exceeded when trying to connect')],
  ['several', new AggregateError([new Error('connect ECONNREFUSED')])],
  ['shutting down', Object.assign(new pg.DatabaseError('terminating', 1, 'error'), { code: '57P01' })]
])('answers 503 when the database is out of reach: %s', async (_, error) => {
  const { app } = await fakeService({ model: { findPayment: () => Promise.reject(error) } })
  const response = await app.inject(get(one))
  expect(response.statusCode).toBe(503)
  expect(response.json()).toMatchObject({ code: 'read_model_unavailable' })
  expect(response.headers['retry-after']).toBe('1')
})

test.each([
  ['of SQL', Object.assign(new pg.DatabaseError('no such column', 1, 'error'), { code: '42703' })],
  ['of the program', new TypeError('undefined is not a function')]
])('does not take a fault %s for an outage', async (_, error) => {
  const { app } = await fakeService({ model: { findPayment: () => Promise.reject(error) } })
  expect((await app.inject(get(one))).json()).toMatchObject({ code: 'internal_error' })
})

test('asks for a key', async () => {
  const { app } = await sharedService()
  expect((await app.inject({ url: one })).json()).toMatchObject({ code: 'api_key_missing' })
})

test('answers 503 while the roles are starting, and lives', async () => {
  const { app } = await fakeService({ starting: true, readiness: () => ({ query: 'starting' }) })
  for (const request of [get(one), starting()]) {
    const response = await app.inject(request)
    expect(response.statusCode).toBe(503)
    expect(response.json()).toMatchObject({ code: 'not_ready' })
  }
  expect((await app.inject('/healthz')).statusCode).toBe(200)
  const ready = await app.inject('/readyz')
  expect(ready.statusCode).toBe(503)
  expect(ready.json()).toEqual({ ready: false, roles: { query: 'starting' }, dependencies: {} })
  await app.close()
})

test('is ready when every role is', async () => {
  const { app } = await fakeService({ readiness: () => ({ query: null, ingress: null }) })
  const ready = await app.inject('/readyz')
  expect(ready.statusCode).toBe(200)
  expect(ready.json()).toEqual({ ready: true, roles: { query: 'ready', ingress: 'ready' }, dependencies: {} })
})

test('shows the page that problems refer to', async () => {
  const { app } = await sharedService()
  const problem: { type: string; code: string } = (await app.inject('/v1/nothing')).json()
  const [path, anchor] = problem.type.split('#')
  const page = await app.inject(path!)
  expect([page.statusCode, anchor]).toEqual([200, problem.code])
  expect(page.payload).toContain(`## ${problem.code}\n`)
})

test('gives kept-alive connections up while it stops, and still answers', async () => {
  const { app } = await fakeService({ stopping: true })
  const response = await app.inject(get(one))
  expect(response.statusCode).toBe(200)
  expect(response.headers.connection).toBe('close')
})

describe('how old an answer may be', () => {
  const views: (readonly string[])[] = []
  const freshnessOf = (asked: readonly string[]) => {
    views.push(asked)
    return { asOf: new Date('2026-01-01T00:00:00.5Z'), lagMs: 12.6 }
  }
  const fakes = { freshnessOf }

  test.each([
    [one, 200, ['payments', 'payment_events']],
    ['/v1/payments', 200, ['payments']],
    [`${one}/audit`, 404, ['audit']],
    [`${one}/events`, 404, ['payment_events']],
    [`${one}/refunds`, 404, ['payment_events']],
    [`${one}/routing`, 404, ['payment_events']],
    ['/v1/customers/cus_1', 404, ['customers']]
  ])('is said of %s, whether it is found or not', async (url, status, madeOf) => {
    const { app } = await sharedService(fakes)
    const { statusCode, headers } = await app.inject(get(url))
    expect(statusCode).toBe(status)
    expect(headers).toMatchObject({ 'aegispay-as-of': '2026-01-01T00:00:00.500Z', 'aegispay-lag': '13' })
    expect(views.at(-1)).toEqual(madeOf)
  })

  test.each(['/v1/unknown', '/v1/reviews'])('is said of %s', async url => {
    const { app } = await sharedService(fakes)
    const { headers } = await app.inject(get(url, { authorization: `Bearer ak_operator_${SECRET}` }))
    expect(headers).toMatchObject({ 'aegispay-lag': '13' })
    expect(views.at(-1)).toEqual(['payments'])
  })

  test('is left out while it is not known', async () => {
    const { app } = await sharedService()
    expect(Object.keys((await app.inject(get(one))).headers)).not.toContain('aegispay-lag')
  })
})
