import { expect, test } from '@jest/globals'
import { InvalidCursorError } from '../../../../src/projections/cursor.ts'
import { cursorOf, parseCursor } from '../../../../src/projections/payments/cursor.ts'

const id = `pay_${'a'.repeat(32)}`
const list = { merchantId: 'm1', order: 'newest', statuses: ['FAILED'], createdFrom: new Date(0) }
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('a cursor leads back to the payment it was made of', () => {
  const start = { createdAt: new Date(1_767_323_045_678), id }
  expect(parseCursor(cursorOf(start, list), list)).toEqual(start)
})

test('a cursor can stand in a URL unescaped', () => {
  expect(cursorOf({ createdAt: new Date(0), id }, list)).toMatch(/^[A-Za-z0-9_-]+$/)
})

test.each([
  ['nothing', ''],
  ['no JSON', 'abc'],
  ['no list', encoded({ id })],
  ['no time', encoded([null, id])],
  ['a time that no clock shows', encoded([1e300, id])],
  ['no payment id', encoded([0, 'pay_\0'])],
  ['without its list', encoded([0, id])],
  ['too much', encoded([0, id, 'x', 1])]
])('refuses a cursor that is %s', (_, cursor) => {
  expect(() => parseCursor(cursor, list)).toThrow(InvalidCursorError)
})

test.each([
  ['merchant', { merchantId: 'm2' }],
  ['order', { order: 'oldest' }],
  ['status', { statuses: ['FAILED', 'COMPLETED'] }],
  ['time', { createdFrom: new Date(1) }],
  ['additional filter', { currency: 'EUR' }]
])('refuses the cursor of a list with another %s', (_, change) => {
  const cursor = cursorOf({ createdAt: new Date(0), id }, list)
  expect(() => parseCursor(cursor, { ...list, ...change })).toThrow('other filters')
})
