import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Kafka } from 'kafkajs'
import { pino } from 'pino'
import { defaultRules } from '../../../src/domain/payment/merchant-rules.ts'
import type { MerchantDocument } from '../../../src/control/documents.ts'
import { seedDemo } from '../../../src/control/seed.ts'
import { ControlEditor } from '../../../src/control/editor.ts'
import { ControlTable } from '../../../src/control/table.ts'
import { NO_VERSION } from '../../../src/control/state.ts'
import { ControlWriter } from '../../../src/control/writer.ts'
import { AvroCodec, registerSchemas } from '../../../src/platform/avro/codec.ts'
import { createTopics } from '../../../src/platform/kafka/admin.ts'
import {
  BatchingProducer,
  ProducerUnavailableError,
  type OutgoingRecord
} from '../../../src/platform/kafka/batching-producer.ts'
import { connectKafka } from '../../../src/platform/kafka/client.ts'
import { topicNames } from '../../../src/topics.ts'
import { sandboxGateways } from '../../../sandbox/gateways.ts'
import { eventually } from '../projections/event-store.ts'
import { stack } from '../stack.ts'

jest.setTimeout(60_000)

const log = pino({ level: 'silent' })
const change = { changedBy: 'test', reason: null }
let kafka: Kafka
let codec: AvroCodec
let producer: BatchingProducer
let topic: string
let writer: ControlWriter
const tables: ControlTable[] = []

beforeAll(async () => {
  const { kafkaBrokers, schemaRegistry, prefix } = stack()
  kafka = connectKafka({ brokers: kafkaBrokers, clientId: 'test' }, log)
  await Promise.all([registerSchemas(schemaRegistry), createTopics(kafka, { prefix, partitions: 1 }, log)])
  codec = await AvroCodec.connect(schemaRegistry)
  producer = await BatchingProducer.start(kafka, log, { sendTimeoutMs: 5000 })
  topic = topicNames(prefix).control
  writer = new ControlWriter(producer, codec, topic)
})

afterEach(async () => {
  await Promise.all(tables.splice(0).map(table => table.stop()))
})

afterAll(() => producer.stop())

async function follow(): Promise<ControlTable> {
  const table = await ControlTable.follow({ kafka, topic, codec, groupPrefix: stack().prefix, log })
  tables.push(table)
  return table
}

const merchant = (id: string, changes: Partial<MerchantDocument> = {}): MerchantDocument => ({
  ...{ id, name: id, active: true },
  ...changes
})

test('a new table holds everything that was written before', async () => {
  const offset = await writer.put('merchants', 'early', merchant('early'), change)
  const table = await follow()
  expect(table.find('merchants', 'early')).toEqual({ version: offset, document: merchant('early') })
  expect(table.offset).toBeGreaterThanOrEqual(offset)
  expect(table.notReady()).toBeNull()
})

test('a change and a deletion show up in every table without a restart', async () => {
  const [one, other] = await Promise.all([follow(), follow()])
  await writer.put('merchants', 'live', merchant('live'), change)
  await eventually(() => [one, other].every(table => table.merchant('live')?.active === true))
  const changed = merchant('live', { active: false, payments: { attempts: 3 } })
  await writer.put('merchants', 'live', changed, change)
  await eventually(() => [one, other].every(table => table.merchant('live')?.active === false))
  expect(one.merchant('live')?.rules).toEqual({ ...defaultRules, attempts: 3 })
  const { offset } = await producer.send({ topic, partition: 0, key: 'merchants/live', value: null })
  await eventually(() => [one, other].every(table => table.offset === offset))
  expect(one.merchant('live')).toBeUndefined()
  expect(other.merchant('live')).toBeUndefined()
})

test('the limits of a merchant follow the topic', async () => {
  const table = await follow()
  expect(table.limits('limited')).toBeUndefined()
  await writer.put('limits', 'limited', { id: 'limited', requestsPerMinute: 60 }, change)
  await eventually(() => table.limits('limited')?.requestsPerMinute === 60)
})

describe('an edit', () => {
  const by = (changedBy: string) => ({ changedBy, reason: null })

  test('is in the table of its author when it is answered', async () => {
    const table = await follow()
    const editor = new ControlEditor(writer, table)
    const version = await editor.put('merchants', 'edited', merchant('edited'), {
      ...by('one'),
      basedOn: NO_VERSION
    })
    expect(table.find('merchants', 'edited')).toEqual({ version, document: merchant('edited') })
  })

  test('that another process has overtaken is refused, and both agree on who has won', async () => {
    const tables = await Promise.all([follow(), follow()])
    const editors = tables.map(table => new ControlEditor(writer, table))
    let basedOn: number = NO_VERSION
    for (let round = 0; round < 20; round++) {
      const edits = editors.map((editor, i) =>
        editor.put('merchants', 'raced', merchant('raced', { name: `${round}.${i}` }), {
          ...by(`process ${i}`),
          basedOn
        })
      )
      const settled = await Promise.allSettled(edits)
      const won = settled.findIndex(({ status }) => status === 'fulfilled')
      const lost = settled.find(({ status }) => status === 'rejected')
      expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      expect((lost as PromiseRejectedResult).reason).toMatchObject({ code: 'precondition_failed' })
      basedOn = (settled[won] as PromiseFulfilledResult<number>).value
      await Promise.all(tables.map(table => table.reached(basedOn)))
      for (const table of tables) {
        expect(table.find('merchants', 'raced')?.document.name).toBe(`${round}.${won}`)
      }
    }
    const late = await follow()
    expect(late.find('merchants', 'raced')).toEqual(tables[0].find('merchants', 'raced'))
  })

  test('whose record the client wrote twice has won all the same', async () => {
    const table = await follow()
    const twice = {
      send: async (record: OutgoingRecord) => {
        await producer.send(record)
        return producer.send(record)
      }
    }
    const editor = new ControlEditor(new ControlWriter(twice, codec, topic), table)
    const version = await editor.put('merchants', 'twice', merchant('twice'), {
      ...by('one'),
      basedOn: NO_VERSION
    })
    expect(table.version('merchants', 'twice')).toBe(version)
  })

  test('that the brokers do not confirm is not called refused', async () => {
    const table = await follow()
    const away = { send: () => Promise.reject(new ProducerUnavailableError('away')) }
    const editor = new ControlEditor(new ControlWriter(away, codec, topic), table)
    const edit = editor.put('merchants', 'away', merchant('away'), { ...by('one'), basedOn: NO_VERSION })
    await expect(edit).rejects.toMatchObject({ code: 'change_unconfirmed' })
  })
})

describe('a table that is behind', () => {
  test('can be waited for', async () => {
    const table = await follow()
    const offset = await writer.put('merchants', 'awaited', merchant('awaited'), change)
    await table.reached(offset)
    expect(table.merchant('awaited')).toBeDefined()
  })

  test('is not waited for beyond the end of the topic', async () => {
    const table = await follow()
    const began = performance.now()
    await table.reached(Number.MAX_SAFE_INTEGER)
    expect(performance.now() - began).toBeLessThan(500)
  })
})

test('a faulty record leaves what was there before', async () => {
  await writer.put('merchants', 'kept', merchant('kept'), change)
  const record = (document: string, key = 'merchants/kept') => ({
    ...{ topic, partition: 0, key },
    value: codec.encode('aegispay.control.ControlDocument', {
      ...{
        kind: 'merchants',
        id: 'kept',
        document,
        changedBy: 'test',
        changedAt: 0,
        reason: null,
        basedOn: null
      }
    })
  })
  const table = await follow()
  await producer.send(record('{ "id": "kept" }'))
  await producer.send(record('no JSON'))
  await producer.send(record(JSON.stringify(merchant('kept', { name: 'other' })), 'merchants/stolen'))
  await producer.send({ topic, partition: 0, key: 'merchants/kept', value: Buffer.from('no record') })
  const { offset } = await producer.send(record('{}', 'kinds-to-come/kept'))
  await eventually(() => table.offset === offset)
  expect(table.find('merchants', 'kept')?.document).toEqual(merchant('kept'))
  expect(table.merchant('stolen')).toBeUndefined()
})

test('a document that breaks its schema is not written', async () => {
  await expect(writer.put('merchants', 'm', merchant('another'), change)).rejects.toThrow(
    'holds the id another'
  )
})

describe('the demo data', () => {
  let sandbox: Server
  let sandboxUrl: string
  const secrets = { keySecret: 's3cret', adminSecret: 'adm1n' }

  beforeAll(async () => {
    sandbox = createServer((_, response) => response.end(JSON.stringify(sandboxGateways)))
    await new Promise<void>(resolve => sandbox.listen(0, '127.0.0.1', resolve))
    sandboxUrl = `http://127.0.0.1:${(sandbox.address() as AddressInfo).port}`
  })

  afterAll(() => void sandbox.close())

  test('are written once, and again only where the sandbox has moved', async () => {
    const table = await follow()
    const { apiKey, adminKey } = await seedDemo({ writer, table, sandboxUrl, ...secrets })
    expect(apiKey).toBe('ak_demo_s3cret')
    expect(adminKey).toBe('ak_demoadmin_adm1n')
    await eventually(
      () => table.gatewayProfiles().length === sandboxGateways.length && table.apiKey('demo') !== undefined
    )
    expect(table.gatewayProfiles().map(({ id }) => id)).toEqual(sandboxGateways.map(({ id }) => id))
    expect(table.merchant('demo')?.active).toBe(true)
    const profiles = table.gatewayProfiles()
    expect(table.gatewayProfiles()).toBe(profiles)

    const put = jest.fn(writer.put.bind(writer))
    const changed = merchant('demo', { routingPolicy: 'tried' })
    await table.reached(await writer.put('merchants', 'demo', changed, change))
    await seedDemo({ writer: { put } as Pick<ControlWriter, 'put'>, table, sandboxUrl, ...secrets })
    expect(put).not.toHaveBeenCalled()

    const moved = sandboxUrl.replace('127.0.0.1', 'localhost')
    await seedDemo({
      writer: { put } as Pick<ControlWriter, 'put'>,
      table,
      sandboxUrl: moved,
      ...secrets
    })
    expect(put).toHaveBeenCalledTimes(sandboxGateways.length)
    await eventually(() => table.gatewayProfiles()[0]?.url === `${moved}/gateways/sandbox-alpha`)
  })
})

test('a merchant is routed by the policy that it names, else by the default, else by none', async () => {
  const table = await follow()
  expect(table.routingPolicy('routed')).toBeUndefined()
  const fallback = await writer.put('routing-policies', 'default', { id: 'default' }, change)
  await table.reached(fallback)
  expect(table.routingPolicy('routed')).toEqual({ version: fallback, document: { id: 'default' } })
  const own = await writer.put('routing-policies', 'own', { id: 'own', exploration: 0.1 }, change)
  await table.reached(
    await writer.put('merchants', 'routed', merchant('routed', { routingPolicy: 'own' }), change)
  )
  expect(table.routingPolicy('routed')).toMatchObject({ version: own, document: { exploration: 0.1 } })
  expect(table.routingPolicy('stranger')).toMatchObject({ version: fallback })
})
