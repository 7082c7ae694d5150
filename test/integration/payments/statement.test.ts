import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { App, eventually, type Worker } from '../app.ts'

jest.setTimeout(60_000)

let app: App
let worker: Worker

const customer = { id: 'cus_stated' }

beforeAll(async () => {
  app = await App.create({ name: 'statement' })
  worker = await app.start()
  const whole = await app.pay(worker, 'whole', { customer })
  const part = await app.pay(worker, 'part', { customer, amount: 500, capture: 'manual' })
  await app.pay(worker, 'declined', { customer, paymentMethod: { type: 'card', token: 'tok_declined' } })
  await app.pay(worker, 'yen', { customer, amount: 700, currency: 'JPY' })
  await app.pay(worker, 'of-another', { customer: { id: 'cus_other' } })
  const act = async (path: string, key: string, body: object) =>
    expect((await app.request(worker, 'POST', path, { key, body })).status).toBeLessThan(300)
  await act(`/v1/payments/${part}/capture`, 'capture-part', { amount: 300 })
  await act(`/v1/payments/${whole}/refunds`, 'refund-1', { amount: 100 })
  await act(`/v1/payments/${whole}/refunds`, 'refund-2', { amount: 50 })
}, 60_000)

interface Stated {
  readonly currency: string
  readonly opening: number
  readonly closing: number
  readonly entries: readonly { readonly kind: string; readonly amount: number; readonly occurredAt: string }[]
}

async function stated(query = ''): Promise<Stated[]> {
  const { status, body } = await app.request(worker, 'GET', `/v1/customers/cus_stated/statement${query}`)
  expect(status).toBe(200)
  return body['currencies'] as Stated[]
}

const complete = () =>
  eventually(async () => {
    const currencies = await stated()
    expect(currencies.map(({ entries }) => entries.length)).toEqual([4, 1])
    return currencies
  })

describe('a customer’s statement', () => {
  test('has what was captured and refunded, and its sums are those of the payments', async () => {
    const [euros, yen] = await complete()
    expect(euros!.entries.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['capture', 1099],
      ['capture', 300],
      ['refund', -100],
      ['refund', -50]
    ])
    expect([yen!.currency, yen!.closing]).toEqual(['JPY', 700])
    const sums = await app.query<{ currency: string; sum: number }>(
      `SELECT currency, sum(captured_amount - refunded_amount)::float8 AS sum FROM payments
       WHERE customer_id = 'cus_stated' GROUP BY currency ORDER BY currency`
    )
    expect([euros, yen].map(one => ({ currency: one!.currency, sum: one!.closing }))).toEqual(sums)
  })

  test('shows at once what the answer to a refund came of, to who sends its position', async () => {
    const of = { customer: { id: 'cus_positions' } }
    const paymentId = await app.pay(worker, 'positions', of)
    const refund = { key: 'refund-positions', body: { amount: 99 } }
    const { headers } = await app.request(worker, 'POST', `/v1/payments/${paymentId}/refunds`, refund)
    const position = { 'aegispay-position': headers.get('aegispay-position')! }
    const { body } = await app.request(worker, 'GET', '/v1/customers/cus_positions/statement', {
      headers: position
    })
    expect(body['currencies']).toMatchObject([{ captured: 1099, refunded: 99 }])
    const figures = await app.request(worker, 'GET', '/v1/analytics/in-flight', { headers: position })
    expect(figures.status).toBe(200)
  })

  test('of adjoining periods joins', async () => {
    const [euros] = await complete()
    const middle = encodeURIComponent(euros!.entries[2]!.occurredAt)
    const [before] = await stated(`?currency=EUR&to=${middle}`)
    const [after] = await stated(`?currency=EUR&from=${middle}`)
    expect(before!.opening).toBe(0)
    expect(before!.closing).toBe(after!.opening)
    expect(after!.closing).toBe(euros!.closing)
    expect([...before!.entries, ...after!.entries].map(({ amount }) => amount)).toEqual(
      euros!.entries.map(({ amount }) => amount)
    )
  })

  test('can be had as CSV', async () => {
    await complete()
    const response = await fetch(`${worker.url}/v1/customers/cus_stated/statement.csv?currency=EUR`, {
      headers: { authorization: `Bearer ${app.apiKey}` }
    })
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
    const lines = (await response.text()).trimEnd().split('\r\n')
    expect(lines.map(line => line.split(',').slice(5).join(' '))).toEqual([
      ...['amount balance', ' 0.00', '10.99 10.99', '3.00 13.99', '-1.00 12.99', '-0.50 12.49', ' 12.49']
    ])
  })

  test.each([
    ['from=yesterday', '/from'],
    ['currency=XXX', '/currency'],
    ['from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z', '/to'],
    ['to=2016-12-31T23:59:60Z', '/to']
  ])('is refused for %s', async (query, path) => {
    const answer = await app.request(worker, 'GET', `/v1/customers/cus_stated/statement?${query}`)
    expect(answer).toMatchObject({ status: 400, body: { code: 'query_invalid' } })
    expect(answer.body['errors']).toContainEqual(expect.objectContaining({ path }))
  })

  test('is that of nobody where the merchant has had no payment of them', async () => {
    const answer = await app.request(worker, 'GET', '/v1/customers/cus_nobody/statement')
    expect(answer).toMatchObject({ status: 404, body: { code: 'customer_not_found' } })
  })
})
