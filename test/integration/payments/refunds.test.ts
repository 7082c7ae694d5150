// Giving money back, over HTTP, on real services: what is answered, what can be read, and what the gateway's ledger says.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { App, eventually, type Answer, type Worker } from '../app.ts'

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({ name: 'refunds' })
  worker = await app.start()
}, 60_000)

const post = (path: string, key: string, body: object = {}, headers: Record<string, string> = {}) =>
  app.request(worker, 'POST', path, { key, body, headers })
const refund = (id: string, key: string, body: object = {}, headers: Record<string, string> = {}) =>
  post(`/v1/payments/${id}/refunds`, key, body, headers)
const get = (path: string, position = '') =>
  app.request(worker, 'GET', path, position === '' ? {} : { headers: { 'aegispay-position': position } })
const positionOf = ({ headers }: Answer) => headers.get('aegispay-position')!

/** What the gateway gave back. */
const givenBack = async (id: string): Promise<number[]> =>
  (await app.ledger(id)).filter(({ operation }) => operation.startsWith('refund')).map(({ amount }) => amount)

describe('a refund', () => {
  test('of a part is answered with its id, status and amount, the same again to a repeat, and can be read', async () => {
    const id = await app.pay(worker, 'part')
    const answer = await refund(id, 'r1', { amount: 400, reason: 'returned' })
    expect([answer.status, answer.body]).toEqual([
      201,
      { id: expect.stringMatching(/^ref_[a-z2-7]{32}$/), status: 'succeeded', amount: 400 }
    ])
    const path = `/v1/payments/${id}/refunds/${String(answer.body['id'])}`
    expect(answer.headers.get('location')).toBe(path)
    const again = await refund(id, 'r1', { amount: 400, reason: 'returned' })
    expect([again.status, again.body]).toEqual([201, answer.body])
    const { status, body } = await get(path, positionOf(answer))
    expect([status, body]).toMatchObject([200, { ...answer.body, reason: 'returned' }])
    expect((await get(`/v1/payments/${id}`)).body).toMatchObject({
      status: 'PARTIALLY_REFUNDED',
      refundedAmount: 400
    })
    expect(await givenBack(id)).toEqual([400])
  })

  test('of all that is left ends the payment REFUNDED', async () => {
    const id = await app.pay(worker, 'whole')
    await refund(id, 'r1', { amount: 400 })
    const answer = await refund(id, 'r2')
    expect(answer.body).toMatchObject({ status: 'succeeded', amount: 699 })
    const { body } = await get(`/v1/payments/${id}/refunds`, positionOf(answer))
    expect(body['data']).toMatchObject([{ amount: 400 }, { amount: 699 }])
    expect((await get(`/v1/payments/${id}`)).body).toMatchObject({ status: 'REFUNDED', refundedAmount: 1099 })
    expect(await givenBack(id)).toEqual([400, 699])
  })

  test('that is answered before it is done says where it will be found', async () => {
    const id = await app.pay(worker, 'async')
    const answer = await refund(id, 'r1', {}, { prefer: 'respond-async' })
    expect(answer.status).toBe(202)
    await eventually(async () => {
      const { body } = await get(answer.headers.get('location')!)
      expect(body).toMatchObject({ status: 'succeeded', amount: 1099 })
    })
  })

  test.each<[string, object, Record<string, string>, number, string]>([
    ['above what was captured', { amount: 1100 }, {}, 422, 'amount_exceeds_refundable'],
    ['of nothing', { amount: 0 }, {}, 400, 'amount_invalid'],
    ['of less than nothing', { amount: -1 }, {}, 400, 'amount_invalid'],
    ['in another currency', { amount: 1, currency: 'USD' }, {}, 400, 'property_unknown'],
    ['of another version', {}, { 'if-match': '"1"' }, 409, 'version_conflict']
  ])('%s is refused, and moves nothing', async (what, body, headers, status, code) => {
    const id = await app.pay(worker, `refused ${what}`.replaceAll(' ', '-'))
    const answer = await refund(id, 'r1', body, headers)
    expect([answer.status, answer.body['code']]).toEqual([status, code])
    await eventually(async () => {
      const shown = await get(`/v1/payments/${id}`)
      expect(shown.body).toMatchObject({ status: 'COMPLETED', version: 6 })
    })
    expect(await givenBack(id)).toEqual([])
  })

  test('before the capture, of an unknown payment or after refunds were closed is refused', async () => {
    const reserved = await app.pay(worker, 'reserved', { capture: 'manual' })
    expect((await refund(reserved, 'r1')).body['code']).toBe('status_conflict')
    expect((await refund(`pay_${'a'.repeat(32)}`, 'r1')).body['code']).toBe('payment_not_found')
    const closed = await app.pay(worker, 'closed')
    const answer = await post(`/v1/payments/${closed}/close-refunds`, 'c1')
    expect([answer.status, answer.body['status']]).toEqual([200, 'COMPLETED'])
    expect((await refund(closed, 'r1')).body['code']).toBe('refund_window_closed')
    const none = await get(`/v1/payments/${closed}/refunds/ref_${'a'.repeat(32)}`, positionOf(answer))
    expect([none.status, none.body['code']]).toEqual([404, 'refund_not_found'])
  })
})

test('a failed payment is tried again, and one that did not fail is not', async () => {
  const id = await app.pay(worker, 'failed', { paymentMethod: { type: 'card', token: 'tok_declined' } })
  const answer = await post(`/v1/payments/${id}/retry`, 't1')
  expect([answer.status, answer.body]).toMatchObject([200, { status: 'FAILED' }])
  const again = await post(`/v1/payments/${id}/retry`, 't1')
  expect(again.body).toEqual(answer.body)
  const completed = await app.pay(worker, 'not failed'.replace(' ', '-'))
  expect((await post(`/v1/payments/${completed}/retry`, 't1')).body['code']).toBe('status_conflict')
})

describe('at the same moment', () => {
  test('of 50 refunds of the whole amount one is accepted, and the gateway gives back once', async () => {
    const id = await app.pay(worker, 'fifty')
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, nth) => refund(id, `r${nth}`, { amount: 1099 }))
    )
    const accepted = answers.filter(({ status }) => status === 201)
    expect(accepted.map(({ body }) => body)).toMatchObject([{ status: 'succeeded', amount: 1099 }])
    const refused = answers.filter(({ status }) => status !== 201).map(({ body }) => body['code'])
    for (const code of refused) expect(['amount_exceeds_refundable', 'status_conflict']).toContain(code)
    expect(await givenBack(id)).toEqual([1099])
    const { body } = await get(`/v1/payments/${id}/refunds`, positionOf(accepted[0]!))
    expect(body['data']).toHaveLength(1)
  }, 60_000)

  test('of a capture and a cancellation one wins', async () => {
    for (let round = 0; round < 10; round++) {
      const id = await app.pay(worker, `raced-${round}`, { capture: 'manual' })
      const path = `/v1/payments/${id}`
      const [captured, cancelled] = await Promise.all([
        post(`${path}/capture`, 'x'),
        post(`${path}/cancel`, 'y')
      ])
      expect([captured.status, cancelled.status].sort()).toEqual([200, 409])
      const operations = (await app.ledger(id)).map(({ operation }) => operation.split('-')[0])
      expect(operations).toEqual(['authorize', captured.status === 200 ? 'capture' : 'void'])
    }
  }, 60_000)
})
