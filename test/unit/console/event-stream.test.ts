import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { EventStream } from '../../../console/src/api/event-stream.ts'

const text = [
  'retry: 1000\nid: AQA\n\n',
  'id: AQE\ndata: {"type":"PaymentInitiated"}\n\n',
  ': beat\n\n',
  'event: end\ndata: {"code":"stopping",\ndata: "detail":""}\n\n'
].join('')

const messages = [
  { event: 'message', id: 'AQA', data: null },
  { event: 'message', id: 'AQE', data: '{"type":"PaymentInitiated"}' },
  { event: 'message', id: null, data: null },
  { event: 'end', id: null, data: '{"code":"stopping",\n"detail":""}' }
]

test('reads the same messages, wherever the network cuts the text', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), cuts => {
      const stream = new EventStream()
      const places = [0, ...cuts.toSorted((a, b) => a - b), text.length]
      const pieces = places.slice(1).map((end, i) => text.slice(places[i], end))
      expect(pieces.flatMap(piece => stream.take(piece))).toEqual(messages)
    })
  )
})

test('gives nothing of a message that is not complete', () => {
  expect(new EventStream().take('id: AQE\ndata: {"type":')).toEqual([])
})
