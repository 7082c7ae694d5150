// Payments that are counted, held, and decided about: with real Redis, and with Redis away.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { FraudRulesDocument } from '../../../src/control/documents.ts'
import { TcpProxy } from '../operate/tcp-proxy.ts'
import { stack } from '../stack.ts'
import { App, eventually, payment, type Worker } from '../app.ts'

let app: App
let worker: Worker
let redis: TcpProxy

afterAll(() => redis.close())

beforeAll(async () => {
  const { hostname, port } = new URL(stack().redis)
  redis = await TcpProxy.start({ host: hostname, port: Number(port) })
  const url = new URL(stack().redis)
  url.port = String(redis.port)
  app = await App.create({
    name: 'fraud',
    settings: {
      AEGISPAY_ADDRESS_KEY: 'a key of this test alone',
      AEGISPAY_REDIS_URL: url.href,
      AEGISPAY_VELOCITY_WAIT_MS: '1000'
    }
  })
  worker = await app.start()
  await rule({
    id: 'default',
    rules: [
      { name: 'busy-customer', velocity: { by: 'customer', within: '1h', over: 2 }, score: 60 },
      { name: 'busy-token', velocity: { by: 'token', within: '1m', over: 900 }, score: 95 },
      { name: 'busy-address', velocity: { by: 'address', within: '1d', over: 1 }, score: 60 },
      { name: 'huge', when: { currencies: ['EUR'], amount: { from: 900_000 } }, score: 100 }
    ],
    reviewFrom: 50,
    blockFrom: 90
  })
}, 60_000)

async function rule(rules: FraudRulesDocument): Promise<void> {
  const url = `/v1/admin/fraud-rules/${rules.id}`
  const held = await app.request(worker, 'GET', url, { apiKey: app.adminKey })
  const etag = held.headers.get('etag')
  const { status } = await app.request(worker, 'PUT', url, {
    ...{ apiKey: app.adminKey, body: rules },
    headers: etag === null ? { 'if-none-match': '*' } : { 'if-match': etag }
  })
  expect(status).toBeLessThan(300)
}

let customers = 0
/** Somebody who has not paid before. */
const somebody = () => ({ id: `cus_fraud_${customers++}` })
const pay = (key: string, changes: object = {}) =>
  app.request(worker, 'POST', '/v1/payments', { key, body: payment({ customer: somebody(), ...changes }) })

/** A payment that is held, since its customer has paid twice before. */
async function held(name: string): Promise<{ id: string; position: string }> {
  const customer = somebody()
  for (const nth of ['first', 'second'])
    expect((await pay(`${name}-${nth}`, { customer })).body).toMatchObject({ status: 'COMPLETED' })
  const third = await pay(`${name}-third`, { customer })
  expect(third.status).toBe(201)
  expect(third.body).toMatchObject({ status: 'INITIATED', gateway: null, review: { status: 'pending' } })
  return { id: third.body['id'] as string, position: third.headers.get('aegispay-position')! }
}

async function decide(id: string, decision: 'approve' | 'reject', key = 'd1', apiKey = app.adminKey) {
  return app.request(worker, 'POST', `/v1/payments/${id}/review`, {
    ...{ key, apiKey },
    body: { decision, reason: 'the customer was called' }
  })
}

/** Once the read model knows whose payment it is. */
const decided = (id: string, decision: 'approve' | 'reject') =>
  eventually(async () => {
    const answer = await decide(id, decision)
    expect(answer.status).toBe(200)
    return answer
  })

async function eventsOf(id: string, position: string): Promise<{ type: string; data: object }[]> {
  const { body } = await app.request(worker, 'GET', `/v1/payments/${id}/events`, {
    headers: position === '' ? {} : { 'aegispay-position': position }
  })
  return body['data'] as { type: string; data: object }[]
}

const listed = async (): Promise<string[]> => {
  const { body } = await app.request(worker, 'GET', '/v1/reviews', { apiKey: app.adminKey })
  return (body['data'] as { paymentId: string }[]).map(({ paymentId }) => paymentId)
}

describe('a payment that is suspect', () => {
  test('is held, with why, and asked of no gateway until an operator lets it pass', async () => {
    const { id, position } = await held('passed')
    const [, assessed] = await eventsOf(id, position)
    expect(assessed).toMatchObject({
      type: 'FraudAssessed',
      data: {
        ...{ outcome: 'REVIEW', score: 60, rules: 'default' },
        counts: { 'customer.1h': 3 },
        missing: ['address'],
        reasons: [
          { name: 'busy-customer', score: 60, message: 'More than 2 payments by this customer within 1h.' }
        ]
      }
    })
    expect(await app.ledger(id)).toEqual([])
    await eventually(async () => expect(await listed()).toContain(id))

    const { body, headers } = await decided(id, 'approve')
    expect(body).toMatchObject({ status: 'COMPLETED', review: { status: 'approved' } })
    expect(await app.ledger(id)).toHaveLength(1)
    const events = await eventsOf(id, headers.get('aegispay-position')!)
    expect(events.find(({ type }) => type === 'ReviewResolved')?.data).toMatchObject({
      ...{ decision: 'APPROVE', reason: 'the customer was called', decidedBy: 'key:demoadmin' }
    })
    await eventually(async () => expect(await listed()).not.toContain(id))
    const again = await decide(id, 'reject', 'd2')
    expect([again.status, again.body['code']]).toEqual([409, 'not_in_review'])
  }, 60_000)

  test('fails for good when an operator refuses it', async () => {
    const { id } = await held('refused')
    const { body } = await decided(id, 'reject')
    expect(body).toMatchObject({ status: 'FAILED', failure: { stage: 'FRAUD', code: 'review_rejected' } })
    const retried = await app.request(worker, 'POST', `/v1/payments/${id}/retry`, { key: 'r1', body: {} })
    expect([retried.status, retried.body['code']]).toEqual([409, 'review_rejected'])
    expect(await app.ledger(id)).toEqual([])
  }, 60_000)

  test('can be cancelled by its merchant while it is held', async () => {
    const { id } = await held('cancelled')
    const { body } = await app.request(worker, 'POST', `/v1/payments/${id}/cancel`, { key: 'c1', body: {} })
    expect(body).toMatchObject({ status: 'CANCELLED' })
    expect(body).not.toHaveProperty('review')
  }, 60_000)

  test('fails at once above the other score', async () => {
    const { body, status } = await pay('huge', { amount: 900_000 })
    expect(status).toBe(201)
    expect(body).toMatchObject({ status: 'FAILED', failure: { stage: 'FRAUD', code: 'fraud_blocked' } })
    expect(await app.ledger(body['id'] as string)).toEqual([])
  })

  test('is decided about by nobody without an admin key', async () => {
    const { id } = await held('guarded')
    const { status } = await decide(id, 'approve', 'd1', app.apiKey)
    expect(status).toBe(403)
  }, 60_000)
})

describe('counts', () => {
  test('a payment that comes again is counted once', async () => {
    const customer = somebody()
    for (let i = 0; i < 5; i++)
      expect((await pay('repeated', { customer })).body).toMatchObject({ status: 'COMPLETED' })
    expect((await pay('another', { customer })).body).toMatchObject({ status: 'COMPLETED' })
  }, 60_000)

  test('an address is counted by its network, kept nowhere, and no part of what makes requests the same', async () => {
    const first = { id: 'cus_at_home', address: '2001:db8:7:1::17' }
    const begun = await pay('home-1', { customer: first })
    expect(begun.body).toMatchObject({ status: 'COMPLETED' })
    const moved = await pay('home-1', {
      customer: { ...first, address: '2001:db8:9:9::1' }
    })
    expect([moved.status, moved.body]).toEqual([201, begun.body])
    const neighbour = await pay('home-2', {
      customer: { id: 'cus_other', address: '2001:db8:7:1:ffff::2' }
    })
    expect(neighbour.body).toMatchObject({ review: { status: 'pending' } })
    expect(worker.log.join()).not.toContain('2001:db8')
    const rows = await app.query(`SELECT 1 FROM payment_events WHERE data::text LIKE '%2001:db8%'`)
    expect(rows).toEqual([])
  }, 60_000)

  test.each(['silence', 'cut'] as const)(
    'that Redis does not give (%s) are recorded as missing, and hold no payment up',
    async outage => {
      redis[outage]()
      try {
        const { body } = await pay(`away-${outage}`)
        const id = body['id'] as string
        await eventually(async () => {
          const answer = await app.request(worker, 'GET', `/v1/payments/${id}`)
          expect(answer.body).toMatchObject({ status: 'COMPLETED' })
        })
        const [, assessed] = await eventsOf(id, '')
        expect(assessed?.data).toMatchObject({ outcome: 'ALLOW', counts: {} })
        expect((assessed?.data as { missing: string[] }).missing.sort()).toEqual([
          'address',
          'customer',
          'token'
        ])
      } finally {
        redis.restore()
      }
    },
    60_000
  )
})
