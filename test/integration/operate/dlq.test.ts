import { beforeAll, expect, jest, test } from '@jest/globals'
import type { Kafka, Message } from 'kafkajs'
import { pino } from 'pino'
import type { InitiatePayment } from '../../../src/generated/records.ts'
import type { ListedLetter, ShownLetter } from '../../../src/dead-letters/views.ts'
import { placeOf } from '../../../src/dead-letters/letter.ts'
import { redrive, type Redriven } from '../../../src/dead-letters/redrive.ts'
import { AvroCodec, registerSchemas } from '../../../src/platform/avro/codec.ts'
import { createTopics } from '../../../src/platform/kafka/admin.ts'
import { connectKafka } from '../../../src/platform/kafka/client.ts'
import { withTopicReader } from '../../../src/platform/kafka/topic-reader.ts'
import { partitionOf } from '../../../src/platform/kafka/partition-of.ts'
import { poisonReasons, type PoisonReason } from '../../../src/poison-reasons.ts'
import { Outputs } from '../../../src/processors/payments/outputs.ts'
import { topicNames } from '../../../src/topics.ts'
import { initiate } from '../payments/initiate.ts'
import { headerOf, produce, readAll } from '../payments/topic.ts'
import { stack } from '../stack.ts'
import { aegispay, documents } from './command-line.ts'

jest.setTimeout(120_000)

const PARTITIONS = 3
const CARD = '4111 1111 1111 1111'
const UNKNOWN_SCHEMA = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3])

const { kafkaBrokers, schemaRegistry, prefix } = stack()
const topics = topicNames(prefix)
const settings = {
  AEGISPAY_KAFKA_BROKERS: kafkaBrokers.join(','),
  AEGISPAY_SCHEMA_REGISTRY_URL: schemaRegistry,
  AEGISPAY_PREFIX: prefix
}
const log = pino({ level: 'silent' })
let kafka: Kafka
let codec: AvroCodec

beforeAll(async () => {
  kafka = connectKafka({ brokers: kafkaBrokers, clientId: 'test' }, log)
  await Promise.all([
    registerSchemas(schemaRegistry),
    createTopics(kafka, { prefix, partitions: PARTITIONS }, log)
  ])
  codec = await AvroCodec.connect(schemaRegistry)
}, 60_000)

const encoded = (command: InitiatePayment) => codec.encode('aegispay.commands.InitiatePayment', command)

interface Poison {
  readonly reason?: PoisonReason
  readonly topic?: string
  readonly key?: string | null
  readonly value?: Buffer | null
  readonly headers?: Message['headers']
  readonly at?: Date
}

/** Puts a record aside as the processor does; returns the letter's id. */
async function bury(partition: number, poison: Poison): Promise<string> {
  const { reason = 'decision_failed', topic = topics.commands, at = new Date() } = poison
  const { key = 'k', value = null, headers = {} } = poison
  const record = {
    ...{ input: 'commands', partition, offset: 7, timestamp: 0, value, headers },
    key: key === null ? null : Buffer.from(key)
  }
  const outputs = new Outputs(codec, topics)
  const { headers: written = {}, ...rest } = outputs.deadLetter(record, topic, reason, 'why', at.getTime())
  await produce(kafka, topics.deadLetters, [{ ...rest, headers: written, timestamp: String(at.getTime()) }])
  const letters = await readAll(kafka, topics.deadLetters)
  return `${partition}-${letters.filter(letter => letter.partition === partition).at(-1)!.offset}`
}

/** A command that failed for a reason that has been mended since. */
const buryCommand = (key: string, partition = 0, more: Poison = {}) => {
  const command = initiate(key)
  return bury(partition, { key: command.paymentId, value: encoded(command), ...more })
}

const dlq = (...args: string[]) => aegispay(settings, 'dlq', ...args)
const list = async (...args: string[]) => {
  const ended = await dlq('list', '--json', ...args)
  expect(ended).toMatchObject({ code: 0 })
  return documents<{ letters: ListedLetter[]; nextCursor: string | null }>(ended)[0]!
}
const show = async (id: string) => documents<ShownLetter>(await dlq('show', id, '--json'))[0]!
const redriveByCommand = async (...args: string[]) => {
  const ended = await dlq('redrive', '--yes', '--json', '--reason', 'fixed in 1.4.2', ...args)
  return { ...ended, outcomes: documents<Redriven>(ended) }
}
const commandsOf = async (key: string) =>
  (await readAll(kafka, topics.commands)).filter(record => record.key?.toString() === initiate(key).paymentId)

test('letters are listed the newest first over all partitions, in pages that miss and repeat none', async () => {
  const base = Date.now() - 60_000
  const ids: string[] = []
  for (let i = 0; i < 5; i++)
    ids.unshift(await bury(i % PARTITIONS, { reason: 'undecodable', at: new Date(base + i) }))
  const first = await list('--limit', '2')
  await bury(0, { reason: 'undecodable', at: new Date(base + 9) })
  const second = await list('--limit', '2', '--cursor', first.nextCursor!)
  const third = await list('--limit', '2', '--cursor', second.nextCursor!)
  expect(third.nextCursor).toBeNull()
  expect([first, second, third].flatMap(({ letters }) => letters.map(({ letter }) => letter))).toEqual(ids)
})

test('letters are found by code, time and topic', async () => {
  const earlier = await bury(1, { reason: 'undecodable' })
  const at = new Date(Date.now() + 1_800_000)
  const id = await bury(1, { reason: 'key_mismatch', topic: topics.outcomes, at })
  const found = [
    await list('--code', 'key_mismatch'),
    await list('--topic', topics.outcomes),
    await list('--since', at.toISOString())
  ]
  for (const { letters } of found) expect(letters.map(({ letter }) => letter)).toEqual([id])
  const { letters } = await list('--until', at.toISOString(), '--limit', '1000')
  const before = letters.map(({ letter }) => letter)
  expect(before).toContain(earlier)
  expect(before).not.toContain(id)
})

test('a code that there is not is told, with those that there are', async () => {
  const { code, stderr } = await dlq('list', '--code', 'undecodeable')
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(poisonReasons.join(', ')) })
})

test('a letter is shown decoded, with its own headers and where it stood', async () => {
  const id = await buryCommand('shown', 2, { headers: { ce_id: 'x' } })
  expect(await show(id)).toMatchObject({
    ...{
      letter: id,
      code: 'decision_failed',
      detail: 'why',
      topic: topics.commands,
      partition: 2,
      offset: 7
    },
    ...{ key: initiate('shown').paymentId, headers: { ce_id: 'x' }, redriven: [], refusal: null },
    ...{ type: 'aegispay.commands.InitiatePayment', value: { amount: 500 } }
  })
  expect(await dlq('show', '0-99999')).toMatchObject({ code: 1, stdout: '' })
})

test('no card number is shown, by whatever way it came onto the topic', async () => {
  const headers = { 'aegispay-dlq-reason': 'undecodable', 'aegispay-dlq-detail': `it says ${CARD}` }
  const messages = [{ key: CARD, value: `pan=${CARD}`, headers: { ...headers, pan: CARD }, partition: 0 }]
  await produce(kafka, topics.deadLetters, messages)
  const letters = await readAll(kafka, topics.deadLetters)
  const id = `0-${letters.filter(({ partition }) => partition === 0).at(-1)!.offset}`
  const outputs = [
    await dlq('show', id),
    await dlq('list'),
    await dlq('redrive', id, '--yes', '--reason', 'r')
  ]
  expect(outputs.map(({ stdout, stderr }) => stdout + stderr).join('\n')).not.toContain('1111')
  expect(outputs[0]!.stdout).toContain('withheld')
  expect(await dlq('redrive', id, '--yes', '--reason', CARD)).toMatchObject({ code: 1, stdout: '' })
})

test('a record is redriven byte for byte to the partition of its key, and its letter says who did it, when and why', async () => {
  const key = 'redriven'
  const home = partitionOf(initiate(key).paymentId, PARTITIONS)
  const id = await buryCommand(key, (home + 1) % PARTITIONS, { headers: { ce_id: 'kept' } })
  const { code, outcomes } = await redriveByCommand(id)
  const [record] = await commandsOf(key)
  expect(record).toMatchObject({ partition: home, value: encoded(initiate(key)) })
  expect(headerOf(record!.headers, 'ce_id')).toBe('kept')
  expect(headerOf(record!.headers, 'aegispay-redriven-from')).toBe(id)
  expect(Object.keys(record!.headers!).filter(name => name.startsWith('aegispay-dlq-'))).toEqual([])
  const to = `${topics.commands}/${home}`
  expect({ code, outcomes }).toEqual({
    code: 0,
    outcomes: [{ letter: id, result: 'redriven', to: `${to}/${record!.offset}` }]
  })
  const mark = { by: expect.stringMatching(/^cli:.+@/) as unknown, reason: 'fixed in 1.4.2', to }
  expect((await show(id)).redriven).toMatchObject([mark])
  const { letters } = await list('--limit', '1000')
  expect(letters.find(({ letter }) => letter === id)?.redrivenAt).toEqual(expect.any(String))
  const open = await list('--open', '--limit', '1000')
  expect(open.letters.map(({ letter }) => letter)).not.toContain(id)
})

test('a letter is redriven once, unless it is said to be meant again', async () => {
  const id = await buryCommand('once')
  expect((await redriveByCommand(id)).code).toBe(0)
  expect(await redriveByCommand(id)).toMatchObject({
    code: 1,
    outcomes: [{ result: 'refused', code: 'already_redriven' }]
  })
  expect(await commandsOf('once')).toHaveLength(1)
  expect((await redriveByCommand(id, '--again')).code).toBe(0)
  expect(await commandsOf('once')).toHaveLength(2)
})

test('of two at the same time the later fences the earlier, and the letter is redriven once', async () => {
  const id = await buryCommand('raced')
  const places = [placeOf(id)!]
  const admin = kafka.admin()
  await admin.connect()
  const read = { topic: topics.deadLetters, groupPrefix: prefix }
  await withTopicReader(kafka, admin, read, async reader => {
    const options = {
      ...{ kafka, codec, topics, partitions: PARTITIONS, prefix, log, again: false },
      reader: reader as Pick<typeof reader, 'allBounds' | 'stretches'>,
      ...{ author: { changedBy: 'test', reason: 'both' }, progress: () => undefined }
    }
    // The other one comes and goes between the look for marks and the transaction.
    const overtaken: typeof options.reader = {
      allBounds: () => reader.allBounds(),
      async *stretches(...stretch) {
        yield* reader.stretches(...stretch)
        expect(await redrive(places, options)).toMatchObject([{ result: 'redriven' }])
      }
    }
    await expect(redrive(places, { ...options, reader: overtaken })).rejects.toThrow()
    expect(await redrive(places, options)).toMatchObject([{ code: 'already_redriven' }])
  })
  await admin.disconnect()
  expect(await commandsOf('raced')).toHaveLength(1)
})

test('many are redriven by a filter, with progress', async () => {
  const at = new Date(Date.now() + 3_000_000)
  const keys = Array.from({ length: 7 }, (_, i) => `many-${i}`)
  for (const [i, key] of keys.entries()) await buryCommand(key, i % PARTITIONS, { at })
  const { code, outcomes, stderr } = await redriveByCommand(
    '--since',
    at.toISOString(),
    '--code',
    'decision_failed'
  )
  expect({ code, results: outcomes.map(({ result }) => result) }).toEqual({
    ...{ code: 0, results: Array<string>(7).fill('redriven') }
  })
  expect(stderr).toContain('7 of 7')
  for (const key of keys) expect(await commandsOf(key)).toHaveLength(1)
  expect((await redriveByCommand('--since', at.toISOString())).outcomes).toEqual([])
})

test.each<[string, Poison]>([
  ['value_missing', { reason: 'value_missing' }],
  ['value_withheld', { value: Buffer.from(`pan ${CARD}`) }],
  ['undecodable', { value: UNKNOWN_SCHEMA }],
  ['topic_unknown', { topic: 'elsewhere', value: UNKNOWN_SCHEMA }],
  ['key_mismatch', { key: 'another', value: Buffer.alloc(0) }]
])('refuses with %s what cannot be processed, and writes nothing', async (code, poison) => {
  const value = code === 'key_mismatch' ? encoded(initiate('mismatched')) : poison.value
  const id = await bury(0, { ...poison, value: value ?? null })
  const before = (await readAll(kafka, topics.commands)).length
  expect(await redriveByCommand(id)).toMatchObject({
    code: 1,
    outcomes: [{ letter: id, result: 'refused', code }]
  })
  expect((await show(id)).refusal).toBe(code)
  expect(await readAll(kafka, topics.commands)).toHaveLength(before)
})

test('a header of a foreign record does not pass for a mark', async () => {
  const id = await buryCommand('forged')
  await buryCommand('forger', 0, { headers: { 'aegispay-dlq-redrive-of': id } })
  expect((await show(id)).redriven).toEqual([])
})

test.each([
  ['without a reason', ['redrive', '0-0', '--yes']],
  ['without a word on which', ['redrive', '--yes', '--reason', 'r']],
  ['with letters and --all', ['redrive', '0-0', '--all', '--yes', '--reason', 'r']],
  ['where nobody can be asked', ['redrive', '0-0', '--reason', 'r']],
  ['for a name that is no letter', ['show', 'x']],
  ['for a time that is none', ['list', '--since', 'yesterday']]
])('ends with 2 %s', async (_, args) => {
  expect(await dlq(...args)).toMatchObject({ code: 2, stdout: '' })
})
