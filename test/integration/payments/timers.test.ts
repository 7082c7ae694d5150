import { expect, test } from '@jest/globals'
import { App, eventually, payment, type Worker } from '../app.ts'
import { decodeAll, produce } from './topic.ts'

const VALIDITY_MS = 4000

async function start(
  worker: Worker,
  app: App,
  key: string,
  changes: Parameters<typeof payment>[0]
): Promise<{ id: string; status: string }> {
  const { body } = await app.request(worker, 'POST', '/v1/payments', { key, body: payment(changes) })
  return body as { id: string; status: string }
}

const statusOf = async (app: App, worker: Worker, id: string) =>
  (await app.request(worker, 'GET', `/v1/payments/${id}`)).body['status']

test('an authorization expires on time although its owner was killed, and its void is asked for once', async () => {
  const app = await App.create({
    name: 'timers',
    payments: { attempts: 1, authorizationValidityMs: VALIDITY_MS }
  })
  const owner = await app.start()
  const started = await Promise.all(
    ['a', 'b', 'c', 'd', 'e'].map(key => start(owner, app, key, { capture: 'manual' }))
  )
  const ids = started.map(({ id }) => id)
  const delayed = await start(owner, app, 'delayed', { captureDelayMs: VALIDITY_MS / 2 })
  expect(delayed.status).toBe('AUTHORIZED')
  await owner.end('SIGKILL')
  const successor = await app.start()
  await eventually(async () => {
    const statuses = await Promise.all([...ids, delayed.id].map(id => statusOf(app, successor, id)))
    expect(statuses).toEqual([...ids.map(() => 'EXPIRED'), 'COMPLETED'])
  }, 30_000)
  for (const id of ids)
    expect((await app.ledger(id)).map(({ operation }) => operation)).toEqual(['authorize-1', 'void-2'])
  const events = await decodeAll(app.kafka, app.topics.events, app.codec)
  const voids = events.filter(
    ({ name, value }) =>
      name === 'aegispay.events.GatewayOperationRequested' && 'kind' in value && value.kind === 'VOID'
  )
  expect(voids).toHaveLength(ids.length)
}, 120_000)

test('an outcome that is not known is looked up by itself, and what is found moves the payment', async () => {
  const app = await App.create({
    name: 'look-ups',
    profile: () => ({ callTimeoutMs: 500 }),
    payments: { attempts: 1, firstLookUpMs: 500, greatestLookUpMs: 1000 }
  })
  const worker = await app.start()
  const { id } = await start(worker, app, 'unknown', {
    paymentMethod: { type: 'card', token: 'tok_timeout_charged' }
  })
  await eventually(async () => expect(await statusOf(app, worker, id)).toBe('COMPLETED'), 30_000)
  expect(await app.ledger(id)).toHaveLength(1)
}, 60_000)

test('refunds by commands on the topic give money back, and never more than was captured', async () => {
  const app = await App.create({ name: 'refunds' })
  const worker = await app.start()
  const { id: paymentId } = await start(worker, app, 'to-refund', {})
  const refund = (idempotencyKey: string, amount: number | null) => ({
    key: paymentId,
    value: app.codec.encode('aegispay.commands.RefundPayment', {
      ...{ merchantId: 'demo', paymentId, idempotencyKey, amount },
      ...{ reason: 'broken', expectedVersion: null }
    })
  })
  await produce(app.kafka, app.topics.commands, [refund('a', 500), refund('b', 500), refund('c', 500)])
  await eventually(
    async () => expect(await statusOf(app, worker, paymentId)).toBe('PARTIALLY_REFUNDED'),
    30_000
  )
  await produce(app.kafka, app.topics.commands, [refund('d', null), refund('a', 500)])
  await eventually(async () => expect(await statusOf(app, worker, paymentId)).toBe('REFUNDED'), 30_000)
  const refunds = (await app.ledger(paymentId)).filter(({ operation }) => operation.startsWith('refund'))
  expect(refunds.map(({ amount }) => amount)).toEqual([500, 500, 99])
}, 60_000)
