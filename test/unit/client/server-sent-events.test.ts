import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { MessageReader } from '../../../client/src/server-sent-events.ts'

const nothing = { event: 'message', data: null, id: null, retryMs: null }
const messages = [
  { ...nothing, id: 'AQA', retryMs: 1000 },
  { ...nothing, id: 'AQE', data: '{"customerId":"кус-✓"}' },
  nothing,
  { ...nothing, event: 'end', data: '{"code":"stopping",\n"detail":""}' },
  { ...nothing, data: '' }
]
const lines = [
  ...['retry: 1000', 'id: AQA', ''],
  ...['id: AQE', 'data: {"customerId":"кус-✓"}', ''],
  ...[': beat', ''],
  ...['event: end', 'data: {"code":"stopping",', 'data:"detail":""}', ''],
  ...['data', 'retry: soon', '']
]

test.each(['\n', '\r\n'])(
  'reads the same messages, wherever the network cuts lines that end with %j',
  end => {
    const bytes = new TextEncoder().encode(lines.map(line => line + end).join(''))
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), cuts => {
        const reader = new MessageReader()
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length]
        const pieces = places.slice(1).map((place, i) => bytes.subarray(places[i], place))
        expect(pieces.flatMap(piece => reader.take(piece))).toEqual(messages)
      })
    )
  }
)

test('gives nothing of a message that is not complete', () => {
  expect(new MessageReader().take(new TextEncoder().encode('id: AQE\ndata: {"type":'))).toEqual([])
})
