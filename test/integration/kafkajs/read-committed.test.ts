import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Producer } from 'kafkajs'
import { append, client, createTopic, readCommitted, transactionalProducer, unique } from './clients.ts'

const kafka = client()
const elsewhere = unique('elsewhere')
let topic: string
let a: Producer
let b: Producer

beforeAll(async () => {
  await createTopic(kafka, elsewhere)
  a = await transactionalProducer(kafka, unique('a'))
  b = await transactionalProducer(kafka, unique('b'))
})

beforeEach(async () => {
  topic = unique('log')
  await createTopic(kafka, topic)
})

afterAll(async () => {
  await a.disconnect()
  await b.disconnect()
})

async function write(
  producer: Producer,
  end: 'commit' | 'abort',
  values: readonly string[],
  key?: Buffer
): Promise<void> {
  const transaction = await producer.transaction()
  await append(transaction, topic, values, key)
  await transaction[end]()
}

/** EndTxn is answered before its markers are in the log; the next transaction's first partition is taken up after. */
async function untilMarkersAreWritten(producer: Producer): Promise<void> {
  const next = await producer.transaction()
  await append(next, elsewhere, ['x'])
  await next.abort()
}

/** Offsets: a 0–2, b 3, a 4, b 5–9, then the markers, that of `endsFirst` at 10 and the other at 11. */
async function abortTwoInterleaved(endsFirst: 'a' | 'b'): Promise<void> {
  const open = { a: await a.transaction(), b: await b.transaction() }
  await append(open.a, topic, ['a0', 'a1', 'a2'])
  await append(open.b, topic, ['b3'])
  await append(open.a, topic, ['a4'])
  await append(open.b, topic, ['b5', 'b6', 'b7', 'b8', 'b9'])
  await open[endsFirst].abort()
  await untilMarkersAreWritten(endsFirst === 'a' ? a : b)
  await open[endsFirst === 'a' ? 'b' : 'a'].abort()
  await write(a, 'commit', ['committed'])
}

test('delivers the committed transactions of a producer and none of its aborted ones', async () => {
  await write(a, 'abort', ['1', '2'])
  await write(a, 'commit', ['3'])
  await write(a, 'abort', ['4'])
  await write(a, 'commit', ['5', '6'])

  await expect(readCommitted(kafka, topic)).resolves.toEqual(['3', '5', '6'])
})

test.each([
  ['an abort', 0],
  ['a commit', 1]
])('a record whose key is that of %s marker ends no aborted transaction', async (_, type) => {
  const aborted = await a.transaction()
  await append(aborted, topic, ['1', '2'], Buffer.from([0, 0, 0, type]))
  await append(aborted, topic, ['3'])
  await aborted.abort()
  await write(a, 'commit', ['committed'])

  await expect(readCommitted(kafka, topic)).resolves.toEqual(['committed'])
})

test('delivers a committed record whose key is that of an abort marker', async () => {
  await write(b, 'abort', ['1'])
  await write(a, 'commit', ['committed'], Buffer.alloc(4))

  await expect(readCommitted(kafka, topic)).resolves.toEqual(['committed'])
})

test.each(['a', 'b'] as const)(
  'delivers nothing of two interleaved aborted transactions when that of %s ends first',
  async endsFirst => {
    await abortTwoInterleaved(endsFirst)

    await expect(readCommitted(kafka, topic)).resolves.toEqual(['committed'])
  }
)

test.each([1, 3, 4, 5, 9])(
  'delivers nothing of two interleaved aborted transactions when the fetch begins inside, at offset %d',
  async from => {
    await abortTwoInterleaved('a')

    await expect(readCommitted(kafka, topic, from)).resolves.toEqual(['committed'])
  }
)

test('the commit of one producer does not end the aborted transaction of another', async () => {
  const aborted = await a.transaction()
  await append(aborted, topic, ['a0'])
  await write(b, 'commit', ['committed'])
  await untilMarkersAreWritten(b)
  await append(aborted, topic, ['a2'])
  await aborted.abort()

  await expect(readCommitted(kafka, topic)).resolves.toEqual(['committed'])
})
