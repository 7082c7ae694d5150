// What the analytics say, against numbers that are computed here from the events on the topic.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { App, eventually, payment, type Worker } from '../app.ts'
import { decodeAll } from './topic.ts'

/** As loose as it can be: this test is to know no more than the topic's readers do. */
type Event = Readonly<Record<string, unknown>> & { readonly type: string; readonly occurredAt: number }

let app: App
let worker: Worker
let rival: string
/** By payment, in order; without the rival's. */
let histories: readonly (readonly Event[])[]

/** A soft decline goes elsewhere once, where another gateway takes the currency. */
const paid: readonly (readonly [key: string, changes: object])[] = [
  ...Array.from({ length: 6 }, (_, i) => [`paid-${i}`, { amount: 1000 + i }] as const),
  ['dollars', { amount: 77, currency: 'USD' }],
  ['yen', { amount: 500, currency: 'JPY' }],
  ['declined', { paymentMethod: { type: 'card', token: 'tok_declined' } }],
  ['soft', { amount: 333, paymentMethod: { type: 'card', token: 'tok_insufficient_funds' } }],
  ['held', { amount: 2500, capture: 'manual' }],
  ['held-in-yen', { amount: 600, currency: 'JPY', capture: 'manual' }],
  ['cancelled', { amount: 2600, capture: 'manual' }],
  ['captured', { amount: 2700, capture: 'manual' }],
  ['partly-refunded', { amount: 900 }],
  ['refunded', { amount: 800 }],
  ['refund-declined', { amount: 700, paymentMethod: { type: 'card', token: 'tok_refund_declined' } }]
]

beforeAll(async () => {
  app = await App.create({ name: 'analytics', payments: { attempts: 2 } })
  worker = await app.start()
  const ids = new Map<string, string>()
  for (const [key, changes] of paid) ids.set(key, await app.pay(worker, key, changes))
  const then = (key: string, action: string, body: object = {}) =>
    app.request(worker, 'POST', `/v1/payments/${ids.get(key)}/${action}`, { key: `${key}-${action}`, body })
  await then('cancelled', 'cancel')
  await then('captured', 'capture', { amount: 1700 })
  await then('partly-refunded', 'refunds', { amount: 250 })
  await then('refunded', 'refunds')
  await then('refund-declined', 'refunds', { amount: 100 })
  rival = await payAsRival()
  const events = (await decodeAll(app.kafka, app.topics.events, app.codec)).flatMap(
    ({ name, value }): Event[] =>
      'paymentId' in value && 'merchantId' in value && value.merchantId === 'demo'
        ? [{ ...value, type: name.replace('aegispay.events.', '') } as unknown as Event]
        : []
  )
  histories = [...Map.groupBy(events, event => event['paymentId']).values()]
  await eventually(async () => expect(sum(await rows('by=currency'), 'initiated')).toBe(paid.length))
}, 120_000)

async function payAsRival(): Promise<string> {
  const asAdmin = { apiKey: app.adminKey, headers: { 'if-none-match': '*' } }
  const merchant = { id: 'rival', name: 'Rival Ltd', active: true }
  await app.request(worker, 'PUT', '/v1/admin/merchants/rival', { ...asAdmin, body: merchant })
  const made = await app.request(worker, 'POST', '/v1/admin/api-keys', {
    apiKey: app.adminKey,
    body: { merchantId: 'rival', scopes: ['payments:read', 'payments:write'] }
  })
  const apiKey = String(made.body['apiKey'])
  const body = payment({ amount: 31, currency: 'GBP' })
  expect((await app.request(worker, 'POST', '/v1/payments', { apiKey, key: 'rival', body })).status).toBe(201)
  return apiKey
}

interface Row {
  readonly hour?: string
  readonly day?: string
  readonly currency: string
  readonly merchant?: string
  readonly gateway?: string | null
  readonly payments: Record<string, { count: number; amount: number }>
  readonly refunds: Record<string, { count: number; amount: number }>
  readonly attempts: Record<string, number>
  readonly approval: Record<string, number | null>
  readonly fees: { payments: number; amount: number }
  readonly latency: Record<string, { count: number; p50Ms: number; p95Ms: number; p99Ms: number }>
}

async function ask<T>(path: string, apiKey = app.apiKey): Promise<T> {
  const { status, body } = await app.request(worker, 'GET', path, { apiKey })
  expect([path, status]).toEqual([path, 200])
  return body as T
}

const rows = async (query: string, apiKey?: string): Promise<Row[]> =>
  (await ask<{ data: Row[] }>(`/v1/analytics/payments?${query}`, apiKey)).data

const sum = (all: readonly Row[], measure: string) =>
  all.reduce((total, { payments }) => total + payments[measure]!.count, 0)

/** Each event with what its payment was then. */
function* told(): Iterable<{
  event: Event
  currency: string
  amount: number
  gateway: string | null
  begun: number
}> {
  for (const history of histories) {
    const {
      amount,
      currency,
      occurredAt: begun
    } = history[0]! as Event & { amount: number; currency: string }
    let gateway: string | null = null
    for (const event of history) {
      if (event.type === 'GatewaySelected') gateway = String(event['gateway'])
      yield { event, currency, amount, gateway, begun }
    }
  }
}

interface Told {
  readonly type: string
  readonly is?: (event: Event) => boolean
}

/** How many there are, and their amounts. */
function total(of: Told, where: (one: { currency: string; gateway: string | null }) => boolean) {
  let [count, amount] = [0, 0]
  for (const one of told()) {
    if (one.event.type !== of.type || of.is?.(one.event) === false || !where(one)) continue
    count++
    amount += Number(one.event['amount'] ?? one.amount)
  }
  return { count, amount }
}

const beforeAuthorization = (event: Event) => event['stage'] !== 'SETTLEMENT'
const measures: Record<string, Told> = {
  initiated: { type: 'PaymentInitiated' },
  authorized: { type: 'PaymentAuthorized' },
  captured: { type: 'PaymentCaptured' },
  completed: { type: 'PaymentCompleted' },
  cancelled: { type: 'PaymentCancelled' },
  failed: { type: 'PaymentFailed', is: beforeAuthorization }
}

test('counts and amounts are those of the events, by currency and gateway', async () => {
  const found = await rows('by=gateway')
  expect(new Set(found.map(({ gateway }) => gateway)).size).toBeGreaterThan(2)
  for (const row of found) {
    const where = (one: { currency: string; gateway: string | null }) =>
      one.currency === row.currency && one.gateway === row.gateway
    for (const [measure, of] of Object.entries(measures))
      expect([row.currency, row.gateway, measure, row.payments[measure]]).toEqual([
        ...[row.currency, row.gateway, measure, total(of, where)]
      ])
    const partly = total({ type: 'PaymentPartiallyRefunded' }, where)
    const wholly = total({ type: 'PaymentRefunded' }, where)
    expect(row.refunds['succeeded']).toEqual({
      count: partly.count + wholly.count,
      amount: partly.amount + wholly.amount
    })
  }
  for (const [measure, of] of Object.entries(measures))
    expect([measure, sum(found, measure)]).toEqual([measure, total(of, () => true).count])
})

test('hours and days add up to the same', async () => {
  const [hours, days] = [await rows('by=hour'), await rows('by=day')]
  for (const measure of Object.keys(measures))
    expect([measure, sum(hours, measure)]).toEqual([measure, sum(days, measure)])
  for (const { hour, currency, payments } of hours) {
    const start = Date.parse(hour!)
    const inHour = [...told()].filter(
      ({ event, currency: own }) =>
        event.type === 'PaymentCompleted' &&
        own === currency &&
        event.occurredAt >= start &&
        event.occurredAt < start + 3_600_000
    )
    expect(payments['completed']!.count).toBe(inHour.length)
  }
})

test('attempts are approved or declined where they were made, and both shares are what follows', async () => {
  for (const row of await rows('by=gateway')) {
    const here = [...told()].filter(
      ({ currency, gateway }) => currency === row.currency && gateway === row.gateway
    )
    const approved = here.filter(({ event }) => event.type === 'PaymentAuthorized').length
    const declined = here.filter(
      ({ event }) =>
        event['declineType'] != null &&
        (event.type === 'PaymentFailed' ||
          (event.type === 'GatewayOperationFailed' && /PURCHASE|AUTHORIZE/.test(String(event['kind']))))
    ).length
    expect(row.attempts).toMatchObject({ approved, declined })
    const share = approved + declined === 0 ? null : approved / (approved + declined)
    expect(row.approval['attempts']).toBe(share)
  }
  const [euros] = await rows('by=currency&currency=EUR')
  const { authorized, failed } = euros!.payments
  expect(euros!.approval['payments']).toBe(authorized!.count / (authorized!.count + failed!.count))
  expect(authorized!.count).toBeGreaterThan(0)
  expect(failed!.count).toBe(2)
})

test('fees are those that the chosen gateway was known to take', async () => {
  for (const { currency, fees } of await rows('by=currency')) {
    let [payments, amount] = [0, 0]
    for (const history of histories) {
      if (history[0]!['currency'] !== currency || !history.some(({ type }) => type === 'PaymentCaptured'))
        continue
      const chosen = history.findLast(({ type }) => type === 'GatewaySelected')!
      const candidates = chosen['candidates'] as { gateway: string; terms: { cost: number } }[]
      payments++
      amount += candidates.find(({ gateway }) => gateway === chosen['gateway'])!.terms.cost
    }
    expect(fees.payments).toBe(payments)
    expect(fees.amount).toBeCloseTo(amount, 3)
  }
})

test('latencies are within one hundredth of the exact ones', async () => {
  const [euros] = await rows('by=currency&currency=EUR')
  const exact = [...told()]
    .filter(({ event, currency }) => event.type === 'PaymentAuthorized' && currency === 'EUR')
    .map(({ event, begun }) => Math.max(1, event.occurredAt - begun))
    .sort((a, b) => a - b)
  const { authorization } = euros!.latency
  expect(authorization!.count).toBe(exact.length)
  for (const [quantile, ms] of [
    [0.5, authorization!.p50Ms],
    [0.99, authorization!.p99Ms]
  ] as const) {
    const truth = exact[Math.floor(quantile * (exact.length - 1))]!
    expect(Math.abs(ms - truth)).toBeLessThanOrEqual(truth * 0.01 + 0.001)
  }
})

test('what is under way is what has not ended, by currency', async () => {
  const { data } = await ask<{ data: object[] }>('/v1/analytics/in-flight')
  expect(data).toEqual([
    { currency: 'EUR', status: 'AUTHORIZED', count: 1, amount: 2500 },
    { currency: 'JPY', status: 'AUTHORIZED', count: 1, amount: 600 }
  ])
})

test('the reasons are counted, of payments, attempts and refunds', async () => {
  const reasons = async (of: string) =>
    (await ask<{ data: { count: number; share: number; code: string }[] }>(`/v1/analytics/declines?of=${of}`))
      .data
  const failed = [...told()].filter(({ event }) => event.type === 'PaymentFailed')
  const found = await reasons('payment')
  expect(found.reduce((total, { count }) => total + count, 0)).toBe(failed.length)
  expect(found.reduce((total, { share }) => total + share, 0)).toBeCloseTo(1)
  for (const { code, count } of found)
    expect(failed.filter(({ event }) => event['code'] === code)).toHaveLength(count)
  expect((await reasons('attempt')).length).toBeGreaterThan(0)
  expect(await reasons('refund')).toMatchObject([{ count: 1, share: 1, declineType: 'HARD', stage: null }])
})

describe('those who run the installation', () => {
  const asOperator = (query: string) => rows(query, app.adminKey)
  const initiated = (all: readonly Row[]) =>
    all.map(({ merchant, currency, payments }) => [merchant, currency, payments['initiated']!.count])

  test('see the figures of all merchants, and of each', async () => {
    const own = (await rows('by=currency')).map(row => [row.currency, row.payments['initiated']!.count])
    const all = await asOperator('by=merchant')
    expect(initiated(all)).toEqual(
      [...own.map(([currency, count]) => ['demo', currency, count]), ['rival', 'GBP', 1]].sort((a, b) =>
        String(a[1]) < String(b[1]) ? -1 : 1
      )
    )
    expect(sum(await asOperator('by=currency'), 'initiated')).toBe(paid.length + 1)
    expect(initiated(await asOperator('by=merchant&merchant=rival'))).toEqual([['rival', 'GBP', 1]])
  })

  test('see those of one in its name', async () => {
    const headers = { 'aegispay-merchant': 'rival' }
    const of = { apiKey: app.adminKey, headers }
    const { body } = await app.request(worker, 'GET', '/v1/analytics/payments?by=merchant', of)
    expect(initiated(body['data'] as Row[])).toEqual([['rival', 'GBP', 1]])
  })

  test('see what is under way, and why things came to nothing, of all', async () => {
    const ofDemo = await ask<object>('/v1/analytics/in-flight')
    expect(await ask('/v1/analytics/in-flight', app.adminKey)).toEqual(ofDemo)
    const { data } = await ask<{ data: object[] }>('/v1/analytics/declines', app.adminKey)
    expect(data.length).toBeGreaterThan(0)
    const none = await ask<{ data: object[] }>('/v1/analytics/declines?merchant=rival', app.adminKey)
    expect(none.data).toEqual([])
  })

  test('page through them', async () => {
    const all = initiated(await asOperator('by=merchant'))
    const paged: unknown[] = []
    const { from, to } = await ask<{ from: string; to: string }>('/v1/analytics/payments', app.adminKey)
    for (let cursor: string | null = ''; cursor !== null;) {
      const next: string = cursor === '' ? '' : `&cursor=${cursor}`
      const query = `by=merchant&limit=1&from=${from}&to=${to}${next}`
      const page: { data: Row[]; nextCursor: string | null } = await ask(
        `/v1/analytics/payments?${query}`,
        app.adminKey
      )
      paged.push(...initiated(page.data))
      cursor = page.nextCursor
    }
    expect(paged).toEqual(all)
  })
})

test('a merchant is told apart from nobody', async () => {
  expect((await rows('by=merchant')).every(({ merchant }) => merchant === 'demo')).toBe(true)
  expect(await rows('by=merchant&merchant=rival')).toEqual([])
})

describe('pages', () => {
  test('give every row once, in one order', async () => {
    const all = await rows('by=gateway,currency')
    const { from, to } = await ask<{ from: string; to: string }>('/v1/analytics/payments')
    const period = `from=${from}&to=${to}&by=gateway,currency`
    const paged: Row[] = []
    for (let cursor = ''; ;) {
      const page = await ask<{ data: Row[]; nextCursor: string | null }>(
        `/v1/analytics/payments?${period}&limit=2${cursor}`
      )
      paged.push(...page.data)
      if (page.nextCursor === null) break
      cursor = `&cursor=${page.nextCursor}`
    }
    expect(paged).toEqual(all)
  })

  test('a cursor is for its own figures alone', async () => {
    const { nextCursor } = await ask<{ nextCursor: string }>('/v1/analytics/payments?by=gateway&limit=1')
    for (const other of ['by=day', 'by=gateway&currency=EUR', 'by=gateway&from=2026-01-01T00:00:00Z']) {
      const { status, body } = await app.request(
        worker,
        'GET',
        `/v1/analytics/payments?${other}&limit=1&cursor=${nextCursor}`
      )
      expect([other, status, body['code']]).toEqual([other, 400, 'query_invalid'])
    }
  })
})

test.each([
  ['by=customer', '/by'],
  ['by=hour,day', '/by'],
  ['by=', '/by'],
  ['from=yesterday', '/from'],
  ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', '/from'],
  ['from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z', '/from'],
  ['by=day&from=2024-01-01T00:00:00Z&to=2026-01-01T00:00:00Z', '/from'],
  ['from=2026-06-30T23:59:60Z', '/from'],
  ['currency=XXY', '/currency'],
  ['limit=1001', '/limit'],
  ['cursor=nonsense', '/cursor'],
  ['colour=red', '/colour']
])('refuses %s', async (query, path) => {
  const { status, body } = await app.request(worker, 'GET', `/v1/analytics/payments?${query}`)
  expect([status, body['code']]).toEqual([400, 'query_invalid'])
  expect(body['errors']).toMatchObject([{ path }])
})

test('a merchant sees its own', async () => {
  await eventually(async () => expect(await rows('by=currency', rival)).toHaveLength(1))
  const [own] = await rows('by=currency', rival)
  expect([own!.currency, own!.payments['initiated']]).toEqual(['GBP', { count: 1, amount: 31 }])
  expect(await rows('by=currency&currency=GBP')).toEqual([])
  expect(await ask('/v1/analytics/declines', rival)).toMatchObject({ data: [] })
  expect(await ask('/v1/analytics/in-flight', rival)).toEqual({ data: [] })
})

test('answers say how old they may be', async () => {
  await eventually(async () => {
    const { headers } = await app.request(worker, 'GET', '/v1/analytics/in-flight')
    expect(headers.get('aegispay-lag')).toMatch(/^\d+$/)
  })
})
