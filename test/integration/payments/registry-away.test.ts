// Records whose schemas nobody has met yet, while the schema registry gives no answer: nothing is known to be wrong with them.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { partitionOf } from '../../../src/platform/kafka/partition-of.ts'
import { App, eventually, type Worker } from '../app.ts'
import { TcpProxy } from '../operate/tcp-proxy.ts'
import { initiate } from './initiate.ts'
import { decodeAll, produce, readAll } from './topic.ts'

jest.setTimeout(120_000)

const PARTITIONS = 2

let registry: TcpProxy
let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({ name: 'registry-away', partitions: PARTITIONS })
  const url = new URL(app.settings['AEGISPAY_SCHEMA_REGISTRY_URL']!)
  registry = await TcpProxy.start({ host: url.hostname, port: Number(url.port) })
  url.host = `127.0.0.1:${registry.port}`
  Object.assign(app.settings, { AEGISPAY_SCHEMA_REGISTRY_URL: url.href })
  worker = await app.start()
})
afterAll(() => registry.close())

test('a partition waits for the registry, puts nothing aside, and goes on with everything in its order', async () => {
  registry.cut()
  const commands = Array.from({ length: 6 }, (_, i) => initiate(`waits-${i}`))
  await produce(
    app.kafka,
    app.topics.commands,
    commands.map(command => ({
      key: command.paymentId,
      value: app.codec.encode('aegispay.commands.InitiatePayment', command),
      partition: partitionOf(command.paymentId, PARTITIONS)
    }))
  )
  await eventually(() => {
    expect(worker.log.join('\n')).toContain('the partition waits')
    return Promise.resolve()
  })
  expect(await readAll(app.kafka, app.topics.deadLetters)).toEqual([])
  expect(await readAll(app.kafka, app.topics.events)).toEqual([])
  expect((await fetch(`${worker.url}/healthz`)).status).toBe(200)

  registry.restore()
  for (const { paymentId } of commands) {
    await eventually(async () => {
      const { body } = await app.request(worker, 'GET', `/v1/payments/${paymentId}`)
      expect(body).toMatchObject({ status: 'COMPLETED' })
    })
    expect(await app.ledger(paymentId)).toHaveLength(1)
  }
  expect(await readAll(app.kafka, app.topics.deadLetters)).toEqual([])
  const events = await decodeAll(app.kafka, app.topics.events, app.codec)
  const begun = events.filter(({ name }) => name === 'aegispay.events.PaymentInitiated')
  expect(begun).toHaveLength(commands.length)
})
