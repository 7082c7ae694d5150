// Who asked for an event, as its record's headers say: whoever writes commands chooses those.
import { expect, test } from '@jest/globals'
import type { KafkaMessage } from 'kafkajs'
import type { AvroCodec } from '../../../src/platform/avro/codec.ts'
import { decodeEvent } from '../../../src/projections/event-view.ts'

const codec = {
  decode: () => ({ name: 'aegispay.events.RefundAccepted', value: {} })
} as unknown as AvroCodec

const requestedBy = (header?: string) => {
  const headers = header === undefined ? {} : { 'aegispay-requested-by': Buffer.from(header) }
  const record = { value: Buffer.of(0), offset: '7', headers } as unknown as KafkaMessage
  return decodeEvent(record, 0, codec).requestedBy
}

test('is the key of those who run the installation', () => {
  expect(requestedBy('key:5f8b2c1e00a1b2c3')).toBe('key:5f8b2c1e00a1b2c3')
})

test.each([
  ['nobody', undefined],
  ['what is no name of a key', 'Ada Lovelace'],
  ['what the database could not hold', 'key:a\0'],
  ['what is longer than any', `key:${'k'.repeat(65)}`],
  ['what looks like a card number', 'key:4242424242424242']
])('is nobody where it says %s', (_what, header) => {
  expect(requestedBy(header)).toBeUndefined()
})
