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
