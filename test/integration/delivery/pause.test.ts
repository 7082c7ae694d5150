import { beforeAll, expect, jest, test } from '@jest/globals'
import { App, eventually, type Worker } from '../app.ts'
import { Receiver } from './receiver.ts'
import { addEndpoint, allDelivered, arrived, deliveriesOf, endpointOf } from './shop.ts'

jest.setTimeout(90_000)

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({
    name: 'pauses',
    settings: {
      AEGISPAY_WEBHOOK_RETRY_MS: Array.from({ length: 40 }, () => 300).join(','),
      AEGISPAY_WEBHOOK_PAUSE_AFTER_MS: '1500',
      AEGISPAY_WEBHOOK_TIMEOUT_MS: '15000'
    }
  })
  worker = await app.start()
}, 90_000)

test('an endpoint that fails for long pauses itself and says so, and loses nothing', async () => {
  const receiver = await Receiver.start((_, response) => response.writeHead(500).end())
  const endpoint = await addEndpoint(app, worker, receiver)
  const id = await app.pay(worker, 'fails')
  const { body } = await eventually(async () => {
    const shown = await endpointOf(app, worker, endpoint)
    expect(shown.body['status']).toBe('paused')
    return shown
  })
  expect(body).toMatchObject({
    statusReason: expect.stringContaining('failed'),
    failingSince: expect.any(String)
  })
  expect(worker.log.join('\n')).toContain('a webhook endpoint was stopped because of its answers')
  await eventually(async () => {
    const text = await (await fetch(`${worker.url}/metrics`)).text()
    expect(text).toContain('aegispay_webhook_endpoints_stopped_total{status="paused"} 1')
    expect(text).toContain('aegispay_webhook_endpoints{status="paused"} 1')
  })
  const pending = await deliveriesOf(app, worker, `payment=${id}&status=pending&limit=100`)
  expect(pending.length).toBeGreaterThan(3)
  expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1)

  receiver.answering = () => undefined
  const path = `/v1/webhook-endpoints/${endpoint.id}`
  await app.request(worker, 'PATCH', path, { body: { status: 'enabled' } })
  const received = await allDelivered(app, worker, receiver, id)
  const sequences = received.map(({ sequence }) => sequence)
  expect(sequences).toEqual(sequences.toSorted((a, b) => a - b))
  expect((await endpointOf(app, worker, endpoint)).body).toMatchObject({
    status: 'enabled',
    failingSince: null
  })
})

test('one that succeeds now and then goes on', async () => {
  let count = 0
  const receiver = await Receiver.start((_, response) => {
    if (++count % 3 !== 0) response.writeHead(500).end()
  })
  const endpoint = await addEndpoint(app, worker, receiver)
  await allDelivered(app, worker, receiver, await app.pay(worker, 'unsteady'))
  expect((await endpointOf(app, worker, endpoint)).body).toMatchObject({
    status: 'enabled',
    failingSince: null
  })
})

test('a receiver that hangs keeps no other waiting', async () => {
  const hanging = await Receiver.start(() => new Promise(() => undefined))
  const prompt = await Receiver.start()
  const endpoint = await addEndpoint(app, worker, hanging)
  await addEndpoint(app, worker, prompt)
  // More than one process is at, at a time.
  const ids = await Promise.all(Array.from({ length: 80 }, (_, i) => app.pay(worker, `many-${i}`)))
  let most = 0
  await eventually(async () => {
    const [active] = await app.query<{ count: string }>(
      "SELECT count(*) FROM aegispay_jobs.job WHERE state = 'active' AND group_id = $1",
      [endpoint.id]
    )
    most = Math.max(most, Number(active!.count))
    for (const id of ids) expect(prompt.of(id).at(-1)?.type).toBe('payment.completed')
  })
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThanOrEqual(8)
})

test('a process that is stopped waits for no receiver that hangs, and holds nothing against it', async () => {
  await app.query('DELETE FROM webhook_endpoints')
  const receiver = await Receiver.start(() => new Promise(() => undefined))
  await addEndpoint(app, worker, receiver)
  const id = await app.pay(worker, 'stopped')
  await arrived(() => receiver.of(id), 1)
  const began = performance.now()
  expect(await worker.end('SIGTERM')).toBe(0)
  // What is promised, and less than the receiver may take.
  expect(performance.now() - began).toBeLessThan(10_000)
  receiver.answering = () => undefined
  worker = await app.start()
  const received = await allDelivered(app, worker, receiver, id)
  expect(received[1]!.id).toBe(received[0]!.id)
  const first = await app.request(worker, 'GET', `/v1/webhook-deliveries/${received[0]!.id}`)
  expect(first.body['attempts']).toMatchObject([{ attempt: 1, httpStatus: 204 }])
})

test('what waits goes out even where the queue was lost', async () => {
  await app.query('DELETE FROM webhook_endpoints')
  const receiver = await Receiver.start((_, response) =>
    response.writeHead(503, { 'retry-after': '3600' }).end()
  )
  await addEndpoint(app, worker, receiver)
  const id = await app.pay(worker, 'lost')
  await arrived(() => receiver.of(id), 1)
  await worker.end('SIGTERM')
  await app.query('DELETE FROM aegispay_jobs.job')
  await app.query("UPDATE webhook_deliveries SET next_attempt_at = now() WHERE status = 'pending'")
  receiver.answering = () => undefined
  worker = await app.start()
  await allDelivered(app, worker, receiver, id)
})
