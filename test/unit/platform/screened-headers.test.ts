import { expect, test } from '@jest/globals'
import { screenHeaders, screenTrace } from '../../../src/platform/http/screened-headers.ts'
import { refuseCardNumbers } from '../../../src/screen.ts'

const CARD = '4242424242424242'

test.each(['idempotency-key', 'if-match', 'if-none-match', 'prefer', 'aegispay-position', 'webhook-id'])(
  'a card number in %s is refused',
  name => {
    expect(() => screenHeaders({ [name]: `x-${CARD}` }, refuseCardNumbers)).toThrow()
    expect(() => screenHeaders({ [name]: 'x' }, refuseCardNumbers)).not.toThrow()
  }
)

test.each([
  ['in the id of the trace', `00-${CARD}${'a'.repeat(16)}-${'b'.repeat(16)}-01`, false],
  ['in the id of the span', `00-${'a'.repeat(32)}-${CARD}-01`, false],
  ['in neither but across the two', `00-${'a'.repeat(24)}42424242-42424242${'b'.repeat(8)}-01`, true]
])('the context of a trace with a card number %s', (_where, traceparent, isKept) => {
  const headers = { traceparent }
  screenTrace(headers, refuseCardNumbers)
  expect(headers).toEqual(isKept ? { traceparent } : {})
})

test('a header of a trace that holds a card number is taken away, and the others stay', () => {
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  for (const name of ['traceparent', 'tracestate', 'baggage']) {
    const headers = {
      traceparent,
      tracestate: 'a=b',
      baggage: 'c=d',
      [name]: `00-${CARD}`,
      'user-agent': CARD
    }
    screenTrace(headers, refuseCardNumbers)
    expect(Object.keys(headers).sort()).toEqual(
      ['baggage', 'traceparent', 'tracestate', 'user-agent'].filter(kept => kept !== name)
    )
  }
})
