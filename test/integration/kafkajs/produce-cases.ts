import type { ProducedMessage, ProduceOptions } from './internals.ts'

/** The clock for records without a timestamp of their own, in ms. */
export const NOW_MS = 1_763_880_000_000

const onePartition = (
  messages: readonly ProducedMessage[],
  producer: Partial<Omit<ProduceOptions, 'topicData'>> = {}
): ProduceOptions => ({
  acks: -1,
  timeout: 30_000,
  ...producer,
  topicData: [{ topic: 'payments.events', partitions: [{ partition: 3, firstSequence: 0, messages }] }]
})

const value = 'v'

/** Requests whose bytes, as the unpatched client writes them, are kept in `produce-requests.json` under these names. */
export const produceCases: Readonly<Record<string, ProduceOptions>> = {
  'no topics': { acks: 1, timeout: 5, topicData: [] },
  'keys: none, null, empty, text, bytes': onePartition([
    { value },
    { key: null, value },
    { key: '', value },
    { key: 'clé-💶', value },
    { key: Buffer.from([0, 0, 0, 0]), value }
  ]),
  'values: null, empty, text, bytes': onePartition([
    { key: 'k', value: null },
    { key: 'k', value: '' },
    { key: 'k', value: 'crédit 💶' },
    { key: 'k', value: Buffer.from([0, 255, 128]) }
  ]),
  'lengths of one, two and three varint bytes': onePartition(
    [0, 63, 64, 127, 128, 8_191, 8_192].map(length => ({ value: Buffer.alloc(length, 7) }))
  ),
  headers: onePartition([
    { value, headers: {} },
    { value, headers: { ce_type: 'PaymentCreated', ce_id: Buffer.from([1, 2]), vide: '', clé: '💶' } },
    { value, headers: { repeated: ['a', Buffer.from('b'), ''], none: [], last: 'z' } }
  ]),
  'more records than one byte counts': onePartition(
    Array.from({ length: 200 }, (_, n) => ({ key: `pay_${n}`, value: `event ${n}` }))
  ),
  'timestamps: ascending, with gaps': onePartition([
    { value, timestamp: '1763880000000' },
    { value, timestamp: '1763880000063' },
    { value, timestamp: '1763880000064' },
    { value, timestamp: '1763880009999' },
    { value }
  ]),
  'timestamps: out of order, and further apart than 32 bits': onePartition([
    { value, timestamp: '1763880000000' },
    { value, timestamp: '1563880000000' },
    { value, timestamp: '1563880000000' },
    { value, timestamp: '1566027483646' },
    { value, timestamp: '1566027483647' },
    { value, timestamp: '1566027483648' }
  ]),
  'timestamps: of unequal length, so that a delta is negative': onePartition([
    { value, timestamp: '9' },
    { value, timestamp: '10' },
    { value, timestamp: '9000000000000' }
  ]),
  'an idempotent producer': onePartition([{ value }], { producerId: '4711', producerEpoch: 2 }),
  'a transaction over topics and partitions': {
    acks: -1,
    timeout: 30_000,
    transactionalId: 'aegispay.3',
    producerId: '9007199254740993',
    producerEpoch: 32_767,
    topicData: [
      {
        topic: 'payments.events',
        partitions: [
          { partition: 0, firstSequence: 0, messages: [{ key: 'a', value: '1' }] },
          {
            partition: 11,
            firstSequence: 2_147_483_646,
            messages: [{ key: 'b', value: '2' }, { value: null }]
          }
        ]
      },
      {
        topic: 'payments.state',
        partitions: [{ partition: 0, firstSequence: 17, messages: [{ key: 'a', value: null }] }]
      }
    ]
  }
}
