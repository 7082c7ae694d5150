// What Stripe tells by itself, at the door: with a fake in place of the brokers, and signed by Stripe's own SDK.
import { beforeEach, expect, test } from '@jest/globals'
import Stripe from 'stripe'
import { paymentIdOf } from '../../../src/identity.ts'
import {
  NOTIFICATION_SECRETS,
  OTHER_SECRET,
  sharedService,
  STRIPE_SECRET,
  type FakeService
} from './service.ts'

const paymentId = paymentIdOf('demo', 'order-1')
const keys = { aegispay_payment: paymentId, aegispay_key: `${paymentId}.purchase-1.1` }
const intent = {
  ...{ id: 'pi_1', object: 'payment_intent', status: 'succeeded', amount: 1099, amount_received: 1099 },
  ...{ currency: 'eur', capture_method: 'automatic', latest_charge: 'ch_1', last_payment_error: null },
  metadata: keys
}
const refund = {
  ...{ id: 're_1', object: 'refund', status: 'succeeded', amount: 500, currency: 'eur' },
  metadata: { ...keys, aegispay_key: `${paymentId}.refund-2.1` }
}
const event = (type: string, object: object = intent) => ({
  id: 'evt_1',
  object: 'event',
  type,
  data: { object }
})

let service: FakeService
beforeEach(async () => {
  service = await sharedService()
  service.sent.length = 0
})

interface Sending {
  readonly secret?: string
  /** Epoch seconds. */
  readonly signedAt?: number
  readonly sent?: string
  readonly headers?: Readonly<Record<string, string>>
}

async function notify(body: unknown, sending: Sending = {}) {
  const { secret = STRIPE_SECRET, signedAt = Math.floor(Date.now() / 1000), sent, headers } = sending
  const payload = typeof body === 'string' ? body : JSON.stringify(body)
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: signedAt })
  const response = await service.app.inject({
    method: 'POST',
    url: '/v1/gateways/stripe/notifications',
    headers: { 'content-type': 'application/json', ...(headers ?? { 'stripe-signature': signature }) },
    payload: sent ?? payload
  })
  const code = response.body === '' ? null : response.json<{ code: string }>().code
  return [response.statusCode, code]
}

const declined = { code: 'card_declined', decline_code: 'insufficient_funds', message: 'No.' }
const authorization = { ...intent, capture_method: 'manual' }

test.each<[string, object, object]>([
  ['a purchase that succeeded', event('payment_intent.succeeded'), { outcome: 'SUCCEEDED', settled: true }],
  [
    'an authorization',
    event('payment_intent.amount_capturable_updated', { ...authorization, status: 'requires_capture' }),
    { outcome: 'SUCCEEDED', settled: false, operationId: 'purchase-1' }
  ],
  [
    'a capture, by its own key',
    event('payment_intent.succeeded', {
      ...authorization,
      amount_received: 900,
      metadata: { ...keys, aegispay_capture_key: `${paymentId}.capture-2.3` }
    }),
    { outcome: 'SUCCEEDED', operationId: 'capture-2', attempt: 3, amount: 900, settled: true }
  ],
  [
    'a decline',
    event('payment_intent.payment_failed', {
      ...{ ...intent, status: 'requires_payment_method', last_payment_error: declined }
    }),
    { outcome: 'DECLINED', declineType: 'SOFT', code: 'insufficient_funds', message: 'No.' }
  ],
  [
    'what was canceled before it was charged',
    event('payment_intent.canceled', { ...intent, status: 'canceled', latest_charge: null }),
    { outcome: 'DECLINED', declineType: 'HARD', code: 'canceled' }
  ],
  [
    'that the customer has to act',
    event('payment_intent.requires_action', {
      ...{ ...intent, status: 'requires_action' },
      next_action: { redirect_to_url: { url: 'https://bank.example/' } }
    }),
    { outcome: 'NEEDS_CUSTOMER', redirectUrl: 'https://bank.example/' }
  ],
  [
    'that it works on it',
    event('payment_intent.processing', { ...intent, status: 'processing' }),
    { outcome: 'PENDING' }
  ],
  [
    'a refund',
    event('refund.updated', refund),
    { outcome: 'SUCCEEDED', operationId: 'refund-2', amount: 500 }
  ],
  [
    'a refund that failed',
    event('refund.failed', { ...refund, status: 'failed', failure_reason: 'lost_or_stolen_card' }),
    { outcome: 'DECLINED', code: 'lost_or_stolen_card', operationId: 'refund-2' }
  ]
])('tells %s', async (_what, body, value) => {
  expect(await notify(body)).toEqual([204, null])
  expect(service.values()).toMatchObject([
    { value: { notificationId: 'evt_1', paymentId, gateway: 'stripe', ...value } }
  ])
})

test.each<[string, object]>([
  ['of another type', event('customer.created', { object: 'customer' })],
  ['of a charge, which does not say which refund it means', event('charge.refunded', { object: 'charge' })],
  ['of others who use the account', event('payment_intent.succeeded', { ...intent, metadata: {} })],
  ['of a capture that we did not ask for', event('payment_intent.succeeded', authorization)],
  [
    'that an authorization is held no more',
    event('payment_intent.canceled', { ...authorization, status: 'canceled' })
  ]
])('what is %s is taken and leads to nothing', async (_what, body) => {
  expect(await notify(body)).toEqual([204, null])
  expect(service.sent).toEqual([])
})

const now = Math.floor(Date.now() / 1000)
test.each<[string, number, string, unknown, Sending]>([
  ['signed with another secret', 403, 'signature_invalid', event('a'), { secret: NOTIFICATION_SECRETS[0]! }],
  ['changed on its way', 403, 'signature_invalid', event('a'), { sent: JSON.stringify(event('b')) }],
  ['signed by nonsense', 403, 'signature_invalid', event('a'), { headers: { 'stripe-signature': 'x' } }],
  ['signed six minutes ago', 403, 'notification_stale', event('a'), { signedAt: now - 360 }],
  [
    'forged six minutes ago',
    403,
    'signature_invalid',
    event('a'),
    { signedAt: now - 360, secret: 'whsec_x' }
  ],
  [
    'signed as another gateway does',
    400,
    'signature_missing',
    event('a'),
    { headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': `${now}`, 'webhook-signature': 'v1,x' } }
  ],
  ['no JSON', 400, 'json_malformed', '{"type":', {}],
  ['without an id', 400, 'notification_malformed', { type: 'a' }, {}],
  ['without an object', 400, 'notification_malformed', { id: 'evt_1', type: 'payment_intent.succeeded' }, {}],
  [
    'about one payment and names another',
    400,
    'notification_malformed',
    event('payment_intent.succeeded', {
      ...intent,
      metadata: { ...keys, aegispay_payment: paymentIdOf('other', 'order-1') }
    }),
    {}
  ]
])('is refused, and leaves nothing, when it is %s', async (_what, status, code, body, sending) => {
  expect(await notify(body, sending)).toEqual([status, code])
  expect(service.sent).toEqual([])
})

test('is known by any secret of its gateway', async () => {
  expect(await notify(event('payment_intent.succeeded'), { secret: OTHER_SECRET })).toEqual([204, null])
})
