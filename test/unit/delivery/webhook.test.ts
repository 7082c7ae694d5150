import { expect, test } from '@jest/globals'
import { Webhook } from 'standardwebhooks'
import { eventTypes, webhookTypes } from '../../../src/delivery/event-types.ts'
import { signedHeaders, webhookEventOf, webhookIdOf } from '../../../src/delivery/webhook.ts'
import type { StoredEvent } from '../../../src/projections/view.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const webhook = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}' }
const at = new Date(1614265330 * 1000)

test('signs as the specification shows it', () => {
  expect(signedHeaders(webhook, [SECRET], at)).toEqual({
    'webhook-id': webhook.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
  })
})

test('signs with two secrets so that either verifies', () => {
  const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const headers = signedHeaders(webhook, [SECRET, other], new Date())
  for (const secret of [SECRET, other])
    expect(() => new Webhook(secret).verify(webhook.body, headers)).not.toThrow()
  const third = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
  expect(() => new Webhook(third).verify(webhook.body, headers)).toThrow('No matching signature found')
})

test('an id follows from event and endpoint, and is another for another of either', () => {
  const id = webhookIdOf('pay_1.1', 'we_1')
  expect(webhookIdOf('pay_1.1', 'we_1')).toBe(id)
  expect(id).toMatch(/^msg_[A-Za-z0-9_-]{32}$/)
  expect(new Set([id, webhookIdOf('pay_1.2', 'we_1'), webhookIdOf('pay_1.1', 'we_2')]).size).toBe(3)
})

test('names of events are different from each other, and of the form that receivers expect', () => {
  expect(new Set(webhookTypes).size).toBe(Object.keys(eventTypes).length)
  for (const type of webhookTypes) expect(type).toMatch(/^[a-z_]+\.[a-z_]+$/)
})

const stored = (type: string, value: object): StoredEvent =>
  ({ type, value, partition: 0, offset: 7 }) as unknown as StoredEvent
const envelope = { eventId: 'p.3', merchantId: 'm', paymentId: 'p', sequence: 3, occurredAt: 0 }

test('says what happened to which payment, and nothing of where that stands', () => {
  const value = { ...envelope, correlationId: null, inputTopic: 't', inputOffset: 1, amount: 5 }
  expect(JSON.parse(webhookEventOf(stored('PaymentCompleted', value))!.body)).toEqual({
    type: 'payment.completed',
    timestamp: '1970-01-01T00:00:00.000Z',
    data: {
      ...{ eventId: 'p.3', paymentId: 'p', sequence: 3, correlationId: null },
      ...{ event: 'PaymentCompleted', details: { amount: 5 } }
    }
  })
})

test('no webhook is made of a refusal or of what belongs to a partition', () => {
  for (const type of ['CommandRejected', 'InputsHandled'])
    expect(webhookEventOf(stored(type, envelope))).toBeNull()
})

test('stops before an event that has no name, rather than pass it over', () => {
  expect(() => webhookEventOf(stored('FromTheFuture', envelope))).toThrow('the event at offset 7')
})
