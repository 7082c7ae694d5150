import { expect, test } from '@jest/globals'
import { traceparentIn, traceparentOf } from '../../../../src/platform/tracing/traceparent.ts'

const VALID = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

test('takes a well-formed context on, from a request or a record', () => {
  expect(traceparentOf(VALID)).toBe(VALID)
  expect(traceparentIn({ traceparent: Buffer.from(VALID) })).toBe(VALID)
  expect(traceparentIn({ traceparent: VALID })).toBe(VALID)
})

test.each([
  ['of another version', VALID.replace(/^00/, '01')],
  ['with a trace id of zeros', VALID.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32))],
  ['with a span id of zeros', VALID.replace('00f067aa0ba902b7', '0'.repeat(16))],
  ['in capitals', VALID.toUpperCase()],
  ['with more behind it', `${VALID}-${'x'.repeat(10_000)}`],
  ['with a line break', `${VALID}\n`],
  ['that is empty', '']
])('takes none on %s', (_what, header) => {
  expect(traceparentOf(header)).toBeUndefined()
  expect(traceparentIn({ traceparent: Buffer.from(header) })).toBeUndefined()
})

test('takes none on of several', () => {
  expect(traceparentOf([VALID, VALID])).toBeUndefined()
  expect(traceparentIn({ traceparent: [VALID, VALID] })).toBeUndefined()
  expect(traceparentIn(undefined)).toBeUndefined()
})
