// What the sandbox's gateways tell by themselves, taken in and led to its payment.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { Webhook } from 'standardwebhooks'
import { App, eventually, NOTIFICATION_SECRET, payment, type Worker } from '../app.ts'
import { readAll } from './topic.ts'

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({ name: 'notifications' })
  worker = await app.start()
}, 60_000)

interface Event {
  readonly type: string
  readonly [field: string]: unknown
}

/** Starts a payment with a token and returns how it was answered. */
async function pay(key: string, token: string): Promise<Record<string, unknown> & { id: string }> {
  const body = payment({ paymentMethod: { type: 'card', token } })
  const { body: answer } = await app.request(worker, 'POST', '/v1/payments', { key, body })
  return answer as Record<string, unknown> & { id: string }
}

const read = async (id: string) => (await app.request(worker, 'GET', `/v1/payments/${id}`)).body
const events = async (id: string) =>
  (await app.request(worker, 'GET', `/v1/payments/${id}/events`)).body['data'] as Event[]

interface Stored {
  readonly notificationId: string
  /** Where it stands on the topic. */
  readonly position: string
}

/** The notifications on the topic about a payment. */
async function stored(id: string): Promise<Stored[]> {
  const records = await readAll(app.kafka, app.topics.outcomes)
  await app.codec.learn(records.map(({ value }) => value))
  return records.flatMap(({ value, partition, offset }) => {
    const record = app.codec.decode(value!)
    if (record.name !== 'aegispay.outcomes.RecordGatewayNotification' || record.value.paymentId !== id)
      return []
    return [{ notificationId: record.value.notificationId, position: `outcomes-${partition}-${offset}` }]
  })
}

test('a payment that its gateway has only accepted is completed by the notification', async () => {
  const started = await pay('pending', 'tok_pending')
  expect(started).toMatchObject({ status: 'PROCESSING', operation: { status: 'pending' } })
  await eventually(async () => {
    expect(await read(started.id)).toMatchObject({ status: 'COMPLETED', capturedAmount: 1099 })
  })
  expect(await read(started.id)).not.toHaveProperty('operation')
  expect(await app.ledger(started.id)).toHaveLength(1)
})

test.each([
  ['approve', 'COMPLETED', 1],
  ['decline', 'FAILED', 0]
])('a payment that waits for its customer goes on when they %s', async (choice, status, charges) => {
  const started = await pay(`customer-${choice}`, 'tok_customer_action')
  const { redirectUrl } = started['operation'] as { redirectUrl: string }
  expect((await fetch(`${redirectUrl}/${choice}`, { method: 'POST' })).status).toBe(200)
  await eventually(async () => expect(await read(started.id)).toMatchObject({ status }))
  expect(await app.ledger(started.id)).toHaveLength(charges)
})

describe('a late answer that is the opposite of the first', () => {
  test.each([
    [
      'tok_contradictory',
      'FAILED',
      { stated: 'SUCCEEDED', recorded: 'FAILED' },
      ['purchase-1', 'compensate-2']
    ],
    ['tok_contradictory_decline', 'COMPLETED', { stated: 'DECLINED', recorded: 'SUCCEEDED' }, ['purchase-1']]
  ])('with %s is put on record, and the payment stays %s', async (token, status, statement, moved) => {
    const started = await pay(token, token)
    expect(started).toMatchObject({ status })
    await eventually(async () => {
      expect((await events(started.id)).filter(({ type }) => type === 'ContradictoryOutcome')).toMatchObject([
        { data: { ...statement, gateway: 'sandbox-alpha', amount: 1099, currency: 'EUR' } }
      ])
    })
    expect(await read(started.id)).toMatchObject({ status })
    // The money was moved either way; what nobody was to be charged for is given back.
    await eventually(async () =>
      expect((await app.ledger(started.id)).map(({ operation }) => operation)).toEqual(moved)
    )
    expect(worker.log.join('\n')).toContain(started.id)
  })
})

test('the same notification again, and the same news under another id, change nothing', async () => {
  const started = await pay('repeated', 'tok_pending')
  await eventually(async () => expect(await read(started.id)).toMatchObject({ status: 'COMPLETED' }))
  const { notificationId } = (await stored(started.id))[0]!
  const before = await events(started.id)
  for (const id of [notificationId, 'msg_other', notificationId]) {
    expect(await notify(started.id, id)).toBe(204)
  }
  await handled(4, started.id)
  expect(await events(started.id)).toEqual(before)
})

test('a notification about a payment that there is not is taken, and leads to nothing', async () => {
  const nobody = `pay_${'b'.repeat(32)}`
  expect(await notify(nobody, 'msg_nobody')).toBe(204)
  await handled(1, nobody)
  expect(await read(nobody)).toMatchObject({ code: 'payment_not_found' })
  expect(worker.log.some(line => line.includes(nobody) && line.includes('"level":"error"'))).toBe(true)
})

test('an approval of another sum than was asked for does not complete the payment', async () => {
  const started = await pay('other-sum', 'tok_customer_action')
  expect(await notify(started.id, 'msg_sum', { amount: 1 })).toBe(204)
  await eventually(async () => {
    const types = (await events(started.id)).map(({ type }) => type)
    expect(types).toContain('ContradictoryOutcome')
  })
  expect(await read(started.id)).toMatchObject({
    status: 'PROCESSING',
    operation: { status: 'needs-customer' }
  })
})

test('what a gateway says about a payment at another gateway moves nothing, and is put on record', async () => {
  const started = await pay('other-gateway', 'tok_customer_action')
  expect(await notify(started.id, 'msg_other_gateway', {}, 'sandbox-beta')).toBe(204)
  await eventually(async () => {
    expect((await events(started.id)).filter(({ type }) => type === 'ContradictoryOutcome')).toMatchObject([
      { data: { stated: 'SUCCEEDED', recorded: null, gateway: 'sandbox-beta' } }
    ])
  })
  expect(await read(started.id)).toMatchObject({
    ...{ status: 'PROCESSING', gateway: 'sandbox-alpha', capturedAmount: 0 },
    operation: { status: 'needs-customer' }
  })
})

/** As a gateway would, about the first operation of a payment. */
async function notify(
  id: string,
  notificationId: string,
  changes: object = {},
  gateway = 'sandbox-alpha'
): Promise<number> {
  const sentAt = new Date()
  const data = {
    ...{ idempotencyKey: `${id}.purchase-1.1`, id: 'alpha_1', status: 'approved' },
    ...{ amount: 1099, currency: 'EUR', settled: true },
    ...changes
  }
  const body = JSON.stringify({ type: 'operation.updated', timestamp: sentAt.toISOString(), data })
  const response = await fetch(`${worker.url}/v1/gateways/${gateway}/notifications`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': notificationId,
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
      'webhook-signature': new Webhook(NOTIFICATION_SECRET).sign(notificationId, sentAt, body)
    },
    body
  })
  return response.status
}

/** Waits until so many notifications about a payment have been dealt with. */
async function handled(count: number, id: string): Promise<void> {
  const all = await stored(id)
  expect(all).toHaveLength(count)
  const headers = { 'aegispay-position': all.at(-1)!.position }
  expect((await app.request(worker, 'GET', '/v1/payments', { headers })).status).toBe(200)
}
