// Contact details on the real services, from a payment to nowhere.
import { beforeAll, describe, expect, jest, test } from '@jest/globals'
import { existsSync, globSync, readFileSync } from 'node:fs'
import kafkajs from 'kafkajs'
import pg from 'pg'
import { limits } from '../../../src/domain/payment/limits.ts'
import { topics } from '../../../src/topics.ts'
import { App, eventually, payment, type Worker } from '../app.ts'
import { aegispay } from '../operate/command-line.ts'
import { stack } from '../stack.ts'
import { headerOf, produce, readAll } from './topic.ts'

jest.setTimeout(180_000)

const ADDRESS = 'jane.doe-erasure@example.com'
const PHONE = '+4915550001234'
const PARTITIONS = 4

let app: App
let worker: Worker

beforeAll(async () => {
  app = await App.create({
    name: 'erasure',
    partitions: PARTITIONS,
    settings: { AEGISPAY_LOG_LEVEL: 'trace' }
  })
  worker = await app.start()
}, 90_000)

const contact = { email: ADDRESS, name: 'Jane Doe', phone: PHONE }
const pay = (key: string, customer: object) =>
  app.request(worker, 'POST', '/v1/payments', { key, body: payment({ customer }) })
const read = (id: string) => app.request(worker, 'GET', `/v1/customers/${encodeURIComponent(id)}`)
const erase = (id: string) => app.request(worker, 'DELETE', `/v1/customers/${encodeURIComponent(id)}`)
const untilHeld = (id: string, held: object) =>
  eventually(async () => expect((await read(id)).body).toMatchObject(held))

const cli = (...args: string[]) => aegispay(app.settings, 'erase', 'customer', ...args)

test('what a payment says of its customer can be read, and is replaced by the next that says any', async () => {
  const started = await pay('held-1', { id: 'a/b ä', country: 'DE', ...contact })
  expect(started).toMatchObject({ status: 201, body: { customer: { id: 'a/b ä', country: 'DE' } } })
  expect(JSON.stringify(started.body)).not.toContain(ADDRESS)
  await untilHeld('a/b ä', { id: 'a/b ä', ...contact })
  await pay('held-2', { id: 'a/b ä' })
  await pay('held-3', { id: 'a/b ä', email: 'new@example.com' })
  await untilHeld('a/b ä', { email: 'new@example.com' })
  expect((await read('a/b ä')).body).toEqual({
    ...{ id: 'a/b ä', email: 'new@example.com' },
    updatedAt: expect.any(String)
  })
})

test('contact details are no part of what makes two requests the same', async () => {
  const first = await pay('same', { id: 'same', email: 'one@example.com' })
  const second = await pay('same', { id: 'same', email: 'two@example.com', name: 'Two' })
  expect(second).toMatchObject({ status: 201, body: first.body })
})

test('a customer whose id is as long as it may be is read and erased as any other', async () => {
  const longest = 'ä'.repeat(limits.customerIdLength)
  await pay('longest', { id: longest, ...contact })
  await untilHeld(longest, contact)
  expect((await erase(longest)).status).toBe(204)
  expect(await read(`${longest}ä`)).toMatchObject({ status: 404, body: { code: 'customer_not_found' } })
})

test('an erasure shows in the next read, and is repeated without harm', async () => {
  await pay('erased', { id: 'erased', ...contact })
  await untilHeld('erased', contact)
  expect((await erase('erased')).status).toBe(204)
  expect(await read('erased')).toMatchObject({ status: 404, body: { code: 'customer_not_found' } })
  expect(await erase('erased')).toMatchObject({ status: 404, body: { code: 'customer_not_found' } })
})

test('an erasure says who wanted it, in the log and on the topic, and nothing of what was erased', async () => {
  await pay('audited', { id: 'audited', ...contact })
  await untilHeld('audited', contact)
  await erase('audited')
  const [keyId] = app.apiKey.split('_').slice(1)
  const erasedBy = `key:${keyId}`
  const line = worker.log.find(line => line.includes('"audited"') && line.includes(erasedBy))
  expect(JSON.parse(line!)).toMatchObject({
    ...{ msg: 'contact details erased', merchantId: 'demo', customerId: 'audited', erasedBy, wasHeld: true }
  })
  const records = await readAll(app.kafka, app.topics.customers)
  const tombstones = records.filter(({ key, value }) => value === null && String(key) === 'demo/audited')
  expect(tombstones.map(({ headers }) => headerOf(headers, 'aegispay-erased-by'))).toEqual(
    Array<string>(PARTITIONS).fill(erasedBy)
  )
  const texts = tombstones.flatMap(({ headers }) => Object.values(headers ?? {}).map(String))
  expect([line, ...texts].join()).not.toContain(ADDRESS)
})

test('of erasures and payments at the same time the one that Kafka has last wins, everywhere', async () => {
  const rounds = Array.from({ length: 8 }, async (_, i) => {
    const id = `raced-${i}`
    const writes = Array.from({ length: 4 }, (_, j) => pay(`${id}-${j}`, { id, email: `${j}@example.com` }))
    await Promise.all([...writes, erase(id), erase(id)])
    return id
  })
  const ids = await Promise.all(rounds)
  const last = await lastContacts()
  await eventually(async () => {
    for (const id of ids) {
      const { status, body } = await read(id)
      expect([id, status === 200 ? body['email'] : null]).toEqual([id, last.get(`demo/${id}`) ?? null])
    }
  })
})

test('the command line erases, says so, and says what it lacks', async () => {
  await pay('at-terminal', { id: 'at-terminal', ...contact })
  await untilHeld('at-terminal', contact)
  const unconfirmed = await cli('at-terminal', '--merchant', 'demo')
  expect(unconfirmed).toMatchObject({ code: 2, stderr: expect.stringContaining('say --yes') })
  expect((await read('at-terminal')).status).toBe(200)
  const foreign = await cli('at-terminal', '--merchant', 'other', '--yes', '--json')
  expect(JSON.parse(foreign.stdout)).toMatchObject({ wasHeld: false, isApplied: true })
  expect((await read('at-terminal')).status).toBe(200)
  const erased = await cli('at-terminal', '--merchant', 'demo', '--yes', '--json')
  expect(erased.code).toBe(0)
  expect(JSON.parse(erased.stdout)).toEqual({
    ...{ merchant: 'demo', customer: 'at-terminal', wasHeld: true, isApplied: true },
    ...{ erasedBy: expect.stringMatching(/^cli:.+@.+$/), at: expect.any(String) }
  })
  expect((await read('at-terminal')).status).toBe(404)
  expect((await cli('at-terminal', '--merchant', 'demo', '--yes')).stdout).toContain('nothing was held')
  const unnamed = await cli('b', '--merchant', 'demo/a', '--yes')
  expect(unnamed).toMatchObject({ code: 2, stderr: expect.stringContaining('have to be named') })
  expect((await cli('--help')).stdout).toContain('aegispay erase customer cus_1 --merchant acme')
})

describe('a record that a direct producer has', () => {
  const value = (merchantId: string, customerId: string, updatedAt = Date.now()) =>
    app.codec.encode('aegispay.customers.CustomerContact', {
      ...{ merchantId, customerId, ...contact, updatedAt }
    })
  test('put on any partition is shown, and erased there', async () => {
    const everywhere = Array.from({ length: PARTITIONS }, (_, partition) => partition)
    const key = 'demo/elsewhere'
    const record = { key, value: value('demo', 'elsewhere') }
    await produce(
      app.kafka,
      app.topics.customers,
      everywhere.map(partition => ({ ...record, partition }))
    )
    await untilHeld('elsewhere', contact)
    expect((await erase('elsewhere')).status).toBe(204)
    expect((await read('elsewhere')).status).toBe(404)
  })

  test('filed wrongly or made unreadable is passed over, and holds up nothing behind it', async () => {
    await produce(app.kafka, app.topics.customers, [
      { key: 'demo/misfiled', value: value('demo', 'another'), partition: 0 },
      { key: 'demo/garbage', value: Buffer.from(`\0\0\0\0\x01${ADDRESS}`), partition: 0 },
      { key: 'demo/untimely', value: value('demo', 'untimely', 2 ** 52), partition: 0 },
      { key: 'nobody', value: value('demo', 'nobody'), partition: 0 },
      { key: 'demo/n\0l', value: value('demo', 'n\0l'), partition: 0 },
      { key: 'demo/n\0l', value: null, partition: 0 },
      { key: 'demo/behind', value: value('demo', 'behind'), partition: 0 }
    ])
    await untilHeld('behind', contact)
    for (const id of ['misfiled', 'another', 'garbage', 'untimely', 'nobody'])
      expect([id, (await read(id)).status]).toEqual([id, 404])
    const metrics = await (await fetch(`${worker.url}/metrics`)).text()
    expect(metrics).toContain('aegispay_projection_skipped_total{view="customers"} 5')
    for (const id of ['behind', 'misfiled', 'garbage', 'untimely']) await erase(id)
    // A key that names no customer has no erasure either: its producer has to write the tombstone.
    await produce(app.kafka, app.topics.customers, [
      { key: 'nobody', value: null, partition: 0 },
      { key: 'demo/n\0l', value: null, partition: 0 }
    ])
  })
})

// The last, for it looks for what all tests before have left.
test('after an erasure the address is in no table, no topic and no log', async () => {
  await pay('gone-1', { id: 'gone', ...contact })
  await untilHeld('gone', contact)
  expect(await tablesWith(ADDRESS)).toEqual(['customers'])
  expect(await topicsWith(ADDRESS)).toEqual([app.topics.customers])
  for (const id of ['a/b ä']) expect((await erase(id)).status).toBe(204)
  const erased = await cli('gone', '--merchant', 'demo', '--yes')
  expect(erased).toMatchObject({ code: 0, stdout: 'erased\n' })
  expect(await tablesWith(ADDRESS)).toEqual([])
  expect(await tablesWith(PHONE)).toEqual([])

  // Hours as milliseconds.
  const config = { ...topics.customers.config, 'segment.ms': '100', 'max.compaction.lag.ms': '100' }
  const quick = { 'file.delete.delay.ms': '100', 'min.cleanable.dirty.ratio': '0' }
  const admin = app.kafka.admin()
  await admin.connect()
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: app.topics.customers,
        configEntries: Object.entries({ ...config, ...quick }).map(([name, value]) => ({ name, value }))
      }
    ]
  })
  await admin.disconnect()
  // An ingress closes the segments as it starts, and then every hour.
  const another = await app.start('ingress')

  await eventually(async () => {
    expect(await topicsWith(ADDRESS)).toEqual([])
    expect(filesWith(ADDRESS)).toEqual([])
  }, 120_000)
  expect(worker.log.length).toBeGreaterThan(100)
  const logged = [...worker.log, ...another.log, erased.stderr]
  expect(logged.filter(line => line.includes(ADDRESS) || line.includes(PHONE))).toEqual([])
})

/** The address that the topic holds for each key: tombstones go to every partition, and count in their own. */
async function lastContacts(): Promise<Map<string, string>> {
  const last = new Map<string, { key: string; value: Buffer | null }>()
  for (const { key, value, partition } of await readAll(app.kafka, app.topics.customers))
    last.set(`${partition}/${String(key)}`, { key: String(key), value })
  const held = [...last.values()].flatMap(({ key, value }) => (value === null ? [] : [{ key, value }]))
  await app.codec.learn(held.map(({ value }) => value))
  return new Map(
    held.map(({ key, value }) => [key, (app.codec.decode(value).value as { email: string }).email])
  )
}

/** The topics on which the bytes stand, anywhere in a record. */
async function topicsWith(text: string): Promise<string[]> {
  const found: string[] = []
  for (const topic of Object.values(app.topics)) {
    const records = await readAll(app.kafka, topic)
    const parts = records.flatMap(({ key, value, headers }) => [
      ...[key, value],
      ...Object.entries(headers ?? {}).map(String)
    ])
    if (parts.some(part => part?.includes(text))) found.push(topic)
  }
  return found
}

/** The tables of the whole database in which the text stands, in any column. */
async function tablesWith(text: string): Promise<string[]> {
  const client = new pg.Client(app.settings['AEGISPAY_POSTGRES_URL'])
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename)::text AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`
    )
    expect(rows.length).toBeGreaterThan(4)
    const found: string[] = []
    for (const { name } of rows) {
      const hits = await client.query(`SELECT 1 FROM ${name} AS t WHERE t::text LIKE $1 LIMIT 1`, [
        `%${text}%`
      ])
      if (hits.rowCount !== 0) found.push(name.replace('public.', ''))
    }
    return found
  } finally {
    await client.end()
  }
}

/** The broker's own files of our topics in which the bytes stand; none are seen where the broker is in a container. */
function filesWith(text: string): string[] {
  const { kafkaLogs } = stack()
  if (kafkaLogs === null || !existsSync(kafkaLogs)) return []
  const files = globSync(`${kafkaLogs}/${app.topics.customers.replace(/customers$/, '')}*/*`)
  expect(files.length).toBeGreaterThan(50)
  return files.filter(file => existsSync(file) && readFileSync(file).includes(text))
}
