import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { CompressionTypes } from 'kafkajs'
import {
  crc32cInUse,
  crc32cTable,
  decodeBatch,
  Decoder,
  encodeBatch,
  encodeFrame,
  planRecord,
  produceRequest
} from './internals.ts'
import { NOW_MS, produceCases } from './produce-cases.ts'

const kept = readFileSync(new URL('produce-requests.json', import.meta.url), 'utf8')
const frames = JSON.parse(kept) as Readonly<Record<string, string>>

describe('a produce request is byte for byte what the unpatched client sends', () => {
  beforeEach(() => {
    jest.spyOn(Date, 'now').mockReturnValue(NOW_MS)
  })
  afterEach(() => {
    jest.restoreAllMocks()
  })

  test.each(Object.entries(produceCases))('%s', async (name, options) => {
    const frame = await encodeFrame({
      correlationId: 7,
      clientId: 'aegispay',
      request: produceRequest(options)
    })

    expect(frame.buffer.toString('base64')).toBe(frames[name])
  })

  test('no kept request is without its case', () => {
    expect(Object.keys(frames)).toEqual(Object.keys(produceCases))
  })
})

test.each([null, undefined])(
  'refuses a header whose value is %s, as the unpatched client does',
  async nothing => {
    const headers = { traceparent: nothing } as unknown as Record<string, string>
    const messages = [{ value: 'v', headers }]
    const request = produceRequest({
      acks: -1,
      timeout: 1,
      topicData: [{ topic: 't', partitions: [{ partition: 0, firstSequence: 0, messages }] }]
    })

    await expect(request.encode()).rejects.toThrow(`Received ${String(nothing)}`)
  }
)

const text = fc.string({ unit: 'binary', maxLength: 200 })
const bytes = fc.uint8Array({ maxLength: 200 }).map(array => Buffer.from(array))
// The client joins a repeated header to a list, so that a list of one comes back as its only value.
const headers = fc.dictionary(text, fc.oneof(bytes, fc.array(bytes, { minLength: 2, maxLength: 4 })))
const record = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: headers.filter(names => !Object.hasOwn(names, '__proto__'))
})

describe.each([
  ['uncompressed', CompressionTypes.None],
  ['gzip', CompressionTypes.GZIP]
])('%s', (_, compression) => {
  test('what is encoded is decoded again: keys, values, headers and their order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 80 }), async records => {
        const planned = records.map((fields, offsetDelta) => planRecord({ ...fields, offsetDelta }))
        const batch = await encodeBatch({ compression, records: planned })

        const decoded = await decodeBatch(new Decoder(batch.buffer))

        expect(decoded.records.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual(records)
        expect(decoded.records.map(({ headers }) => Object.keys(headers))).toEqual(
          records.map(({ headers }) => Object.keys(headers))
        )
      }),
      { numRuns: 40 }
    )
  })
})

test('a header may be named like a method of every object', async () => {
  const names = { toString: Buffer.from('a'), constructor: [Buffer.from('b'), Buffer.from('c')] }
  const planned = planRecord({ value: null, headers: names, offsetDelta: 0 })
  const batch = await encodeBatch({ compression: CompressionTypes.None, records: [planned] })

  const decoded = await decodeBatch(new Decoder(batch.buffer))

  expect(decoded.records[0]!.headers).toEqual(names)
})

test('the checksum in use agrees with the table', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), array => {
      expect(crc32cInUse(array)).toBe(crc32cTable(array))
    })
  )
})
