// Bad requests about webhooks: a clear refusal, nothing half-written, nothing of ours that breaks.
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { App, eventually, type Worker } from '../app.ts'
import { Receiver } from './receiver.ts'
import { addEndpoint, deliveriesOf, endpointOf } from './shop.ts'

jest.setTimeout(60_000)

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({
    name: 'bad-hooks',
    settings: { AEGISPAY_WEBHOOK_ALLOW_LOOPBACK: 'false', AEGISPAY_WEBHOOK_RETRY_MS: '60000' }
  })
  worker = await app.start()
}, 60_000)

const ask = (method: string, path: string, body?: unknown) =>
  app.request(worker, method, path, body === undefined ? {} : { body })
const endpoints = async () => (await app.query('SELECT id FROM webhook_endpoints')).length

describe('an endpoint', () => {
  const refused: readonly (readonly [string, object, number, string])[] = [
    ['without a URL', {}, 400, 'body_invalid'],
    ['whose URL is none', { url: 'shop' }, 422, 'webhook_url_refused'],
    ['over plain HTTP', { url: 'http://shop.example/' }, 422, 'webhook_url_refused'],
    ['with a password', { url: 'https://a:b@shop.example/' }, 422, 'webhook_url_refused'],
    ['on loopback', { url: 'https://127.0.0.1/' }, 422, 'webhook_url_refused'],
    ['on loopback, as a number', { url: 'https://2130706433/' }, 422, 'webhook_url_refused'],
    ['on loopback, mapped', { url: 'https://[::ffff:127.0.0.1]/' }, 422, 'webhook_url_refused'],
    ['at the metadata of a cloud', { url: 'https://169.254.169.254/' }, 422, 'webhook_url_refused'],
    ['on this machine by name', { url: 'https://localhost/' }, 422, 'webhook_url_refused'],
    ['with a URL too long', { url: `https://shop.example/${'a'.repeat(2048)}` }, 400, 'body_invalid'],
    [
      'of a type that there is not',
      { url: 'https://shop.example/', eventTypes: ['all'] },
      400,
      'body_invalid'
    ],
    ['of no type', { url: 'https://shop.example/', eventTypes: [] }, 400, 'body_invalid'],
    ['with what is not known', { url: 'https://shop.example/', secret: 'mine' }, 400, 'property_unknown']
  ]

  test.each(refused)('%s is refused', async (_, body, status, code) => {
    const before = await endpoints()
    expect(await ask('POST', '/v1/webhook-endpoints', body)).toMatchObject({ status, body: { code } })
    expect(await endpoints()).toBe(before)
  })

  test('is changed only as one may be made', async () => {
    const endpoint = await addEndpoint(app, worker, { url: 'https://shop.example/' })
    const before = await endpointOf(app, worker, endpoint)
    const path = `/v1/webhook-endpoints/${endpoint.id}`
    for (const [body, status] of [
      [{ url: 'https://10.0.0.1/' }, 422],
      [{}, 400],
      [{ status: 'disabled' }, 400],
      [{ url: null }, 400]
    ] as const)
      expect([body, (await ask('PATCH', path, body)).status]).toEqual([body, status])
    const range = (from: string, to: string) => ask('POST', `${path}/redeliver`, { from, to })
    expect((await range('2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z')).status).toBe(400)
    expect((await range('2016-12-31T23:59:60Z', '2026-01-01T00:00:00Z')).status).toBe(400)
    expect((await range('yesterday', 'today')).status).toBe(400)
    for (const overlapSeconds of [-1, 604_801, 1.5])
      expect((await ask('POST', `${path}/secret/rotate`, { overlapSeconds })).status).toBe(400)
    expect((await endpointOf(app, worker, endpoint)).body).toEqual(before.body)
  })

  test('beyond the twentieth is refused', async () => {
    const url = 'https://shop.example/'
    const made = await Promise.all(
      Array.from({ length: 25 }, () => ask('POST', '/v1/webhook-endpoints', { url }))
    )
    expect(await endpoints()).toBe(20)
    const refusals = made.filter(({ status }) => status !== 201)
    for (const refusal of refusals)
      expect(refusal).toMatchObject({ status: 409, body: { code: 'too_many_webhook_endpoints' } })
    const page = await ask('GET', '/v1/webhook-endpoints?limit=15')
    const next = await ask('GET', `/v1/webhook-endpoints?limit=15&cursor=${String(page.body['nextCursor'])}`)
    const ids = [page, next].flatMap(({ body }) => (body['data'] as { id: string }[]).map(({ id }) => id))
    expect([ids.length, new Set(ids).size, next.body['nextCursor']]).toEqual([20, 20, null])
    for (const id of ids) expect((await ask('DELETE', `/v1/webhook-endpoints/${id}`)).status).toBe(204)
  })
})

const cursor = (text: string) => Buffer.from(text).toString('base64url')

test.each([
  ...[
    'limit=0',
    'limit=101',
    'limit=x',
    'cursor=x',
    'sort=up',
    `cursor=${cursor('1.')}`,
    `cursor=${cursor('x.msg')}`
  ],
  ...[`cursor=${cursor('999999999999999.msg')}`, 'status=lost', 'payment=%00', 'endpoint=']
])('a list with %s is refused', async query => {
  const answer = await ask('GET', `/v1/webhook-deliveries?${query}`)
  expect(answer).toMatchObject({ status: 400, body: { code: 'query_invalid' } })
})

test.each(['we_1', '%00', 'we_%E0%A4%A', '..%2Fadmin', `we_${'0'.repeat(32)}`])(
  'the id %s is found nowhere',
  async id => {
    for (const path of [`/v1/webhook-endpoints/${id}`, `/v1/webhook-deliveries/${id}`]) {
      const { status } = await ask('GET', path)
      expect([400, 404]).toContain(status)
    }
  }
)

test('an endpoint whose URL is not allowed any more gets nothing, and says why', async () => {
  const receiver = await Receiver.start()
  const endpoint = await addEndpoint(app, worker, { url: 'https://shop.example/' })
  // Rules were others when it was made.
  await app.query('UPDATE webhook_endpoints SET url = $1 WHERE id = $2', [receiver.url, endpoint.id])
  const id = await app.pay(worker, 'inside')
  const refused = await eventually(async () => {
    const deliveries = await deliveriesOf(app, worker, `payment=${id}&limit=100`)
    const first = deliveries.find(({ sequence }) => sequence === 1)
    expect(first).toMatchObject({ attemptCount: 1, status: 'pending' })
    return app.request(worker, 'GET', `/v1/webhook-deliveries/${first!.id}`)
  })
  expect(refused.body['attempts']).toMatchObject([
    { httpStatus: null, error: 'Its address is not on the public internet.' }
  ])
  expect(receiver.received).toEqual([])
})

test('without keys there are no webhooks, and everything else is there', async () => {
  const without = app.under({ AEGISPAY_WEBHOOK_KEYS: '' })
  await worker.end('SIGTERM')
  worker = await without.start()
  const answer = await ask('POST', '/v1/webhook-endpoints', { url: 'https://shop.example/' })
  expect(answer).toMatchObject({ status: 409, body: { code: 'webhooks_off' } })
  await app.pay(worker, 'without')
})
