import { expect, test } from '@jest/globals'
import { pino } from 'pino'
import { BatchingProducer } from '../../../src/platform/kafka/batching-producer.ts'
import type { Caller } from '../../../src/processors/gateway/caller.ts'
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
    ...{ kafka, groupId, codec, producer, tracing: null, sessionTimeoutMs: 6_000, log: silent },
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
