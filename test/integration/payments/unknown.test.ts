// What nobody knows: listed for those who run the installation, and decided by them.
import { beforeAll, expect, test } from '@jest/globals'
import { App, eventually, payment, type Worker } from '../app.ts'

const HOUR_MS = 60 * 60 * 1000

let app: App
let worker: Worker

beforeAll(async () => {
  // For so long it proves nothing that the gateway does not know the call.
  app = await App.create({
    name: 'unknown',
    profile: () => ({ callTimeoutMs: 200, settlingTimeMs: HOUR_MS })
  })
  worker = await app.start()
}, 60_000)

const lost = (key: string) =>
  app.pay(worker, key, { paymentMethod: { type: 'card', token: 'tok_timeout_not_charged' } })
const listed = (query = '', apiKey = app.adminKey) =>
  app.request(worker, 'GET', `/v1/unknown${query}`, { apiKey })
const resolve = (id: string, key: string, changes: object = {}) =>
  app.request(worker, 'POST', `/v1/payments/${id}/resolve`, {
    ...{ key, apiKey: app.adminKey },
    body: { operationId: 'purchase-1', outcome: 'failed', reason: 'not on the statement', ...changes }
  })

/** The ids that are listed, page by page. */
async function idsListed(): Promise<string[]> {
  const ids: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await listed(`?limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`)
    ids.push(...(body['data'] as { paymentId: string }[]).map(({ paymentId }) => paymentId))
    cursor = body['nextCursor'] as string | null
  }
  return ids
}

test('is listed, the oldest first, until an operator has decided it', async () => {
  const [first, second] = [await lost('first'), await lost('second')]
  await eventually(async () => expect(await idsListed()).toEqual([first, second]))
  const { body } = await listed()
  const [outcome] = body['data'] as { since: string; forMs: number }[]
  expect(outcome).toMatchObject({
    ...{ merchantId: 'demo', status: 'PROCESSING', amount: 1099, currency: 'EUR', compensations: [] },
    operation: { id: 'purchase-1', kind: 'purchase', gateway: 'sandbox-alpha' }
  })
  expect(Math.abs(Date.now() - Date.parse(outcome!.since) - outcome!.forMs)).toBeLessThan(5000)

  const decided = await resolve(first, 'd1')
  expect([decided.status, decided.body['status']]).toEqual([200, 'FAILED'])
  await eventually(async () => expect(await idsListed()).toEqual([second]))
}, 60_000)

test('a compensation of which nobody knows is listed with its payment, whatever the payment came to', async () => {
  const id = await app.pay(worker, 'compensated')
  const since = Date.now() - HOUR_MS
  const of = { kind: 'REFUND', gateway: 'sandbox-alpha', amount: 1099 }
  const open = [
    { operationId: 'compensate-2', ...of, unknownSince: since },
    { operationId: 'compensate-3', ...of, unknownSince: null }
  ]
  await eventually(async () => {
    const rows = await app.query(
      `UPDATE payments SET compensations = $2, unknown_since = $3 WHERE id = $1 AND status = 'COMPLETED' RETURNING id`,
      [id, JSON.stringify(open), new Date(since)]
    )
    expect(rows).toHaveLength(1)
  })
  const { body } = await listed()
  const [oldest] = body['data'] as object[]
  expect(oldest).toMatchObject({
    ...{ paymentId: id, status: 'COMPLETED', operation: null, since: new Date(since).toISOString() },
    compensations: [{ id: 'compensate-2', kind: 'refund', gateway: 'sandbox-alpha', amount: 1099 }]
  })
}, 60_000)

test('a decision is kept with its reason and whose it is, and answered the same when it comes again', async () => {
  const id = await lost('decided')
  const answer = await eventually(async () => {
    const { status, body, headers } = await resolve(id, 'd1', { outcome: 'succeeded', reference: 'ch_1' })
    expect(status).toBe(200)
    return { body, position: headers.get('aegispay-position')! }
  })
  expect(answer.body).toMatchObject({ id, status: 'COMPLETED', capturedAmount: 1099 })
  const again = await resolve(id, 'd1', { outcome: 'succeeded', reference: 'ch_1' })
  expect([again.status, again.body]).toEqual([200, answer.body])
  const other = await resolve(id, 'd1', { outcome: 'failed' })
  expect([other.status, other.body['code']]).toEqual([422, 'idempotency_key_reused'])
  const later = await resolve(id, 'd2')
  expect([later.status, later.body['code']]).toEqual([409, 'outcome_not_unknown'])

  const { body } = await app.request(worker, 'GET', `/v1/payments/${id}/events`, {
    headers: { 'aegispay-position': answer.position }
  })
  const events = body['data'] as { type: string; data: object }[]
  expect(events.find(({ type }) => type === 'OutcomeResolved')?.data).toMatchObject({
    ...{ operationId: 'purchase-1', outcome: 'SUCCEEDED', reason: 'not on the statement' },
    decidedBy: 'key:demoadmin'
  })
}, 60_000)

test('meanwhile what would conflict is refused, and so is a decision about another operation', async () => {
  const id = await lost('waiting')
  const path = `/v1/payments/${id}`
  const cancelled = await app.request(worker, 'POST', `${path}/cancel`, { key: 'c1', body: {} })
  expect([cancelled.status, cancelled.body['code']]).toEqual([409, 'operation_in_progress'])
  await eventually(async () => {
    const { status, body } = await resolve(id, 'd1', { operationId: 'capture-7' })
    expect([status, body['code']]).toEqual([409, 'outcome_not_unknown'])
  })
  expect((await app.request(worker, 'GET', path)).body).toMatchObject({ operation: { status: 'unknown' } })
}, 60_000)

test.each([
  ['without a reason', { reason: '' }, 'body_invalid'],
  ['of another kind', { outcome: 'unknown' }, 'body_invalid'],
  ['that says more', { amount: 1 }, 'property_unknown']
])('a decision %s is malformed', async (_, changes, code) => {
  const { status, body } = await resolve(`pay_${'a'.repeat(32)}`, 'd1', changes)
  expect([status, body['code']]).toEqual([400, code])
})

test('is none of a merchant’s business, and nothing is decided about payments that there are not', async () => {
  expect((await listed('', app.apiKey)).body['code']).toBe('scope_missing')
  const options = { key: 'd1', body: payment() }
  const foreign = await app.request(worker, 'POST', `/v1/payments/pay_${'a'.repeat(32)}/resolve`, options)
  expect(foreign.body['code']).toBe('scope_missing')
  const nobody = await resolve(`pay_${'a'.repeat(32)}`, 'd1')
  expect([nobody.status, nobody.body['code']]).toEqual([404, 'payment_not_found'])
  expect((await listed('?cursor=x')).body['code']).toBe('query_invalid')
})
