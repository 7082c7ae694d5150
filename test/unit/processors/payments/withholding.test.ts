import { describe, expect, test } from '@jest/globals'
import {
  harmless,
  harmlessContext,
  hidesCardNumber
} from '../../../../src/processors/payments/withholding.ts'

const CARD = '4242424242424242'
const record = (parts: { key?: Buffer; value?: Buffer; headers?: Record<string, Buffer> }) => ({
  ...{ input: 'commands', partition: 0, offset: 0, timestamp: 0, key: null, value: null, headers: {} },
  ...parts
})

describe('a card number in a record is seen', () => {
  test.each<[string, Buffer]>([
    ['as text', Buffer.from(`{"card":"${CARD}"}`)],
    ['with separators', Buffer.from('4242 4242 4242 4242')],
    ['behind a length that is a digit', Buffer.from(`\u00024${CARD}`, 'latin1')],
    ['with separators behind a length that is a digit', Buffer.from('44242 4242 4242 4242')],
    ['before a number that is a digit', Buffer.from(`${CARD}2`)],
    ['between two of them', Buffer.from(`14${CARD}22`)],
    ['in UTF-16', Buffer.from(CARD, 'utf16le')]
  ])('%s', (_, bytes) => {
    expect(hidesCardNumber(record({ value: bytes }))).toBe(true)
    expect(hidesCardNumber(record({ key: bytes }))).toBe(true)
    expect(hidesCardNumber(record({ headers: { any: bytes } }))).toBe(true)
    expect(harmless(bytes)).toBeUndefined()
  })

  test('as the name of a header', () => {
    expect(hidesCardNumber(record({ headers: { [CARD]: Buffer.alloc(0) } }))).toBe(true)
  })
})

test.each([
  '1763890000000',
  '2026-11-23T10:00:00.000Z',
  '4242424242424241',
  'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  'order 31415926535'
])('what is none does no harm: %s', text => {
  expect(hidesCardNumber(record({ value: Buffer.from(text) }))).toBe(false)
  expect(harmless(text)).toBe(text)
})

test.each([
  ['in the id of the trace', `00-${CARD}${'a'.repeat(16)}-${'b'.repeat(16)}-01`, true],
  ['in the id of the span', `00-${'a'.repeat(32)}-${CARD}-01`, true],
  ['in neither but across the two', `00-${'a'.repeat(24)}42424242-42424242${'b'.repeat(8)}-00`, false]
])('the context of a trace with a card number %s', (_where, traceparent, isHidden) => {
  const headers = { traceparent: Buffer.from(traceparent) }
  expect(hidesCardNumber(record({ headers }))).toBe(isHidden)
  expect(harmlessContext(traceparent)).toBe(isHidden ? undefined : traceparent)
})

test('what is no context of a trace is looked at like any other header', () => {
  expect(hidesCardNumber(record({ headers: { traceparent: Buffer.from(`x${CARD}`) } }))).toBe(true)
})
