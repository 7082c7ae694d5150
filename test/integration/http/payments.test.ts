import { expect, test } from '@jest/globals'
import { commandIdOf, paymentIdOf } from '../../../src/identity.ts'
import { ProducerUnavailableError } from '../../../src/platform/kafka/batching-producer.ts'
import { partitionOf } from '../../../src/platform/kafka/partition-of.ts'
import type { InputPosition } from '../../../src/position.ts'
import type { SettledAnswer } from '../../../src/replies.ts'
import { body, fakeService, PARTITIONS, payment, starting } from './service.ts'

const paymentId = paymentIdOf('demo', 'order-1')
const partition = partitionOf(paymentId, PARTITIONS)
/** Where the first command goes, and what settles its answer. */
const sent: InputPosition = { input: 'commands', partition, offset: 100 }
const settled: SettledAnswer = {
  answer: { kind: 'payment', payment },
  position: { input: 'outcomes', partition, offset: 7 }
}

test('answers 201 with the payment when the reply comes', async () => {
  const service = await fakeService({ answerWaitMs: 10_000 })
  service.reply(settled)
  const response = await service.app.inject(starting())
  expect(response.statusCode).toBe(201)
  expect(response.json()).toEqual(payment)
  expect(response.headers).toMatchObject({
    location: `/v1/payments/${paymentId}`,
    etag: '"6"',
    'aegispay-position': `outcomes-${partition}-7`
  })
})

test('writes one command, keyed by the payment id, on the partition of the key', async () => {
  const service = await fakeService({ answerWaitMs: 0 })
  await service.app.inject(starting())
  expect(service.sent).toHaveLength(1)
  expect(service.sent[0]).toMatchObject({ topic: 'payments.commands', key: paymentId, partition })
  expect(service.sent[0]!.headers).toMatchObject({
    ce_specversion: '1.0',
    ce_id: commandIdOf('demo', paymentId, 'initiate', 'order-1'),
    ce_source: '/ingress',
    ce_type: 'aegispay.commands.InitiatePayment',
    'aegispay-reply-to': 'replies.test',
    'aegispay-control-offset': '7'
  })
  expect(service.values()).toEqual([
    {
      name: 'aegispay.commands.InitiatePayment',
      value: {
        merchantId: 'demo',
        paymentId,
        idempotencyKey: 'order-1',
        amount: 1099,
        currency: 'EUR',
        capture: 'AUTOMATIC',
        captureDelayMs: null,
        customer: { id: 'cus_1', country: 'DE' },
        paymentMethod: { type: 'CARD', token: 'tok_visa', network: null },
        description: null,
        metadata: {},
        addressDigest: null
      }
    }
  ])
})

test('writes the contact details before the command, and not into it', async () => {
  const service = await fakeService({ answerWaitMs: 0 })
  const customer = { ...body.customer, email: 'someone@example.org' }
  await service.app.inject(starting({ payload: JSON.stringify({ ...body, customer }) }))
  expect(service.sent.map(({ topic, key }) => [topic, key])).toEqual([
    ['customers', 'demo/cus_1'],
    ['payments.commands', paymentId]
  ])
  expect(service.values()[0]!.value).toMatchObject({ email: 'someone@example.org' })
  expect(JSON.stringify(service.values()[1])).not.toContain('someone@example.org')
  expect(service.log()).not.toContain('someone@example.org')
})

test('finds the answer in the read model when no reply comes', async () => {
  const asked: unknown[] = []
  const service = await fakeService({
    answerWaitMs: 10_000,
    findAnswer: command => {
      asked.push(command)
      return Promise.resolve(settled)
    }
  })
  const response = await service.app.inject(starting())
  expect(response.statusCode).toBe(201)
  const commandId = commandIdOf('demo', paymentId, 'initiate', 'order-1')
  expect(asked).toEqual([{ merchantId: 'demo', paymentId, commandId, position: sent }])
})

test('answers 202 with a Location when the payment does not rest in time', async () => {
  const service = await fakeService({ answerWaitMs: 20 })
  const response = await service.app.inject(starting())
  expect(response.statusCode).toBe(202)
  expect(response.json()).toEqual({ id: paymentId, position: `commands-${partition}-100` })
  expect(response.headers.location).toBe(`/v1/payments/${paymentId}`)
})

test('answers 202 in time when the read model does not answer at all', async () => {
  const service = await fakeService({ answerWaitMs: 400, findAnswer: () => new Promise(() => undefined) })
  const response = await service.app.inject(starting())
  expect(response.statusCode).toBe(202)
})

test('waits on when the read model is out of reach', async () => {
  let looks = 0
  const service = await fakeService({
    answerWaitMs: 10_000,
    findAnswer: () => (++looks === 1 ? Promise.reject(new Error('down')) : Promise.resolve(settled))
  })
  expect((await service.app.inject(starting())).statusCode).toBe(201)
})

test.each(['respond-async', 'wait=10, Respond-Async', 'respond-async; x=1'])(
  'answers 202 at once to Prefer: %s',
  async prefer => {
    const service = await fakeService({ answerWaitMs: 60_000 })
    const response = await service.app.inject(starting({ headers: { prefer } }))
    expect(response.statusCode).toBe(202)
    expect(response.headers['preference-applied']).toBe('respond-async')
    expect(service.sent[0]!.headers).not.toHaveProperty('aegispay-reply-to')
  }
)

test('answers a refusal with its code and the position', async () => {
  const service = await fakeService({ answerWaitMs: 10_000 })
  service.reply({
    answer: { kind: 'rejected', code: 'idempotency_key_reused', message: 'It was used before.' },
    position: sent
  })
  const response = await service.app.inject(starting())
  expect(response.statusCode).toBe(422)
  expect(response.json()).toMatchObject({ code: 'idempotency_key_reused', detail: 'It was used before.' })
  expect(response.headers['aegispay-position']).toBe(`commands-${partition}-100`)
})

test('answers a refusal that it does not know yet', async () => {
  const service = await fakeService({ answerWaitMs: 10_000 })
  service.reply({ answer: { kind: 'rejected', code: 'moon_phase', message: 'Not tonight.' }, position: sent })
  const response = await service.app.inject(starting())
  expect(response.statusCode).toBe(422)
  expect(response.json()).toMatchObject({ code: 'command_rejected', detail: 'Not tonight. (moon_phase)' })
})

test('answers 503 and promises nothing when Kafka does not take the command', async () => {
  const service = await fakeService({
    answerWaitMs: 10_000,
    send: () => Promise.reject(new ProducerUnavailableError('not acknowledged'))
  })
  const response = await service.app.inject(starting())
  expect(response.statusCode).toBe(503)
  expect(response.json()).toMatchObject({ code: 'kafka_unavailable' })
  expect(response.headers['retry-after']).toBe('1')
})

test('answers what waits with 202 when the process stops', async () => {
  const sent = Promise.withResolvers<undefined>()
  const service = await fakeService({
    answerWaitMs: 60_000,
    send: () => {
      sent.resolve(undefined)
      return Promise.resolve({ offset: 1 })
    }
  })
  const response = service.app.inject(starting())
  await sent.promise
  await service.app.close()
  expect((await response).statusCode).toBe(202)
})

test('counts how answers came', async () => {
  const service = await fakeService({ answerWaitMs: 0 })
  await service.app.inject(starting())
  const { text } = await service.metrics.render()
  expect(text).toContain('aegispay_answers_total{way="accepted"} 1')
  expect(text).toContain('aegispay_commands_accepted_total{command="InitiatePayment"} 1')
  expect(text).toContain(
    'aegispay_http_request_seconds_count{method="POST",route="/v1/payments",status="202"} 1'
  )
})
