// The example of a gateway as a user would run it: payments through it, and the thread that it runs in ended under them.
import { beforeAll, expect, jest, test } from '@jest/globals'
import { App, eventually, NOTIFICATION_SECRET, payment, type Worker } from '../app.ts'

jest.setTimeout(120_000)

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({
    name: 'own-gateway',
    partitions: 2,
    settings: {
      AEGISPAY_HOOKS: 'examples/hooks/acme-gateway.ts,test/integration/hooks/modules/dying-gateway.ts',
      AEGISPAY_GATEWAY_NOTIFICATION_SECRETS: `sandbox-alpha=${NOTIFICATION_SECRET}`
    },
    // The gateways that there are, by adapters of the user's own.
    profile: ({ id }) =>
      id === 'sandbox-alpha'
        ? { adapter: 'hook:acme', priority: 1, currencies: ['EUR'] }
        : { adapter: 'hook:dying', priority: 2, currencies: id === 'sandbox-beta' ? ['USD'] : [] }
  })
  worker = await app.start()
})

const pay = (key: string, token: string, changes: object = {}) =>
  app.request(worker, 'POST', '/v1/payments', {
    ...{ key, body: payment({ paymentMethod: { type: 'card', token }, ...changes }) }
  })

test('payments go through a gateway of the user’s own', async () => {
  expect((await pay('own-1', 'tok_visa')).body).toMatchObject({
    status: 'COMPLETED',
    gateway: 'sandbox-alpha'
  })
  expect((await pay('own-2', 'tok_declined')).body).toMatchObject({ status: 'FAILED' })
})

test('what it notifies is taken, when it is signed', async () => {
  const { status, body } = await pay('own-pending', 'tok_pending', { capture: 'manual' })
  expect(status).toBeLessThan(300)
  await eventually(async () => {
    const read = await app.request(worker, 'GET', `/v1/payments/${String(body['id'])}`)
    expect(read.body).toMatchObject({ status: 'AUTHORIZED' })
  })
  const forged = await fetch(`${worker.url}/v1/gateways/sandbox-alpha/notifications`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...{ 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(Date.now() / 1000)) },
      'webhook-signature': 'v1,AAAA'
    },
    body: '{"type":"operation.updated"}'
  })
  expect(forged.status).toBe(403)
})

test('an adapter whose thread dies in mid-call leaves an unknown outcome, which its look-up resolves', async () => {
  const { body } = await pay('dies', 'tok_visa', { currency: 'USD', capture: 'manual' })
  const id = String(body['id'])
  const events = await eventually(async () => {
    const read = await app.request(worker, 'GET', `/v1/payments/${id}/events`)
    const types = (read.body['data'] as { type: string }[]).map(({ type }) => type)
    expect(types).toContain('PaymentAuthorized')
    return types
  })
  expect(events).toContain('OutcomeUnknown')
  expect(events.filter(type => type === 'GatewaySelected')).toHaveLength(1)
  expect(await app.ledger(id)).toHaveLength(1)
  // Nobody else noticed.
  expect((await pay('own-3', 'tok_visa')).body).toMatchObject({ status: 'COMPLETED' })
})
