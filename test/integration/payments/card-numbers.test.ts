// Card numbers are sent through every field, header and error path, over HTTP and straight onto the topic, in good and bad
// requests. Afterwards nothing that the product wrote may hold one.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { IHeaders } from 'kafkajs'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { Redis } from 'ioredis'
import pg from 'pg'
import { paymentIdOf } from '../../../src/identity.ts'
import { partitionOf } from '../../../src/platform/kafka/partition-of.ts'
import { topics, type TopicId } from '../../../src/topics.ts'
import { MailServer } from '../delivery/mail-server.ts'
import { App, eventually, payment, type Answer, type Worker } from '../app.ts'
import { Contract, type Operation } from '../http/contract.ts'
import { startCollector, type Collector } from '../operate/collector.ts'
import { stack } from '../stack.ts'
import { headerOf, produce, readAll } from './topic.ts'

const PARTITIONS = 2
/** Of each network, as test numbers are; none is anybody's. */
const NUMBERS = [
  '4242424242424242',
  '4222222222222',
  '5555555555554444',
  '2223003122003222',
  '378282246310005',
  '6011111111111117',
  '30569309025904',
  '3530111333300000',
  '6200000000000005',
  '6759649826438453'
]
const written = (number: string): string[] => [
  number,
  ...[' ', '-', '.'].map(separator => number.replaceAll(/(\d{4})(?=\d)/g, `$1${separator}`))
]
const CARDS = NUMBERS.flatMap(written)
const [VISA] = NUMBERS as [string]
/** On the records that the test itself puts on the topic of commands. */
const OURS = 'test-canary'
const PATTERN = new RegExp(CARDS.map(card => card.replaceAll('.', '\\.')).join('|'))

let app: App
let worker: Worker
let collector: Collector
let mails: MailServer
const answers: string[] = []

beforeAll(async () => {
  collector = await startCollector()
  mails = await MailServer.start()
  app = await App.create({
    name: 'cards',
    partitions: PARTITIONS,
    settings: {
      AEGISPAY_LOG_LEVEL: 'trace',
      // What is refused for its frequency is not looked at.
      AEGISPAY_KEY_REQUESTS_PER_MINUTE: '1000000',
      AEGISPAY_ADDRESS_REQUESTS_PER_MINUTE: '1000000',
      AEGISPAY_SMTP_HOST: '127.0.0.1',
      AEGISPAY_SMTP_PORT: String(mails.port),
      AEGISPAY_SMTP_SECURITY: 'none',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100'
    }
  })
  worker = await app.start()
  // So that there is something in the tables of webhooks, too.
  const { status } = await app.request(worker, 'POST', '/v1/webhook-endpoints', {
    body: { url: 'http://127.0.0.1:9/' }
  })
  expect(status).toBe(201)
  // In those of mails.
  const ofAdmin = { apiKey: app.adminKey }
  const merchant = await app.request(worker, 'GET', '/v1/admin/merchants/demo', ofAdmin)
  const notifications = { from: 'pay@shop.example', events: ['payment.completed', 'payment.failed'] }
  const changed = await app.request(worker, 'PUT', '/v1/admin/merchants/demo', {
    ...{ ...ofAdmin, headers: { 'if-match': merchant.headers.get('etag')! } },
    body: { ...merchant.body, notifications }
  })
  expect(changed.status).toBe(200)
  // And in that of declines.
  const email = 'jane@customers.example'
  await app.pay(worker, 'declined', {
    ...{ customer: { id: 'jane', email }, paymentMethod: { type: 'card', token: 'tok_declined' } }
  })
  await eventually(() => {
    expect(mails.to(email)).toHaveLength(1)
    return Promise.resolve()
  })
}, 60_000)
afterAll(() => collector.close())

/** Sends, and keeps the answer for the search. */
async function send(
  method: string,
  path: string,
  options: Parameters<App['request']>[3] = {}
): Promise<Answer> {
  const answer = await app.request(worker, method, path, options)
  answers.push(JSON.stringify([answer.body, ...answer.headers]))
  return answer
}

const bodies = (card: string): [string, unknown][] => [
  ['customer.id', payment({ customer: { id: card } })],
  ['customer.country', payment({ customer: { id: 'c', country: card } })],
  ['customer.email', payment({ customer: { id: 'c', email: `${card}@example.org` } })],
  ['token', payment({ paymentMethod: { type: 'card', token: card } })],
  ['type', payment({ paymentMethod: { type: card, token: 'tok_visa' } })],
  ['currency', payment({ currency: card })],
  ['capture', payment({ capture: card })],
  ['description', payment({ description: `paid with ${card}, thanks` })],
  ['metadata value', payment({ metadata: { note: card } })],
  ['metadata key', payment({ metadata: { [card]: 'x' } })],
  ['unknown property', payment({ [card]: 'x' })],
  ['unknown value', payment({ card: { number: card, cvv: '123' } })],
  ['bare text', card],
  ['no JSON', `{"amount":${card}`],
  ['escaped', JSON.stringify(payment({ description: card })).replace(card[0]!, '\\u003' + card[0]!)],
  ['list', [card]]
]

test('over HTTP, in every part of a body', async () => {
  for (const [i, card] of CARDS.entries()) {
    for (const [what, body] of bodies(card)) {
      const { status } = await send('POST', '/v1/payments', { key: `body-${i}`, body })
      expect([what, card, status < 500 && status >= 400]).toEqual([what, card, true])
    }
  }
})

test('over HTTP, in paths, parameters, headers and what is no HTTP', async () => {
  const some = `/v1/payments/${paymentIdOf('demo', 'none')}`
  for (const card of CARDS) {
    const escaped = encodeURIComponent(card)
    for (const path of [
      `/v1/payments/${escaped}`,
      `/v1/payments/pay_${escaped}/events`,
      `/${escaped}`,
      ...['status', 'customer', 'limit', 'cursor', escaped].map(name => `/v1/payments?${name}=${escaped}`)
    ]) {
      expect([path, (await send('GET', path)).status]).toEqual([path, 422])
    }
    for (const name of [
      'idempotency-key',
      'if-match',
      'prefer',
      'aegispay-position',
      'authorization',
      'content-type'
    ]) {
      const headers = { 'idempotency-key': 'k', [name]: name === 'if-match' ? `"${card}"` : card }
      const { status } = await send('POST', `${some}/capture`, { headers, body: {} })
      expect([name, card, status >= 400 && status < 500]).toEqual([name, card, true])
    }
    await send('PUT', `/v1/payments/${escaped}`, { body: { card } })
  }
  const { hostname, port } = new URL(worker.url)
  for (const bytes of [
    `${VISA}\r\n\r\n`,
    `GET /${VISA} HTTP/9\r\n\r\n`,
    `GET / HTTP/1.1\r\n${VISA}\r\n\r\n`
  ]) {
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    socket.write(bytes)
    answers.push(await text(socket))
  }
})

test('over HTTP, in every parameter, header and property of every route, those of the administration too', async () => {
  const document = (await (await fetch(`${worker.url}/openapi.json`)).json()) as object
  const { operations } = await Contract.of(document)
  let sent = 0
  for (const operation of operations) {
    for (const { where, path, headers, body } of tainted(operation)) {
      const card = CARDS[sent++ % CARDS.length]!
      const { status } = await send(operation.method, path(encodeURIComponent(card)), {
        ...(operation.path.startsWith('/v1/admin/') ? { apiKey: app.adminKey } : {}),
        headers: headers(card),
        ...(operation.requestBody === undefined ? {} : { body: body(card) })
      })
      const name = `${operation.operationId}, ${where}, ${card}`
      expect([name, status >= 400 && status < 500 && status !== 429]).toEqual([name, true])
    }
  }
  expect(sent).toBeGreaterThan(200)
}, 120_000)

interface Tainted {
  readonly where: string
  readonly path: (card: string) => string
  readonly headers: (card: string) => Record<string, string>
  readonly body: (card: string) => unknown
}

/** A good request, as far as the document says, with a card number in one place: each place in turn. */
function tainted({ path, parameters = [], requestBody }: Operation): Tainted[] {
  const { examples = {} } = requestBody?.content['application/json'] ?? {}
  const example = Object.values(examples)[0]?.value ?? {}
  const named = (place: string) =>
    parameters.filter(parameter => parameter.in === place).map(({ name }) => name)
  const ids = named('path')
  const good = path.replaceAll(/\{\w+\}/g, 'demo')
  const required = { 'idempotency-key': 'canary', 'if-none-match': '*' }
  const plain = { path: () => good, headers: () => required, body: () => example }
  return [
    ...ids.map(name => ({
      ...plain,
      where: `the path's ${name}`,
      path: (card: string) => path.replace(`{${name}}`, card).replaceAll(/\{\w+\}/g, 'demo')
    })),
    ...[...named('query'), 'unknown'].map(name => ({
      ...plain,
      where: `the parameter ${name}`,
      path: (card: string) => `${good}?${name}=${card}`
    })),
    { ...plain, where: 'the name of a parameter', path: (card: string) => `${good}?${card}=1` },
    ...[...named('header'), 'authorization'].map(name => ({
      ...plain,
      where: `the header ${name}`,
      headers: (card: string) => ({ ...required, [name.toLowerCase()]: card })
    })),
    ...(requestBody === undefined
      ? []
      : waysIn(example).flatMap(way => [
          { ...plain, where: `${way.join('/')} as text`, body: (card: string) => set(example, way, card) },
          {
            ...plain,
            where: `${way.join('/')} as a number`,
            body: (card: string) => set(example, way, digitsOf(card))
          },
          ...(isItem(example, way)
            ? []
            : [
                {
                  ...plain,
                  where: `beside ${way.join('/')}`,
                  body: (card: string) => set(example, [...way.slice(0, -1), card], 1)
                }
              ])
        ]))
  ]
}

const digitsOf = (card: string): number => Number(card.replaceAll(/\D/g, ''))

/** The ways to all values in an object, itself and what it holds. */
const waysIn = (value: unknown): string[][] =>
  Object.entries((typeof value === 'object' && value) || {}).flatMap(([name, held]) => [
    [name],
    ...waysIn(held).map(way => [name, ...way])
  ])

/** An item of a list has nothing beside it that has a name. */
const isItem = (value: unknown, way: readonly string[]): boolean =>
  Array.isArray(way.slice(0, -1).reduce((held, name) => (held as Record<string, unknown>)[name], value))

function set(value: unknown, [name, ...rest]: readonly string[], held: unknown): unknown {
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
    string,
    unknown
  >
  copy[name!] = rest.length === 0 ? held : set(copy[name!], rest, held)
  return copy
}

test('over HTTP, in headers of good requests that are not for us', async () => {
  let etag = '*'
  for (const [i, card] of NUMBERS.entries()) {
    const { status } = await send('POST', '/v1/payments', {
      key: `good-${i}`,
      body: payment({ customer: { id: 'cus_1', email: 'someone@example.org' } }),
      headers: {
        'user-agent': `shop/${card}`,
        'x-correlation-id': card,
        cookie: `card=${card}`,
        referer: `https://shop.example/?card=${card}`,
        traceparent: traceWith(card),
        tracestate: `shop=${card}`,
        baggage: `card=${card}`,
        'x-forwarded-for': card
      }
    })
    expect(status).toBe(201)
    const limits = await send('PUT', `/v1/admin/limits/demo`, {
      apiKey: app.adminKey,
      headers: {
        [i === 0 ? 'if-none-match' : 'if-match']: etag,
        'user-agent': card,
        'x-correlation-id': card,
        referer: card
      },
      body: { id: 'demo', requestsPerMinute: 1_000_000 + i }
    })
    expect(limits.status).toBe(i === 0 ? 201 : 200)
    etag = limits.headers.get('etag')!
  }
})

test('straight onto the topic, in every field, header and kind of poison', async () => {
  const reserved = await send('POST', '/v1/payments', {
    key: 'reserved',
    body: payment({ capture: 'manual' })
  })
  const paymentId = String(reserved.body['id'])
  const initiate = (key: string, changes: object = {}, merchantId = 'demo') => ({
    ...{ merchantId, paymentId: paymentIdOf(merchantId, key), idempotencyKey: key },
    ...{ amount: 500, currency: 'EUR', capture: 'AUTOMATIC', captureDelayMs: null },
    ...{ customer: { id: 'cus_1', country: null }, paymentMethod: { type: 'CARD', token: 'tok_visa' } },
    ...{ description: null, metadata: {} },
    ...changes
  })
  const values: [string, Buffer | null][] = []
  const add = (name: Parameters<typeof app.codec.encode>[0], value: { paymentId: string }) =>
    values.push([value.paymentId, app.codec.encode(name, value as never)])
  for (const [i, card] of CARDS.entries()) {
    const start = (
      changes: object,
      key = `topic-${i}-${randomBytes(4).toString('hex')}`,
      merchant = 'demo'
    ) => add('aegispay.commands.InitiatePayment', initiate(key, changes, merchant))
    start({}, card)
    start({}, 'merchant', card)
    start({ amount: Number(card.replaceAll(/\D/g, '')) })
    start({ currency: card })
    start({ customer: { id: card, country: null } })
    start({ customer: { id: 'c', country: card } })
    start({ paymentMethod: { type: 'CARD', token: card } })
    start({ paymentMethod: { type: 'CARD', token: 'tok_visa', network: card } })
    start({ addressDigest: card })
    start({ description: card })
    start({ metadata: { [card]: 'x', note: card } })
    const operation = { merchantId: 'demo', paymentId, idempotencyKey: `topic-${i}` }
    const amount = Number(card.replaceAll(/\D/g, ''))
    add('aegispay.commands.CapturePayment', { ...operation, amount, expectedVersion: null } as never)
    add('aegispay.commands.CapturePayment', {
      ...operation,
      idempotencyKey: `version-${i}`,
      amount: 1,
      expectedVersion: amount
    } as never)
    add('aegispay.commands.CapturePayment', {
      ...operation,
      paymentId: card,
      amount: 1,
      expectedVersion: null
    } as never)
    add('aegispay.commands.CancelPayment', { ...operation, reason: card, expectedVersion: null } as never)
    add('aegispay.commands.CancelPayment', {
      ...operation,
      merchantId: card,
      reason: null,
      expectedVersion: null
    } as never)
    // Poison: no Avro, cut off, under another key, with the length of a text before it that is a digit, in UTF-16.
    values.push([card, Buffer.from(`{"card":"${card}"}`)], [card, null])
    const whole = app.codec.encode(
      'aegispay.commands.InitiatePayment',
      initiate('cut', { description: card }) as never
    )
    values.push(['cut', whole.subarray(0, -1)], ['other', whole])
    const after = app.codec.encode(
      'aegispay.commands.InitiatePayment',
      initiate('cut', { description: `${card} 12/29 12345678`.slice(0, 26) }) as never
    )
    values.push(['other', after], ['utf16', Buffer.from(card, 'utf16le')])
  }
  const headers = (card: string): IHeaders => ({
    [OURS]: '1',
    'aegispay-correlation-id': card,
    'aegispay-reply-to': card,
    'aegispay-reply-id': card,
    'aegispay-deadline': card,
    'aegispay-control-offset': card,
    traceparent: traceWith(card.replaceAll(/\D/g, '')),
    tracestate: card,
    baggage: card,
    ce_id: card,
    [card]: card
  })
  const messages = values.map(([key, value], i) => ({
    ...{ key, value, partition: partitionOf(key, PARTITIONS) },
    headers: i % 3 === 0 ? headers(CARDS[i % CARDS.length]!) : { [OURS]: '1' }
  }))
  // A good command with bad headers, a poison with bad headers only, and one that is forwarded.
  const id = paymentIdOf('demo', 'headers')
  const command = app.codec.encode('aegispay.commands.InitiatePayment', initiate('headers') as never)
  messages.push({
    key: id,
    value: command,
    partition: 1 - partitionOf(id, PARTITIONS),
    headers: headers(VISA)
  })
  messages.push({ key: 'nobody', value: command, partition: 0, headers: headers(VISA) })
  await produce(app.kafka, app.topics.commands, messages)
  await eventually(async () => {
    expect((await app.request(worker, 'GET', `/v1/payments/${id}`)).body).toMatchObject({
      status: 'COMPLETED'
    })
  })
})

test('none is anywhere in what the product answered, logged, wrote or stored', async () => {
  // The last of each partition: all that stands before it has been dealt with, and shown.
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const key = keyOn(partition)
    const { status, headers } = await send('POST', '/v1/payments', { key, body: payment() })
    expect(status).toBe(201)
    const path = `/v1/payments/${paymentIdOf('demo', key)}`
    await eventually(async () => {
      const position = headers.get('aegispay-position')!
      expect((await send('GET', path, { headers: { 'aegispay-position': position } })).status).toBe(200)
    })
  }
  for (const [i] of NUMBERS.entries())
    await send('GET', `/v1/payments/${paymentIdOf('demo', `good-${i}`)}/events`)
  await send('GET', '/v1/payments?limit=100')

  // By its end the process has sent its last spans and lines.
  expect(await worker.end('SIGTERM')).toBe(0)
  const found: Record<string, string[]> = {}
  const plain = (held: string) => `${held}\n${held.replaceAll('\0', '')}`
  for (const [place, texts] of Object.entries(await everything())) {
    // A search in nothing would find nothing.
    expect([place, texts.length > 0]).toEqual([place, true])
    found[place] = texts.flatMap(held => PATTERN.exec(plain(held))?.[0] ?? [])
  }
  expect(found).toEqual(Object.fromEntries(Object.keys(found).map(place => [place, []])))
  // The dead letters say where they came from all the same.
  const letters = await readAll(app.kafka, app.topics.deadLetters)
  const withheld = letters.filter(({ headers }) =>
    headerOf(headers, 'aegispay-dlq-detail')?.startsWith('withheld')
  )
  expect(withheld.length).toBeGreaterThan(CARDS.length)
  for (const { headers } of withheld) expect(headerOf(headers, 'aegispay-dlq-offset')).toMatch(/^\d+$/)
})

/** Well-formed, so that it would be handed on. */
const traceWith = (digits: string): string => `00-${digits.padStart(32, 'a')}-${digits.padStart(16, 'b')}-01`

const keyOn = (partition: number): string => {
  for (let i = 0; ; i++) {
    if (partitionOf(paymentIdOf('demo', `last-${i}`), PARTITIONS) === partition) return `last-${i}`
  }
}

/** All texts, by where they are. Of the topic of commands, what the product wrote itself. */
async function everything(): Promise<Record<string, string[]>> {
  const records: Record<string, string[]> = {}
  for (const topic of Object.keys(topics) as TopicId[]) {
    // There is no key here to sign any with.
    if (topic === 'anchors') continue
    const all = await readAll(app.kafka, app.topics[topic])
    const own = topic === 'commands' ? all.filter(({ headers }) => headers?.[OURS] === undefined) : all
    records[`topic ${topic}`] = own.map(({ key, value, headers }) =>
      [key, value, ...Object.entries(headers ?? {}).flat(2)]
        .map(part => part?.toString('latin1') ?? '')
        .join('\n')
    )
  }
  return {
    ...records,
    ...(await tables()),
    redis: await redisTexts(),
    log: [...worker.log],
    traces: [collector.received()],
    answers,
    mails: mails.received.map(({ raw }) => raw),
    ledger: await ledger()
  }
}

const ledger = async (): Promise<string[]> => (await app.ledger()).map(row => JSON.stringify(row))

async function tables(): Promise<Record<string, string[]>> {
  const client = new pg.Client(app.settings['AEGISPAY_POSTGRES_URL'])
  await client.connect()
  const { rows: names } = await client.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`
  )
  const texts: Record<string, string[]> = {}
  for (const { name } of names) {
    const { rows } = await client.query<{ row: string }>(
      `SELECT to_jsonb(t)::text AS row FROM ${pg.escapeIdentifier(name)} AS t`
    )
    texts[`table ${name}`] = rows.map(({ row }) => row)
  }
  await client.end()
  return texts
}

async function redisTexts(): Promise<string[]> {
  const redis = new Redis(stack().redis)
  const keys = await redis.keys(`${app.settings['AEGISPAY_PREFIX']!}*`)
  const values = await Promise.all(keys.map(key => redis.dumpBuffer(key)))
  redis.disconnect()
  return keys.map((key, i) => `${key}\n${values[i]?.toString('latin1') ?? ''}`)
}
