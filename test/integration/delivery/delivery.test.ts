// What webhooks promise, on real services and with a receiver on this machine.
import { beforeAll, expect, jest, test } from '@jest/globals'
import { App, eventually, payment, type Worker } from '../app.ts'
import { Receiver, verify } from './receiver.ts'
import {
  addEndpoint,
  allDelivered,
  arrived,
  deliveriesOf,
  deliveryOf,
  endpointOf,
  type Endpoint
} from './shop.ts'

jest.setTimeout(90_000)

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({
    name: 'hooks',
    settings: { AEGISPAY_WEBHOOK_RETRY_MS: '200,200,200', AEGISPAY_LOG_LEVEL: 'debug' }
  })
  worker = await app.start()
}, 90_000)

const ask = (method: string, path: string, body?: object) =>
  app.request(worker, method, path, body === undefined ? {} : { body })
const change = (endpoint: Endpoint, body: object) =>
  ask('PATCH', `/v1/webhook-endpoints/${endpoint.id}`, body)
/** Ends what a test has begun, so that the next one's payments are its own. */
const remove = async (endpoint: Endpoint) =>
  expect((await ask('DELETE', `/v1/webhook-endpoints/${endpoint.id}`)).status).toBe(204)
const inOrder = (sequences: readonly number[]) => sequences.toSorted((a, b) => a - b)

test('every event of a payment arrives, in sequence, signed, under an id of its own', async () => {
  const receiver = await Receiver.start()
  const endpoint = await addEndpoint(app, worker, receiver)
  const ids = await Promise.all(Array.from({ length: 10 }, (_, i) => app.pay(worker, `order-${i}`)))
  for (const id of ids) {
    const received = await allDelivered(app, worker, receiver, id)
    const sequences = received.map(({ sequence }) => sequence)
    expect(sequences).toEqual(sequences.map((_, i) => i + 1))
    for (const webhook of received) verify(webhook, endpoint.secret)
  }
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(receiver.received.length)
  await remove(endpoint)
})

test('only events of the endpoint’s types come, from its making on', async () => {
  const [all, some] = [await Receiver.start(), await Receiver.start()]
  await app.pay(worker, 'before')
  // Once delivery has read that, too, it is before the endpoint.
  const witness = await addEndpoint(app, worker, all)
  await allDelivered(app, worker, all, await app.pay(worker, 'witness'))
  const types = { eventTypes: ['payment.completed', 'payment.initiated'] }
  const endpoint = await addEndpoint(app, worker, some, types)
  const id = await app.pay(worker, 'typed')
  await allDelivered(app, worker, all, id)
  await arrived(() => some.received, 2)
  expect(some.received.map(({ type }) => type)).toEqual(['payment.initiated', 'payment.completed'])
  expect(some.received.map(({ paymentId }) => paymentId)).toEqual([id, id])
  await Promise.all([remove(endpoint), remove(witness)])
})

test('what no webhook is made of is passed over without a warning', async () => {
  const receiver = await Receiver.start()
  const endpoint = await addEndpoint(app, worker, receiver)
  const id = await app.pay(worker, 'refused', { capture: 'manual' })
  const capture = (key: string, body: object) =>
    app.request(worker, 'POST', `/v1/payments/${id}/capture`, { key, body })
  expect(await capture('too-much', { amount: 1_000_000 })).toMatchObject({ status: 422 })
  expect(await capture('all', {})).toMatchObject({ status: 200 })
  await allDelivered(app, worker, receiver, id)
  expect(worker.log.filter(line => line.includes('passed records over'))).toEqual([])
  await remove(endpoint)
})

test('one that fails is tried again under its id, and holds back only what follows of its payment', async () => {
  const receiver = await Receiver.start()
  const endpoint = await addEndpoint(app, worker, receiver)
  let failures = 0
  let held = ''
  receiver.answering = ({ paymentId, sequence }, response) => {
    held ||= paymentId
    if (paymentId === held && sequence === 2 && failures < 2) {
      failures++
      response.writeHead(500).end('not now')
    }
  }
  const first = await app.pay(worker, 'held')
  const second = await app.pay(worker, 'free')
  const received = await allDelivered(app, worker, receiver, first)
  await allDelivered(app, worker, receiver, second)
  const sequences = received.map(({ sequence }) => sequence)
  expect(sequences.slice(0, 4)).toEqual([1, 2, 2, 2])
  expect(sequences).toEqual(inOrder(sequences))
  expect(new Set(received.filter(({ sequence }) => sequence === 2).map(({ id }) => id)).size).toBe(1)
  const { attempts } = await deliveryOf(app, worker, received[1]!.id)
  expect(attempts).toMatchObject([
    { attempt: 1, httpStatus: 500, response: 'not now', error: 'The answer was 500.' },
    { attempt: 2, httpStatus: 500 },
    { attempt: 3, httpStatus: 204, error: null, durationMs: expect.any(Number) }
  ])
  await remove(endpoint)
})

test('after its last attempt a webhook has failed, and what follows goes out', async () => {
  const receiver = await Receiver.start(
    ({ sequence }, response) => sequence === 1 && response.writeHead(400).end()
  )
  const endpoint = await addEndpoint(app, worker, receiver)
  const id = await app.pay(worker, 'exhausted')
  await eventually(async () => {
    const deliveries = await deliveriesOf(app, worker, `payment=${id}&limit=100`)
    expect(deliveries.filter(({ status }) => status === 'pending')).toEqual([])
  })
  const [failed, ...others] = await deliveriesOf(app, worker, `payment=${id}&status=failed`)
  expect(others).toEqual([])
  expect(failed).toMatchObject({ sequence: 1, attemptCount: 4, nextAttemptAt: null, deliveredAt: null })
  expect(receiver.of(id).map(({ sequence }) => sequence)).toEqual(
    inOrder(receiver.of(id).map(({ sequence }) => sequence))
  )
  await remove(endpoint)
})

test('Retry-After is waited for', async () => {
  let at = 0
  const receiver = await Receiver.start((received, response) => {
    if (at > 0) return
    at = received.at
    response.writeHead(503, { 'retry-after': '3' }).end()
  })
  const endpoint = await addEndpoint(app, worker, receiver)
  const id = await app.pay(worker, 'later')
  const received = await allDelivered(app, worker, receiver, id)
  expect(received[1]!.id).toBe(received[0]!.id)
  // A schedule of 200 ms alone would have been faster.
  expect(received[1]!.at - received[0]!.at).toBeGreaterThanOrEqual(2900)
  await remove(endpoint)
})

test('410 disables the endpoint, until it is enabled again', async () => {
  const receiver = await Receiver.start((_, response) => response.writeHead(410).end())
  const endpoint = await addEndpoint(app, worker, receiver)
  const id = await app.pay(worker, 'gone')
  await eventually(async () =>
    expect((await endpointOf(app, worker, endpoint)).body).toMatchObject({
      ...{ status: 'disabled', statusReason: 'it answered 410 Gone' }
    })
  )
  expect(worker.log.join('\n')).toContain('a webhook endpoint was stopped because of its answers')
  expect(receiver.of(id)).toHaveLength(1)
  // What happens now is not for it.
  const witness = await Receiver.start()
  const other = await addEndpoint(app, worker, witness)
  const missed = await app.pay(worker, 'missed')
  await allDelivered(app, worker, witness, missed)
  receiver.answering = () => undefined
  expect((await change(endpoint, { status: 'enabled' })).body).toMatchObject({
    status: 'enabled',
    statusReason: null
  })
  const next = await app.pay(worker, 'wanted')
  await allDelivered(app, worker, receiver, next)
  expect(receiver.of(missed)).toEqual([])
  await Promise.all([remove(endpoint), remove(other)])
})

test('what happens while an endpoint is paused waits, and comes in sequence when it is enabled', async () => {
  const receiver = await Receiver.start()
  const endpoint = await addEndpoint(app, worker, receiver)
  expect((await change(endpoint, { status: 'paused' })).body).toMatchObject({ status: 'paused' })
  const id = await app.pay(worker, 'waits')
  await eventually(async () =>
    expect((await deliveriesOf(app, worker, `payment=${id}&status=pending`)).length).toBeGreaterThan(3)
  )
  expect(receiver.received).toEqual([])
  await change(endpoint, { status: 'enabled' })
  const received = await allDelivered(app, worker, receiver, id)
  const sequences = received.map(({ sequence }) => sequence)
  expect(sequences).toEqual(sequences.map((_, i) => i + 1))
  await remove(endpoint)
})

test('one, and all of a time, are sent again under their ids, and nothing else is', async () => {
  const receiver = await Receiver.start()
  const endpoint = await addEndpoint(app, worker, receiver)
  const from = new Date()
  const id = await app.pay(worker, 'again')
  const first = [...(await allDelivered(app, worker, receiver, id))]
  const again = await ask('POST', `/v1/webhook-deliveries/${first[1]!.id}/redeliver`)
  expect(again).toMatchObject({ status: 202, body: { status: 'pending', isRedelivery: true } })
  await arrived(() => receiver.of(id), first.length + 1)
  expect(receiver.of(id).at(-1)).toMatchObject({ id: first[1]!.id, body: first[1]!.body })
  await allDelivered(app, worker, receiver, id)

  const range = { from: from.toISOString(), to: new Date(Date.now() + 1000).toISOString() }
  const all = await ask('POST', `/v1/webhook-endpoints/${endpoint.id}/redeliver`, range)
  expect(all).toMatchObject({ status: 202, body: { count: first.length } })
  await arrived(() => receiver.of(id), 2 * first.length + 1)
  expect(
    receiver
      .of(id)
      .slice(first.length + 1)
      .map(({ id }) => id)
  ).toEqual(first.map(({ id }) => id))
  const before = { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' }
  const none = await ask('POST', `/v1/webhook-endpoints/${endpoint.id}/redeliver`, before)
  expect(none).toMatchObject({ status: 202, body: { count: 0 } })
  await remove(endpoint)
})

test('while a secret is rotated webhooks carry both signatures, and then the new one alone', async () => {
  const receiver = await Receiver.start()
  const endpoint = await addEndpoint(app, worker, receiver)
  const rotate = async (overlapSeconds: number) => {
    const path = `/v1/webhook-endpoints/${endpoint.id}/secret/rotate`
    const { status, headers, body } = await ask('POST', path, { overlapSeconds })
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
    return body['secret'] as string
  }
  const second = await rotate(3600)
  const test = async () => {
    const tested = await ask('POST', `/v1/webhook-endpoints/${endpoint.id}/test`)
    expect(tested).toMatchObject({ status: 200, body: { delivered: true, httpStatus: 204, error: null } })
    return receiver.received.find(({ id }) => id === tested.body['webhookId'])!
  }
  const during = await test()
  expect(during.type).toBe('webhook.test')
  for (const secret of [endpoint.secret, second]) verify(during, secret)
  const third = await rotate(0)
  const after = await test()
  verify(after, third)
  for (const secret of [endpoint.secret, second])
    expect(() => verify(after, secret)).toThrow('No matching signature')
  await remove(endpoint)
})

test('a secret is shown once, and stands neither in the log nor readable in the database', async () => {
  const receiver = await Receiver.start()
  const endpoint = await addEndpoint(app, worker, receiver)
  await allDelivered(app, worker, receiver, await app.pay(worker, 'secretive'))
  const answers = await Promise.all([
    endpointOf(app, worker, endpoint),
    ask('GET', '/v1/webhook-endpoints'),
    change(endpoint, { description: 'changed' }),
    ask('GET', '/v1/webhook-deliveries?limit=100')
  ])
  const secret = endpoint.secret.slice('whsec_'.length)
  for (const { body } of answers) expect(JSON.stringify(body)).not.toContain(secret)
  expect(worker.log.join('\n')).not.toContain(secret)
  for (const table of ['endpoints', 'secrets', 'deliveries', 'attempts']) {
    const rows = await app.query(`SELECT * FROM webhook_${table}`)
    expect(rows.length).toBeGreaterThan(0)
    const bytes = rows.map(row => [
      JSON.stringify(row),
      Buffer.from((row['sealed'] as Buffer | undefined) ?? '')
    ])
    for (const [json, sealed] of bytes) {
      expect(String(json)).not.toContain(secret)
      expect(String(sealed)).not.toContain(secret)
    }
  }
  await remove(endpoint)
})

test('events that are read again lead to nothing that is sent again', async () => {
  const [receiver, other] = [await Receiver.start(), await Receiver.start()]
  await app.pay(worker, 'older')
  const endpoint = await addEndpoint(app, worker, receiver)
  const changed = await addEndpoint(app, worker, other, { eventTypes: ['payment.initiated'] })
  const id = await app.pay(worker, 'replayed')
  await allDelivered(app, worker, receiver, id)
  // What was read before is not for it, even where it is read again.
  await change(changed, { eventTypes: null })
  const sent = [receiver, other].map(({ received }) => received.length)
  await worker.end('SIGTERM')
  const positions = () =>
    app.query<{ partition: number; next_offset: string }>(
      "SELECT partition, next_offset FROM projection_positions WHERE view = 'webhooks' ORDER BY partition"
    )
  const before = await positions()
  await app.query("UPDATE projection_positions SET next_offset = 0 WHERE view = 'webhooks'")
  worker = await app.start()
  await eventually(async () => expect(await positions()).toEqual(before))
  // What comes now comes behind all of that.
  const next = await app.pay(worker, 'after-replay')
  await allDelivered(app, worker, receiver, next)
  const now = [receiver, other].map(to => to.received.length - to.of(next).length)
  expect(now).toEqual(sent)
  await Promise.all([remove(endpoint), remove(changed)])
})

test('a process that dies after it has sent and before it has recorded: sent again under the same id', async () => {
  const receiver = await Receiver.start()
  const endpoint = await addEndpoint(app, worker, receiver)
  const killed = Promise.withResolvers<undefined>()
  receiver.answering = async ({ sequence }) => {
    if (sequence !== 3) return
    receiver.answering = () => undefined
    await worker.end('SIGKILL')
    killed.resolve(undefined)
  }
  const started = app
    .request(worker, 'POST', '/v1/payments', { key: 'killed', body: payment() })
    .catch(() => null)
  await killed.promise
  await started
  worker = await app.start()
  const id = receiver.received[0]!.paymentId
  const received = await eventually(() => allDelivered(app, worker, receiver, id), 60_000)
  const sequences = received.map(({ sequence }) => sequence)
  expect(sequences).toEqual(inOrder(sequences))
  const [once, again] = received.filter(({ sequence }) => sequence === 3)
  expect(again?.id).toBe(once!.id)
  await remove(endpoint)
}, 150_000)
