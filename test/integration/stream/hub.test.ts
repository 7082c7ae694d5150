// The hub of the streams on real tables, without projectors: rows are written, and shown, one by one.
import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { pino } from 'pino'
import { ApiError } from '../../../src/errors.ts'
import { Metrics } from '../../../src/platform/metrics.ts'
import { Feed } from '../../../src/query/stream/feed.ts'
import { StreamHub, type StreamRequest } from '../../../src/query/stream/hub.ts'
import { parseStreamPosition } from '../../../src/query/stream/position.ts'
import { Subscriber } from '../../../src/query/stream/subscriber.ts'
import { eventually } from '../app.ts'
import { until } from './sse.ts'
import { createTables, type Tables } from '../projections/tables.ts'

jest.setTimeout(60_000)

const PARTITIONS = 3
const one = { partition: 0, merchant: 'm1', payment: 'p1' }
const log = pino({ level: 'silent' })

let tables: Tables
/** The next offset of each partition. */
let ends: number[]
let hub: StreamHub
let metrics: Metrics
/** How often a merchant's events were read. */
let reads = 0
/** Up to where no kept payment is read as it was before. */
let heard: number[] | null

beforeAll(async () => {
  tables = await createTables()
})

async function begin(limits = { perKey: 1000, perProcess: 1000 }): Promise<void> {
  await tables.pool.query('TRUNCATE payment_events, projection_positions')
  ends = Array.from({ length: PARTITIONS }, () => 0)
  reads = 0
  heard = null
  const counted = new Proxy(tables.reads, {
    get(target, name) {
      if (name === 'ofMerchant') reads++
      const held: unknown = Reflect.get(target, name, target)
      return typeof held === 'function' ? (held as () => unknown).bind(target) : held
    }
  })
  metrics = new Metrics()
  hub = new StreamHub({
    heardThrough: () => heard,
    reads: counted,
    partitions: PARTITIONS,
    limits,
    metrics,
    log
  })
}

const clients: Client[] = []
afterEach(() => {
  for (const client of clients.splice(0)) client.close()
  hub.close()
})

interface Row {
  readonly partition: number
  readonly merchant: string
  readonly payment: string
  readonly padding?: number
}

/** Writes events as a projector does. They are not visible before `show`. */
async function write(rows: readonly Row[]): Promise<void> {
  const at = rows.map(({ partition }) => ends[partition]!++)
  await tables.pool.query(
    `INSERT INTO payment_events (partition, event_offset, payment_id, merchant_id, sequence, event_id, type, occurred_at, data)
     SELECT p, o, payment, m, o + 1, 'e' || p || '-' || o, 'PaymentInitiated', now(), jsonb_build_object('padding', repeat('x', pad))
     FROM unnest($1::integer[], $2::bigint[], $3::text[], $4::text[], $5::integer[]) AS t (p, o, payment, m, pad)`,
    [
      rows.map(({ partition }) => partition),
      at,
      rows.map(({ payment }) => payment),
      rows.map(({ merchant }) => merchant),
      rows.map(({ padding = 0 }) => padding)
    ]
  )
}

/** @param at null of a partition that the view has never read */
async function place(view: string, at: readonly (number | null)[] = ends): Promise<void> {
  await tables.pool.query(
    `INSERT INTO projection_positions
     SELECT $1, ordinality - 1, o FROM unnest($2::bigint[]) WITH ORDINALITY AS t (o) WHERE o IS NOT NULL
     ON CONFLICT (view, partition) DO UPDATE SET next_offset = EXCLUDED.next_offset`,
    [view, at]
  )
}

const wake = () => hub.heard({ view: 'payments', moves: [], payments: null })

async function show(rows: readonly Row[], named: readonly string[] | null = null): Promise<void> {
  await write(rows)
  await place('payment_events')
  await place('payments')
  hub.heard({
    view: 'payments',
    moves: [],
    payments: named?.map(merchant => [merchant, 'any'] as const) ?? null
  })
}

class Client {
  readonly ids: string[] = []
  readonly events: string[] = []
  text = ''
  readonly #stream: Readable

  constructor(stream: Readable) {
    this.#stream = stream
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const frames = (this.text + chunk).split('\n\n')
      this.text = frames.pop()!
      for (const frame of frames) {
        const id = /^id: (.*)$/m.exec(frame)?.[1]
        if (id !== undefined) this.ids.push(id)
        const data = /^data: (.*)$/m.exec(frame)?.[1]
        if (data !== undefined)
          this.events.push((JSON.parse(data) as { id?: string; code: string }).id ?? frame)
      }
    })
    clients.push(this)
  }

  close(): void {
    this.#stream.destroy()
  }
}

const request = (changes: Partial<StreamRequest> = {}): StreamRequest => ({
  ...{ merchantId: 'm1', apiKeyId: 'k1', from: null, filter: {} },
  authorize: () => undefined,
  cut: () => undefined,
  ...changes
})

const follow = async (changes: Partial<StreamRequest> = {}): Promise<Client> =>
  new Client(await hub.open(request(changes)))

const has = (client: Client, events: readonly string[]) => until(() => expect(client.events).toEqual(events))

/** Some of a merchant's among many of another's. */
const scattered = (count: number): Row[] =>
  Array.from({ length: count }, (_, i) => ({
    partition: i % PARTITIONS,
    merchant: i % 7 === 0 ? 'm1' : 'm2',
    payment: `p${i % 5}`
  }))

test.each([
  ['payments', 'stands before it', 0],
  ['payments', 'has never read the partition', null],
  ['payment_events', 'stands before it', 0],
  ['payment_events', 'has never read the partition', null]
])('an event that the other view shows waits, and is not lost, while %s %s', async (behind, _, at) => {
  await begin()
  const client = await follow({ from: [0, 0, 0] })
  const writeIt = () => write([one])
  // Its row comes with the position of payment_events.
  if (behind === 'payments') await writeIt()
  await write([{ ...one, partition: 1 }])
  await place(behind === 'payments' ? 'payment_events' : 'payments', [1, 1, 0])
  await place(behind, [at, 1, 0])
  wake()
  // What both views show of another partition comes by the same look.
  await has(client, ['e1-0'])
  if (behind === 'payment_events') await writeIt()
  await place(behind, [1, 1, 0])
  wake()
  await has(client, ['e1-0', 'e0-0'])
})

test('shows no event while the payment might still be read as it was before', async () => {
  await begin()
  const client = await follow({ from: [0, 0, 0] })
  heard = [0, 1, 0]
  await show([one, { ...one, partition: 1 }])
  await has(client, ['e1-0'])
  heard = [1, 1, 0]
  wake()
  await has(client, ['e1-0', 'e0-0'])
})

test('a client that reads on from before is not told the place of those who have come further', async () => {
  await begin()
  await show(scattered(30))
  const feed = new Feed(tables.reads, 'm1', ends)
  const ignored = () => undefined
  const subscriber = new Subscriber({}, ignored, ignored)
  const joined = feed.join(subscriber, [0, 0, 0])
  expect(feed.positionOf(subscriber)).toBeNull()
  await joined
  expect(feed.positionOf(subscriber)).toEqual(ends)
})

test('going on behind any event misses none and repeats none', async () => {
  await begin()
  const whole = await follow({ from: [0, 0, 0] })
  await show(scattered(700))
  const { rows } = await tables.pool.query<{ event_id: string }>(
    "SELECT event_id FROM payment_events WHERE merchant_id = 'm1'"
  )
  await until(() => expect(whole.events).toHaveLength(rows.length))
  expect(new Set(whole.events)).toEqual(new Set(rows.map(({ event_id }) => event_id)))
  // The first id says where it began.
  for (const [at, id] of whole.ids.slice(0, whole.events.length + 1).entries()) {
    const client = await follow({ from: parseStreamPosition(id, PARTITIONS) })
    await until(() => expect(client.events).toHaveLength(whole.events.length - at))
    expect(new Set([...whole.events.slice(0, at), ...client.events])).toEqual(new Set(whole.events))
    client.close()
  }
})

test('clients who come while events arrive are told each of them once', async () => {
  await begin()
  const followed: Client[] = []
  for (let i = 0; i < 20; i++) {
    const [, client] = await Promise.all([show(scattered(70)), follow({ from: [0, 0, 0] })])
    followed.push(client)
  }
  const all = await tables.pool.query("SELECT FROM payment_events WHERE merchant_id = 'm1'")
  for (const client of followed) {
    await until(() => expect(client.events).toHaveLength(all.rowCount!))
    expect(new Set(client.events).size).toBe(all.rowCount)
  }
})

test('begins with what happens next where no position is given', async () => {
  await begin()
  await show([{ partition: 0, merchant: 'm1', payment: 'old' }])
  const client = await follow()
  await show([{ partition: 0, merchant: 'm1', payment: 'new' }])
  await has(client, ['e0-1'])
})

test('200 clients of a merchant cost one query for each wake', async () => {
  await begin()
  const followed = await Promise.all(Array.from({ length: 200 }, () => follow()))
  await show([one], ['m1'])
  for (const client of followed) await has(client, ['e0-0'])
  expect(reads).toBe(1)
})

const EVERY_TIMER_BUT_INTERVALS = [
  ...(['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask'] as const),
  ...(['setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout'] as const)
]

test('the events of others wake nobody', async () => {
  // Nor does the turn that comes once a second.
  jest.useFakeTimers({ doNotFake: EVERY_TIMER_BUT_INTERVALS })
  await begin()
  jest.useRealTimers()
  const client = await follow()
  await show([{ partition: 0, merchant: 'm2', payment: 'p1' }], ['m2'])
  await show([one], ['m1'])
  await has(client, ['e0-1'])
  expect(reads).toBe(1)
})

test('hears of nothing and shows it all the same, a little later', async () => {
  await begin()
  const client = await follow()
  await write([{ partition: 2, merchant: 'm1', payment: 'p1' }])
  await place('payment_events')
  await place('payments')
  await has(client, ['e2-0'])
})

describe('a filter', () => {
  test('by payment leaves out the others', async () => {
    await begin()
    const client = await follow({ filter: { payment: 'p2' } })
    await show([one, { partition: 0, merchant: 'm1', payment: 'p2' }])
    await has(client, ['e0-1'])
  })

  test('holds for what was before, too', async () => {
    await begin()
    const other = { ...one, payment: 'p2' }
    await show([one, other, one])
    const client = await follow({ from: [0, 0, 0], filter: { payment: 'p2' } })
    await show([other])
    await has(client, ['e0-1', 'e0-3'])
  })
})

test('refuses a position beyond what there is', async () => {
  await begin()
  await show([one])
  await expect(hub.open(request({ from: [2, 0, 0] }))).rejects.toMatchObject({
    code: 'stream_position_unknown'
  })
})

test('allows a key, and a process, so many streams, and again once one is closed', async () => {
  await begin({ perKey: 2, perProcess: 3 })
  const [first] = [await follow(), await follow()]
  await expect(hub.open(request())).rejects.toMatchObject({ code: 'too_many_streams' })
  await follow({ apiKeyId: 'k2' })
  await expect(hub.open(request({ apiKeyId: 'k3' }))).rejects.toMatchObject({ code: 'streams_exhausted' })
  first.close()
  await eventually(() => follow())
})

test('ends the stream of a key that was revoked', async () => {
  await begin()
  let isRevoked = false
  const client = await follow({
    authorize: () => {
      if (isRevoked) throw new ApiError('api_key_invalid')
    }
  })
  isRevoked = true
  await until(() => expect(client.events.at(-1)).toContain('"code":"api_key_invalid"'))
})

test('gives up a client that takes nothing, says so, and lets it go on from its last id', async () => {
  await begin()
  const server = createServer((_, response) => {
    void hub.open(request({ cut: () => response.destroy() })).then(stream => stream.pipe(response))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sent = get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' })
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  response.pause()
  // More than the kernel takes for both sides.
  await show(Array.from({ length: 400 }, () => ({ ...one, padding: 50_000 })))
  await eventually(async () => expect((await metrics.render()).text).toContain('{reason="too_slow"} 1'))
  let text = ''
  response
    .setEncoding('utf8')
    .on('data', (chunk: string) => (text += chunk))
    .resume()
  await once(response, 'end')
  const last = text.trimEnd().split('\n\n').at(-1)!
  expect(last).toMatch(/^event: end\ndata: \{"code":"too_slow"/)
  const ids = [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id!)
  const seen = [...text.matchAll(/"id":"(e0-\d+)"/g)].map(([, id]) => id!)
  expect(seen.length).toBeLessThan(400)
  const again = await follow({ from: parseStreamPosition(ids.at(-1)!, PARTITIONS) })
  await until(() => expect(seen.length + again.events.length).toBe(400))
  expect(new Set([...seen, ...again.events]).size).toBe(400)
  server.close()
})
