import { expect, test } from '@jest/globals'
import { pino } from 'pino'
import type { GatewayRequest } from '../../../src/generated/records.ts'
import { BatchingProducer } from '../../../src/platform/kafka/batching-producer.ts'
import type { Caller, EndedCall } from '../../../src/processors/gateway/caller.ts'
import { GatewayExecutor } from '../../../src/processors/gateway/executor.ts'
import { App } from '../app.ts'

const silent = pino({ level: 'silent' })

test('an executor whose position lies beyond the log fails: nobody knows which of the lost requests were called', async () => {
  const { kafka, codec, topics, settings } = await App.create({ name: 'beyond', partitions: 1 })
  const groupId = `${settings['AEGISPAY_PREFIX']}gateway`
  const admin = kafka.admin()
  await admin.connect()
  await admin.setOffsets({
    groupId,
    topic: topics.gatewayRequests,
    partitions: [{ partition: 0, offset: '7' }]
  })
  await admin.disconnect()

  const failed = Promise.withResolvers<Error>()
  const producer = await BatchingProducer.start(kafka, silent, { sendTimeoutMs: 1_000 })
  const executor = await GatewayExecutor.start({
    ...{
      kafka,
      groupId,
      codec,
      producer,
      tracing: null,
      sessionTimeoutMs: 6_000,
      noProgressMs: 60_000,
      log: silent
    },
    ...{ requestsTopic: topics.gatewayRequests, outcomesTopic: topics.outcomes },
    // Nothing is called.
    caller: { close: () => Promise.resolve() } as unknown as Caller,
    observe: { call: () => undefined, inFlight: () => undefined },
    fatal: failed.resolve
  })
  expect((await failed.promise).message).toMatch(/position 7 .* lies beyond its end, 0/)
  await executor.stop()
  await producer.stop()
}, 60_000)

test('an executor fails whose calls never end, once each should have ended', async () => {
  const { kafka, codec, topics, settings } = await App.create({ name: 'stuck', partitions: 1 })
  const released = Promise.withResolvers<EndedCall | null>()
  const timeoutMs = 2_000
  const request: GatewayRequest = {
    ...{ merchantId: 'demo', paymentId: 'pay_1', operationId: 'op_1', kind: 'PURCHASE', attempt: 1 },
    ...{ gateway: 'sandbox-alpha', idempotencyKey: 'k', amount: 100, currency: 'EUR' },
    ...{ token: 'tok_visa', method: 'CARD' },
    ...{ reference: null, country: null, correlationId: null, sendBy: Date.now(), timeoutMs, action: null }
  }
  const producer = await BatchingProducer.start(kafka, silent, { sendTimeoutMs: 5_000 })
  const value = codec.encode('aegispay.gateway.GatewayRequest', request)
  await producer.send({ topic: topics.gatewayRequests, partition: 0, key: 'pay_1', value })
  const failed = Promise.withResolvers<Error>()
  const executor = await GatewayExecutor.start({
    ...{ kafka, codec, producer, tracing: null, sessionTimeoutMs: 6_000, noProgressMs: 600, log: silent },
    groupId: `${settings['AEGISPAY_PREFIX']}gateway`,
    ...{ requestsTopic: topics.gatewayRequests, outcomesTopic: topics.outcomes },
    caller: { call: () => released.promise, close: () => Promise.resolve() } as unknown as Caller,
    observe: { call: () => undefined, inFlight: () => undefined },
    fatal: failed.resolve
  })
  expect((await failed.promise).message).toMatch('partition 0 has work and has made no progress')
  // A call may wait until its time to start is over, and the gateway be asked after it.
  expect(Date.now()).toBeGreaterThan(request.sendBy + 2 * timeoutMs)
  released.resolve(null)
  await executor.stop()
  await producer.stop()
}, 60_000)
