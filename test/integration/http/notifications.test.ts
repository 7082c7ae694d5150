// What a gateway tells by itself, at the door: with a fake in place of the brokers.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { setImmediate as turn } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { paymentIdOf } from '../../../src/identity.ts'
import { partitionOf } from '../../../src/platform/kafka/partition-of.ts'
import { ProducerUnavailableError } from '../../../src/platform/kafka/batching-producer.ts'
import {
  fakeService,
  NOTIFICATION_SECRETS,
  OTHER_SECRET,
  PARTITIONS,
  sharedService,
  type Fakes,
  type FakeService
} from './service.ts'

const [OLD_SECRET, NEW_SECRET] = NOTIFICATION_SECRETS as [string, string]
const paymentId = paymentIdOf('demo', 'order-1')
const data = {
  payment: paymentId,
  operation: 'purchase-1',
  idempotencyKey: `${paymentId}.purchase-1.2`,
  id: 'one_1',
  status: 'approved',
  amount: 1099,
  currency: 'EUR',
  settled: true
}
const updated = (changes: object = {}) => ({ type: 'operation.updated', data: { ...data, ...changes } })

let service: FakeService
const start = async (fakes: Fakes = {}) => (service = await fakeService(fakes))
beforeEach(async () => {
  service = await sharedService()
  service.sent.length = 0
})

interface Sending {
  readonly gateway?: string
  readonly secret?: string
  readonly signedAt?: Date
  /** Sent in place of what was signed. */
  readonly sent?: string | Buffer
  readonly headers?: Readonly<Record<string, string | undefined>>
}

async function notify(body: unknown, sending: Sending = {}) {
  const { gateway = 'one', secret = NEW_SECRET, signedAt = new Date(), sent, headers = {} } = sending
  const payload = typeof body === 'string' ? body : JSON.stringify(body)
  const all: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(signedAt.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('msg_1', signedAt, payload),
    ...headers
  }
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const response = await service.app.inject({
    method: 'POST',
    url: `/v1/gateways/${gateway}/notifications`,
    headers: Object.fromEntries(given),
    payload: sent ?? payload
  })
  const code = response.body === '' ? null : response.json<{ code: string }>().code
  return [response.statusCode, code]
}

test('is stored for the owner of the payment, under the id of the payment', async () => {
  await start()
  expect(await notify(updated())).toEqual([204, null])
  expect(service.sent).toMatchObject([
    {
      topic: 'payments.outcomes',
      key: paymentId,
      partition: partitionOf(paymentId, PARTITIONS),
      headers: { ce_id: 'msg_1', ce_type: 'aegispay.outcomes.RecordGatewayNotification' }
    }
  ])
  expect(service.values()).toMatchObject([
    {
      name: 'aegispay.outcomes.RecordGatewayNotification',
      value: {
        notificationId: 'msg_1',
        paymentId,
        operationId: 'purchase-1',
        attempt: 2,
        gateway: 'one',
        outcome: 'SUCCEEDED',
        reference: 'one_1',
        amount: 1099,
        currency: 'EUR',
        settled: true
      }
    }
  ])
  expect((await service.metrics.render()).text).toContain(
    'aegispay_gateway_notifications_total{gateway="one",outcome="SUCCEEDED"} 1'
  )
})

test.each([
  [
    'that captured money was settled',
    { idempotencyKey: `${paymentId}.capture-2.1`, operation: 'capture-2' },
    { operationId: 'capture-2', attempt: 1, outcome: 'SUCCEEDED', settled: true }
  ],
  [
    'that it will not be',
    { status: 'settlement_failed', settled: false, code: 'account_closed', message: 'No.' },
    { operationId: 'purchase-1', outcome: 'SETTLEMENT_FAILED', settled: false, code: 'account_closed' }
  ],
  [
    'that a refund was done',
    { idempotencyKey: `${paymentId}.refund-3.2`, operation: 'refund-3', amount: 500, settled: false },
    { operationId: 'refund-3', attempt: 2, outcome: 'SUCCEEDED', amount: 500, settled: false }
  ],
  [
    'that a refund was declined',
    {
      idempotencyKey: `${paymentId}.refund-3.1`,
      status: 'declined',
      settled: false,
      code: 'refund_declined'
    },
    { operationId: 'refund-3', outcome: 'DECLINED', declineType: 'HARD', code: 'refund_declined' }
  ]
])('it tells %s', async (_what, changes, value) => {
  expect(await notify(updated(changes))).toEqual([204, null])
  expect(service.values()).toMatchObject([{ value: { paymentId, gateway: 'one', ...value } }])
})

test.each([OLD_SECRET, NEW_SECRET])('is known by any secret of its gateway', async secret => {
  expect(await notify(updated(), { secret })).toEqual([204, null])
})

test('is not acknowledged before the brokers have it', async () => {
  const sent = Promise.withResolvers<undefined>()
  const written = Promise.withResolvers<{ offset: number }>()
  await start({
    send: () => {
      sent.resolve(undefined)
      return written.promise
    }
  })
  const answer = notify(updated())
  await sent.promise
  // Whatever is ready to answer has a turn to do so.
  await turn()
  expect(await Promise.race([answer, Promise.resolve('waits')])).toBe('waits')
  written.resolve({ offset: 1 })
  expect(await answer).toEqual([204, null])
})

test('is answered 503 when the brokers do not take it, so that it is sent again', async () => {
  await start({ send: () => Promise.reject(new ProducerUnavailableError('no')) })
  expect(await notify(updated())).toEqual([503, 'kafka_unavailable'])
})

test('is answered 503 while the role starts', async () => {
  await start({ starting: true })
  expect(await notify(updated())).toEqual([503, 'not_ready'])
})

test.each([
  ['of another type', { type: 'account.updated', data: {} }],
  ['of an operation that is not ours', updated({ idempotencyKey: 'somebody-elses' })],
  ['of a payment that cannot be ours', updated({ idempotencyKey: 'pay_1.purchase-1.1' })]
])('%s is taken and leads to nothing', async (_what, body) => {
  expect(await notify(body)).toEqual([204, null])
  expect(service.sent).toEqual([])
})

describe('is refused, and leaves nothing,', () => {
  afterEach(() => expect(service.sent).toEqual([]))
  const now = Date.now()

  test.each<[string, number, string, unknown, Sending]>([
    ['for an unknown gateway', 404, 'gateway_not_found', updated(), { gateway: 'other' }],
    [
      'for a gateway named like what every object has',
      404,
      'gateway_not_found',
      updated(),
      { gateway: 'toString' }
    ],
    [
      'signed with another secret',
      403,
      'signature_invalid',
      updated(),
      { secret: `whsec_${'AAAA'.repeat(8)}` }
    ],
    ['signed by another gateway', 403, 'signature_invalid', updated(), { secret: OTHER_SECRET }],
    [
      'changed on its way',
      403,
      'signature_invalid',
      updated(),
      { sent: JSON.stringify(updated({ amount: 1 })) }
    ],
    ['under another id', 403, 'signature_invalid', updated(), { headers: { 'webhook-id': 'msg_2' } }],
    [
      'at another time',
      403,
      'signature_invalid',
      updated(),
      { headers: { 'webhook-timestamp': String(Math.floor(now / 1000) - 9) } }
    ],
    ['at no time', 403, 'signature_invalid', updated(), { headers: { 'webhook-timestamp': 'now' } }],
    [
      'signed by another version',
      403,
      'signature_invalid',
      updated(),
      { headers: { 'webhook-signature': 'v2,x' } }
    ],
    ['signed by nonsense', 403, 'signature_invalid', updated(), { headers: { 'webhook-signature': 'v1' } }],
    ['from six minutes ago', 403, 'notification_stale', updated(), { signedAt: new Date(now - 360_000) }],
    ['from six minutes ahead', 403, 'notification_stale', updated(), { signedAt: new Date(now + 360_000) }],
    [
      'without a signature',
      400,
      'signature_missing',
      updated(),
      { headers: { 'webhook-signature': undefined } }
    ],
    ['without an id', 400, 'signature_missing', updated(), { headers: { 'webhook-id': undefined } }],
    ['without a time', 400, 'signature_missing', updated(), { headers: { 'webhook-timestamp': undefined } }],
    [
      'with an endless id',
      400,
      'signature_missing',
      updated(),
      { headers: { 'webhook-id': 'x'.repeat(257) } }
    ],
    ['when it is no JSON', 400, 'json_malformed', '{"type":', {}],
    ['when it is not UTF-8', 403, 'signature_invalid', '{}', { sent: Buffer.from([0x22, 0xff, 0x22]) }],
    ['when it names a property twice', 400, 'json_malformed', '{"type":"a","type":"b"}', {}],
    ['when it is a list', 400, 'body_invalid', [], {}],
    ['without a body', 400, 'json_malformed', '', {}],
    ['without a type', 400, 'notification_malformed', { data }, {}],
    ['without its operation', 400, 'notification_malformed', { type: 'operation.updated' }, {}],
    [
      'when it is about one payment and names another',
      400,
      'notification_malformed',
      updated({ payment: paymentIdOf('another', 'order-1') }),
      {}
    ],
    ['when it names no payment by text', 400, 'notification_malformed', updated({ payment: 1 }), {}],
    ['without a key', 400, 'notification_malformed', updated({ idempotencyKey: undefined }), {}],
    ['with an amount as text', 400, 'notification_malformed', updated({ amount: '1099' }), {}],
    ['with a status of its own', 400, 'notification_malformed', updated({ status: 'perhaps' }), {}],
    ['with a card number', 422, 'card_number_not_allowed', updated({ note: '4242 4242 4242 4242' }), {}],
    [
      'with a card number as its id',
      422,
      'card_number_not_allowed',
      updated(),
      { headers: { 'webhook-id': '4242424242424242' } }
    ],
    ['when it is larger than 64 KiB', 413, 'body_too_large', updated({ note: 'x'.repeat(70_000) }), {}],
    ['as text', 415, 'content_type_unsupported', updated(), { headers: { 'content-type': 'text/plain' } }],
    [
      'compressed',
      415,
      'content_encoding_unsupported',
      updated(),
      { headers: { 'content-encoding': 'gzip' } }
    ]
  ])('%s', async (_what, status, code, body, sending) => {
    expect(await notify(body, sending)).toEqual([status, code])
    expect(service.log()).not.toMatch(/4242.?4242/)
  })

  test('when nobody has signed an empty body without a type', async () => {
    const { statusCode } = await service.app.inject({
      method: 'POST',
      url: '/v1/gateways/one/notifications',
      headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' }
    })
    expect(statusCode).toBe(400)
  })
})
