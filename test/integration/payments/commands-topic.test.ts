import { beforeAll, describe, expect, test } from '@jest/globals'
import type { InitiatePayment } from '../../../src/generated/records.ts'
import { paymentIdOf } from '../../../src/identity.ts'
import { partitionOf } from '../../../src/platform/kafka/partition-of.ts'
import { App, eventually, type Worker } from '../app.ts'
import { initiate } from './initiate.ts'
import { decodeAll, headerOf, produce, readAll } from './topic.ts'

const PARTITIONS = 4

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({ name: 'commands', partitions: PARTITIONS })
  worker = await app.start()
}, 60_000)

const encode = (command: InitiatePayment): Buffer =>
  app.codec.encode('aegispay.commands.InitiatePayment', command)

const home = (paymentId: string): number => partitionOf(paymentId, PARTITIONS)

/** Waits until the payment is seen in the status. */
const becomes = (paymentId: string, status: string) =>
  eventually(async () => {
    const { body } = await app.request(worker, 'GET', `/v1/payments/${paymentId}`)
    expect(body).toMatchObject({ status })
  })

/** Waits for the dead letter of a record that was produced with the key. */
const deadLetterOf = (key: string) =>
  eventually(async () => {
    const letters = await readAll(app.kafka, app.topics.deadLetters)
    const letter = letters.find(candidate => candidate.key?.toString() === key)
    expect(letter).toBeDefined()
    return letter!
  })

test('a command on the topic works as one over HTTP, and both are the same command', async () => {
  const command = initiate('straight')
  await produce(app.kafka, app.topics.commands, [
    { key: command.paymentId, value: encode(command), partition: home(command.paymentId) }
  ])
  await becomes(command.paymentId, 'COMPLETED')
  const again = await app.request(worker, 'POST', '/v1/payments', {
    key: 'straight',
    body: {
      amount: 500,
      currency: 'EUR',
      customer: { id: 'cus_1' },
      paymentMethod: { type: 'card', token: 'tok_visa' }
    }
  })
  expect([again.status, again.body['status']]).toEqual([201, 'COMPLETED'])
  expect(await app.ledger(command.paymentId)).toHaveLength(1)
})

describe('poison goes to the dead-letter topic with its reason, byte for byte, and the partition moves on', () => {
  const paymentId = paymentIdOf('demo', 'poisoned')
  const cases: [string, string, () => { key: string; value: Buffer | null }][] = [
    ['no value', 'value_missing', () => ({ key: 'p1', value: null })],
    ['bytes that are no Avro', 'undecodable', () => ({ key: 'p2', value: Buffer.from('hello') })],
    [
      'an unknown schema id',
      'undecodable',
      () => ({ key: 'p3', value: Buffer.from([0, 0x7f, 0, 0, 1, 2, 3]) })
    ],
    [
      'a truncated value',
      'undecodable',
      () => ({ key: 'p4', value: encode(initiate('poisoned')).subarray(0, 12) })
    ],
    [
      'more bytes than a command may have',
      'value_too_large',
      () => ({ key: 'p6', value: Buffer.alloc(300_000) })
    ],
    [
      'a key that is not the payment id',
      'key_mismatch',
      () => ({ key: 'p5', value: encode(initiate('poisoned')) })
    ],
    [
      'a payment id that does not follow from the key',
      'payment_id_mismatch',
      () => ({ key: 'pay_x', value: encode(initiate('poisoned', { paymentId: 'pay_x' })) })
    ],
    [
      'a gateway result, which only the executor may write',
      'record_type_not_allowed',
      () => ({
        key: paymentId,
        value: app.codec.encode('aegispay.outcomes.RecordGatewayResult', {
          ...{ merchantId: 'demo', paymentId, operationId: 'purchase-1', kind: 'PURCHASE', attempt: 1 },
          ...{ gateway: 'sandbox-alpha', outcome: 'SUCCEEDED', declineType: null, reference: 'forged' },
          ...{ amount: 500, currency: 'EUR', settled: true, code: null, message: null, redirectUrl: null },
          ...{ finishedAt: Date.now(), latencyMs: 0 }
        })
      })
    ]
  ]

  test.each(cases)('%s', async (what, reason, make) => {
    const { key, value } = make()
    const after = initiate(`after ${what}`.replaceAll(' ', '-'))
    const partition = home(after.paymentId)
    await produce(app.kafka, app.topics.commands, [
      { key, value, partition },
      { key: after.paymentId, value: encode(after), partition }
    ])
    await becomes(after.paymentId, 'COMPLETED')
    const letter = await deadLetterOf(key)
    expect(headerOf(letter.headers, 'aegispay-dlq-reason')).toBe(reason)
    expect(headerOf(letter.headers, 'aegispay-dlq-topic')).toBe(app.topics.commands)
    expect(headerOf(letter.headers, 'aegispay-dlq-partition')).toBe(String(partition))
    expect(letter.value).toEqual(value)
  })

  test('what holds a card number is dead-lettered without its content', async () => {
    const value = Buffer.from('{"card":"4111 1111 1111 1111"}')
    await produce(app.kafka, app.topics.commands, [{ key: 'p-card', value, partition: 0 }])
    await eventually(async () => {
      const letters = await readAll(app.kafka, app.topics.deadLetters)
      const withheld = letters.find(({ headers }) =>
        /withheld/.test(headerOf(headers, 'aegispay-dlq-detail') ?? '')
      )
      expect(withheld).toMatchObject({ key: null, value: null })
      expect(letters.some(letter => letter.value?.includes('4111'))).toBe(false)
    })
  })
})

describe('commands that break a rule are refused on record', () => {
  test.each([
    ['a negative amount', 'command_invalid', { amount: -1 }],
    ['an unknown merchant', 'merchant_unknown', { merchantId: 'nobody' }]
  ])('%s', async (what, code, changes) => {
    const key = what.replaceAll(' ', '-')
    const merchantId = 'merchantId' in changes ? changes.merchantId : 'demo'
    const command = initiate(key, { ...changes, paymentId: paymentIdOf(merchantId, key) })
    const { paymentId } = command
    await produce(app.kafka, app.topics.commands, [
      { key: paymentId, value: encode(command), partition: home(paymentId) }
    ])
    await eventually(async () => {
      const events = await decodeAll(app.kafka, app.topics.events, app.codec)
      const own = events.filter(({ value }) => (value as { paymentId?: string }).paymentId === paymentId)
      expect(own).toMatchObject([
        { name: 'aegispay.events.CommandRejected', value: { code, sequence: null } }
      ])
    })
  })
})

test('every event carries its place in the history, its cause and the record that caused it', async () => {
  const command = initiate('envelope')
  const { paymentId } = command
  await produce(app.kafka, app.topics.commands, [
    { key: paymentId, value: encode(command), partition: home(paymentId) }
  ])
  await becomes(paymentId, 'COMPLETED')
  const events = (await decodeAll(app.kafka, app.topics.events, app.codec)).filter(
    ({ value }) => (value as { paymentId?: string }).paymentId === paymentId
  )
  for (const [i, event] of events.entries()) {
    expect(event.value).toMatchObject({
      eventId: `${paymentId}.${i + 1}`,
      merchantId: 'demo',
      sequence: i + 1,
      inputTopic: i < 3 ? app.topics.commands : app.topics.outcomes,
      inputPartition: home(paymentId),
      inputOffset: expect.any(Number) as unknown,
      controlOffset: expect.any(Number) as unknown
    })
  }
  const records = await readAll(app.kafka, app.topics.events)
  const first = records.find(({ key }) => key?.toString() === paymentId)
  expect(headerOf(first?.headers, 'ce_type')).toBe('aegispay.events.PaymentInitiated')
  expect(headerOf(first?.headers, 'ce_id')).toBe(`${paymentId}.1`)
})
