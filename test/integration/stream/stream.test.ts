// The stream over HTTP, on processes that come and go.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { App, eventually, payment, type Worker } from '../app.ts'
import { TcpProxy } from '../operate/tcp-proxy.ts'
import { stack } from '../stack.ts'
import { SseClient, until, type SseOptions, type Told } from './sse.ts'

jest.setTimeout(90_000)

let redisProxy: TcpProxy
let app: App
/** That takes payments and has no projector. */
let door: Worker
let projector: Worker

beforeAll(async () => {
  const redis = new URL(stack().redis)
  redisProxy = await TcpProxy.start({ host: redis.hostname, port: Number(redis.port) })
  const url = new URL(redis.href)
  url.host = `127.0.0.1:${redisProxy.port}`
  app = (await App.create({ name: 'stream' })).under({ AEGISPAY_REDIS_URL: url.href })
  ;[door, projector] = await Promise.all([
    app.start('ingress', 'query', 'processor', 'gateway', 'admin'),
    app.start('projector')
  ])
})

const clients: SseClient[] = []
afterAll(() => {
  for (const client of clients) client.close()
  redisProxy.close()
})

async function follow(worker: Worker, options: SseOptions = {}): Promise<SseClient> {
  const client = await SseClient.open(worker.url, { apiKey: app.apiKey, ...options })
  clients.push(client)
  return client
}

const told = (client: SseClient, id: string) =>
  client.told.filter(({ paymentId }) => paymentId === id).map(({ sequence }) => sequence)

test('a payment that a client is told of can be read as it is told', async () => {
  const client = await follow(door)
  const id = await app.pay(door, 'told')
  await until(() => expect(client.told.at(-1)).toMatchObject({ type: 'PaymentCompleted' }))
  const { body } = await app.request(door, 'GET', `/v1/payments/${id}`)
  expect(body).toMatchObject({ status: 'COMPLETED', version: client.told.at(-1)!.sequence })
  expect(told(client, id)).toEqual(Array.from({ length: Number(body['version']) }, (_, i) => i + 1))
  expect(client.told[0]).toMatchObject({ paymentId: id, customerId: 'cus_1', type: 'PaymentInitiated' })
})

test('answers with what proxies and caches must know', async () => {
  const abort = new AbortController()
  const headers = { authorization: `Bearer ${app.apiKey}` }
  const { headers: given } = await fetch(`${door.url}/v1/stream`, { headers, signal: abort.signal })
  abort.abort()
  expect(given.get('content-type')).toBe('text/event-stream')
  expect([given.get('cache-control'), given.get('x-accel-buffering')]).toEqual(['no-store', 'no'])
  const head = await fetch(`${door.url}/v1/stream`, { method: 'HEAD', headers })
  expect([head.status, await head.text()]).toEqual([200, ''])
})

test('is not among the requests under way, however many are open', async () => {
  await Promise.all(Array.from({ length: 20 }, () => follow(door)))
  const metrics = await (await fetch(`${door.url}/metrics`)).text()
  expect(metrics).toMatch(/^aegispay_http_requests_under_way 0$/m)
  expect(metrics).toMatch(/^aegispay_stream_clients (2[0-9])$/m)
})

test('a filter by type and customer shows only that', async () => {
  const client = await follow(door, { query: '?type=PaymentCaptured,PaymentFailed&customer=cus_two' })
  await app.pay(door, 'one')
  const id = await app.pay(door, 'two', { customer: { id: 'cus_two' } })
  await until(() => expect(client.told).toHaveLength(1))
  expect(client.told[0]).toMatchObject({ paymentId: id, type: 'PaymentCaptured' })
})

test.each(['?type=Nonsense', '?type=', '?payment=pay_1', '?from=end', '?colour=red'])(
  'refuses the query %s',
  async query => {
    await expect(follow(door, { query })).rejects.toThrow(/^Error: 400 .*query_invalid|400 .*query_invalid/)
  }
)

test('refuses a position that is none, or beyond what there is', async () => {
  await expect(follow(door, { lastId: 'x' })).rejects.toThrow(/400 .*stream_position_unknown/)
  const beyond = Buffer.from([1, ...Array<number>(4).fill(0x7f)]).toString('base64url')
  await expect(follow(door, { lastId: beyond })).rejects.toThrow(/400 .*stream_position_unknown/)
})

test('shows a merchant nothing of another, from the beginning neither', async () => {
  const asAdmin = { apiKey: app.adminKey, headers: { 'if-none-match': '*' } }
  const rival = { id: 'rival', name: 'Rival Ltd', active: true }
  await app.request(door, 'PUT', '/v1/admin/merchants/rival', { ...asAdmin, body: rival })
  const made = await app.request(door, 'POST', '/v1/admin/api-keys', {
    apiKey: app.adminKey,
    body: { merchantId: 'rival', scopes: ['payments:read', 'payments:write'] }
  })
  const apiKey = String(made.body['apiKey'])
  const client = await follow(door, { apiKey, query: '?from=beginning' })
  await app.pay(door, 'not-yours')
  const { body } = await app.request(door, 'POST', '/v1/payments', { apiKey, key: 'mine', body: payment() })
  await until(() => expect(client.told.at(-1)).toMatchObject({ type: 'PaymentCompleted' }))
  expect(new Set(client.told.map(({ paymentId }) => paymentId))).toEqual(new Set([body['id']]))
})

test('a client that comes again goes on from its last id, wherever its address begins', async () => {
  const query = '?from=beginning'
  const completes = (client: SseClient, id: string) =>
    until(() => client.told.some(({ paymentId, type }) => paymentId === id && type === 'PaymentCompleted'))
  const client = await follow(door, { query })
  await completes(client, await app.pay(door, 'before'))
  client.close()
  const again = await follow(door, { query, lastId: client.lastId })
  const next = await app.pay(door, 'after')
  await completes(again, next)
  const placed = ({ paymentId, sequence }: Told) => `${paymentId} ${sequence}`
  const seen = client.told.map(placed)
  expect(again.told.map(placed).filter(place => seen.includes(place))).toEqual([])
  expect(told(again, next)).toEqual(told(again, next).map((_, i) => i + 1))
})

test('over the death of the projector, SIGTERM of the process and the loss of Redis nothing is lost or doubled', async () => {
  let reader = await app.start('query')
  let client = await follow(reader)
  const all = [client]
  const ids: string[] = []
  const payAll = async (...keys: string[]) =>
    ids.push(...(await Promise.all(keys.map(key => app.pay(door, key)))))
  const toldAll = () =>
    eventually(async () => {
      const seen = all.flatMap(({ told }) => told)
      const whole = await app.query<{ payment_id: string; sequence: string }>(
        'SELECT payment_id, sequence FROM payment_events WHERE payment_id = ANY($1) AND sequence IS NOT NULL ORDER BY 1, 2',
        [ids]
      )
      const order = seen.map(({ paymentId, sequence }) => `${paymentId} ${sequence}`)
      expect(whole.length).toBeGreaterThanOrEqual(ids.length * 5)
      expect(order.toSorted()).toEqual(whole.map(row => `${row.payment_id} ${row.sequence}`).toSorted())
      for (const id of ids) {
        const sequences = seen.filter(({ paymentId }) => paymentId === id).map(({ sequence }) => sequence)
        expect(sequences).toEqual(sequences.toSorted((a, b) => a - b))
      }
    })
  await payAll('a1', 'a2', 'a3')

  await projector.end('SIGKILL')
  const late = payAll('b1', 'b2', 'b3')
  projector = await app.start('projector')
  await late
  await toldAll()

  redisProxy.cut()
  await payAll('c1', 'c2')
  await toldAll()

  const during = payAll('d1', 'd2', 'd3', 'd4')
  const ended = reader.end('SIGTERM')
  reader = await app.start('query')
  expect(await ended).toBe(0)
  await client.over
  expect(client.end).toMatchObject({ code: 'stopping' })
  client = await follow(reader, { lastId: client.lastId })
  all.push(client)
  await during
  await toldAll()

  redisProxy.restore()
  await payAll('e1', 'e2')
  await toldAll()
})
