import { afterEach, describe, expect, test } from '@jest/globals'
import { IdempotentPaymentService, PaymentService } from '../../../client/src/index.ts'
import { problem, ScriptedService, type Scripted } from './scripted-service.ts'

let service: ScriptedService | undefined
afterEach(() => service?.close())

async function start(...script: Scripted[]): Promise<{ url: string; apiKey: string }> {
  service = await ScriptedService.start(script)
  return { url: service.url, apiKey: 'ak_demo_secret' }
}

const paths = () => service!.asked.map(({ path }) => path)
const csv = 'currency,occurred_at\r\nEUR,2026-01-01T00:00:00.000Z\r\n'
const asCsv: Scripted = response =>
  response.writeHead(200, { 'content-type': 'text/csv; charset=utf-8' }).end(csv)

describe('a statement as CSV', () => {
  const period = { from: '2026-01-01T00:00:00Z', currency: 'EUR' }

  test('is given as it came, and tried again as other reads are', async () => {
    const payments = new IdempotentPaymentService({ ...(await start(null, asCsv)), firstPauseMs: 2 })
    expect(await payments.getStatementAsCsv('cus/1', period)).toBe(csv)
    const path = '/v1/customers/cus%2F1/statement.csv?from=2026-01-01T00%3A00%3A00Z&currency=EUR'
    expect(paths()).toEqual([path, path])
    expect(service!.asked[1]!.headers['accept']).toBe('text/csv')
  })

  test('is none when something else is answered', async () => {
    const payments = new PaymentService(await start({ status: 200, body: {} }))
    await expect(payments.getStatementAsCsv('cus_1')).rejects.toMatchObject({ code: 'answer_malformed' })
  })

  test('is refused as everything is', async () => {
    const payments = new PaymentService(await start(problem(404, 'customer_not_found')))
    await expect(payments.getStatementAsCsv('cus_1')).rejects.toMatchObject({ code: 'customer_not_found' })
  })
})

test('pages of figures are of one period, though the first was asked for up to now', async () => {
  const period = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-03T00:00:00.000Z' }
  const page = (gateway: string, nextCursor: string | null): Scripted => ({
    status: 200,
    body: { ...period, data: [{ gateway }], nextCursor }
  })
  const payments = new PaymentService(await start(page('a', 'next'), page('b', null)))
  const gateways = []
  const filter = { by: ['day', 'gateway'], from: '2026-01-01T09:00:00Z', pageSize: 1 } as const
  for await (const { gateway } of payments.analytics.payments(filter)) gateways.push(gateway)
  expect(gateways).toEqual(['a', 'b'])
  const query = (from: string) =>
    `/v1/analytics/payments?from=${encodeURIComponent(from)}&by=day%2Cgateway&limit=1`
  expect(paths()).toEqual([
    query('2026-01-01T09:00:00Z'),
    `${query(period.from)}&to=${encodeURIComponent(period.to)}&cursor=next`
  ])
})

test('every request names the merchant in whose name it is made, where one is given', async () => {
  const options = await start({ status: 200, body: { data: [] } })
  await new PaymentService(options).audit('pay_1')
  const operator = new PaymentService({ ...options, merchantId: 'demo' })
  await operator.audit('pay_1')
  await operator.retry('pay_1', { idempotencyKey: 'k' })
  await operator.webhookEndpoints.get('id')
  await operator
    .stream()
    .next()
    .catch(() => undefined)
  const named = service!.asked.map(({ headers }) => headers['aegispay-merchant'])
  expect(named).toEqual([undefined, 'demo', 'demo', 'demo', 'demo'])
})
