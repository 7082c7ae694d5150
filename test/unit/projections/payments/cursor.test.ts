import { expect, test } from '@jest/globals'
import { cursorOf, InvalidCursorError, parseCursor } from '../../../../src/projections/payments/cursor.ts'

const id = `pay_${'a'.repeat(32)}`
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test('a cursor leads back to the payment it was made of', () => {
  const start = { createdAt: new Date(1_767_323_045_678), id }
  expect(parseCursor(cursorOf(start))).toEqual(start)
})

test('a cursor can stand in a URL unescaped', () => {
  expect(cursorOf({ createdAt: new Date(0), id })).toMatch(/^[A-Za-z0-9_-]+$/)
})

test.each([
  ['nothing', ''],
  ['no JSON', 'abc'],
  ['no list', encoded({ id })],
  ['no time', encoded([null, id])],
  ['a time that no clock shows', encoded([1e300, id])],
  ['no payment id', encoded([0, 'pay_\0'])],
  ['too much', encoded([0, id, 1])]
])('refuses a cursor that is %s', (_, cursor) => {
  expect(() => parseCursor(cursor)).toThrow(InvalidCursorError)
})
