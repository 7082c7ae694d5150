// The examples of a fraud check, a guard and a routing signal as a user would run them, beside a check that is stuck.
import { beforeAll, expect, jest, test } from '@jest/globals'
import { App, eventually, payment, type Worker } from '../app.ts'

jest.setTimeout(120_000)

const examples = ['young-customers', 'embargo', 'cheap-nights'].map(name => `examples/hooks/${name}.ts`)
let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({
    name: 'advice',
    partitions: 2,
    settings: {
      AEGISPAY_HOOKS: [...examples, 'test/integration/hooks/modules/looping-check.ts'].join(','),
      // What is to be silent is so for good; what answers may take its time on a busy machine.
      AEGISPAY_HOOK_DECISION_MS: '1000',
      EMBARGO_COUNTRIES: 'KP,SY',
      CHEAP_GATEWAY: 'sandbox-gamma',
      CHEAP_HOURS: '0-24'
    }
  })
  worker = await app.start()
  await put('fraud-rules', { id: 'default', rules: [], reviewFrom: 50, blockFrom: 90 })
  const weights = { cost: 0.001, signals: { 'cheap-nights': 1 } }
  await put('routing-policies', { id: 'default', weights })
})

async function put(
  kind: string,
  document: { readonly id: string; readonly [field: string]: unknown }
): Promise<void> {
  const url = `/v1/admin/${kind}/${document.id}`
  const held = await app.request(worker, 'GET', url, { apiKey: app.adminKey })
  const etag = held.headers.get('etag')
  const { status, body } = await app.request(worker, 'PUT', url, {
    ...{ apiKey: app.adminKey, body: document },
    headers: etag === null ? { 'if-none-match': '*' } : { 'if-match': etag }
  })
  expect([status < 300, body]).toEqual([true, document])
}

interface Event {
  readonly type: string
  readonly [field: string]: unknown
}

/** What is on record of the payment, by type of event. */
async function recorded(id: string): Promise<Record<string, Record<string, unknown>>> {
  return eventually(async () => {
    const { body } = await app.request(worker, 'GET', `/v1/payments/${id}/events`)
    const events = (body['data'] ?? []) as Event[]
    expect(events.map(({ type }) => type)).toContain('FraudAssessed')
    return Object.fromEntries(
      events.map(event => [event.type, (event['data'] ?? event) as Record<string, unknown>])
    )
  })
}

async function pay(key: string, changes: object = {}) {
  const { status, body } = await app.request(worker, 'POST', '/v1/payments', { key, body: payment(changes) })
  expect(status).toBeLessThan(300)
  return { body, id: String(body['id']) }
}

const today = () => new Date().toISOString()

test('a fraud check adds to the score, and the payment is held by it', async () => {
  const { body, id } = await pay('young', { amount: 60_000, metadata: { accountCreated: today() } })
  expect(body).toMatchObject({ status: 'INITIATED', review: { status: 'pending' } })
  expect((await recorded(id))['FraudAssessed']).toMatchObject({
    ...{ outcome: 'REVIEW', score: 60, missing: [] },
    reasons: [{ name: 'fraudChecks/young-customers', score: 60, message: 'The account is 0 days old.' }]
  })
})

test('a guard refuses a payment, or has an operator look at it', async () => {
  const refused = await pay('embargo', { customer: { id: 'cus_1', country: 'KP' } })
  expect(refused.body).toMatchObject({ status: 'FAILED' })
  expect((await recorded(refused.id))['FraudAssessed']).toMatchObject({
    ...{ outcome: 'BLOCK', missing: [] },
    reasons: [{ name: 'guards/embargo', message: 'Nothing is sold to KP.' }]
  })
  expect(await app.ledger(refused.id)).toEqual([])
  const { body } = await pay('nowhere', { customer: { id: 'cus_1' } })
  expect(body).toMatchObject({ status: 'INITIATED', review: { status: 'pending' } })
})

test('a routing signal moves payments as far as the policy lets it, and is on record', async () => {
  const { body, id } = await pay('cheap')
  expect(body).toMatchObject({ status: 'COMPLETED', gateway: 'sandbox-gamma' })
  const events = await recorded(id)
  expect(JSON.stringify(events['GatewaySelected'])).toContain('"signal:cheap-nights":1')
  expect(events['FraudAssessed']).toMatchObject({ outcome: 'ALLOW', reasons: [], missing: [] })
})

test('a check in an endless loop is missing, is started again, and stalls no partition', async () => {
  const stuck = await pay('stuck', { metadata: { loop: 'yes' } })
  expect(stuck.body).toMatchObject({ status: 'COMPLETED' })
  expect((await recorded(stuck.id))['FraudAssessed']).toMatchObject({
    ...{ outcome: 'ALLOW', missing: ['fraudChecks/looping'] }
  })
  for (let i = 0; i < 8; i++) expect((await pay(`beside-${i}`)).body).toMatchObject({ status: 'COMPLETED' })
  let nth = 0
  await eventually(async () => {
    const { id } = await pay(`after-${nth++}`)
    expect((await recorded(id))['FraudAssessed']).toMatchObject({ missing: [] })
  })
  const metrics = await (await fetch(`${worker.url}/metrics`)).text()
  expect(metrics).toContain('aegispay_hook_restarts_total{hook="fraudChecks/looping"} 1')
})
