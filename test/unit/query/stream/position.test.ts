import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formatStreamPosition, parseStreamPosition } from '../../../../src/query/stream/position.ts'

const offset = fc.nat({ max: Number.MAX_SAFE_INTEGER })

test('comes back as it was', () => {
  fc.assert(
    fc.property(fc.array(offset, { minLength: 1, maxLength: 40 }), offsets => {
      expect(parseStreamPosition(formatStreamPosition(offsets), offsets.length)).toEqual(offsets)
    })
  )
})

test('is the text that the documentation shows', () => {
  expect(formatStreamPosition([0, 5, 300, 128])).toBe('AQAFrAKAAQ')
})

test.each([
  ['of another number of partitions', 'AQAFrAI'],
  ['of another form', 'AgAFrAKAAQ'],
  ['that is cut off', 'AQAFrAKA'],
  ['with something behind it', 'AQAFrAKAAQA'],
  [
    'that writes an offset with more bytes than it needs',
    Buffer.from([1, 0, 5, 3, 0x80, 0]).toString('base64url')
  ],
  [
    'with an offset that there cannot be',
    Buffer.from([1, 0, 5, 3, ...Array<number>(9).fill(0xff), 1]).toString('base64url')
  ],
  ['of other letters', 'AQAFrAKAA='],
  ['of nothing', '']
])('is refused: one %s', (_, text) => {
  expect(parseStreamPosition(text, 4)).toBeNull()
})
