import { describe, expect, test } from '@jest/globals'
import type { RecordGatewayNotification } from '../../../../src/generated/records.ts'
import type { AvroCodec, Decoded } from '../../../../src/platform/avro/codec.ts'
import { partitionOf } from '../../../../src/platform/kafka/partition-of.ts'
import { readInput } from '../../../../src/processors/payments/inputs.ts'

const PARTITIONS = 4
const paymentId = `pay_${'a'.repeat(32)}`
const notification: RecordGatewayNotification = {
  notificationId: 'msg_1',
  paymentId,
  operationId: 'purchase-1',
  attempt: 1,
  gateway: 'one',
  outcome: 'SUCCEEDED',
  declineType: null,
  reference: 'ref',
  amount: 1099,
  currency: 'EUR',
  settled: true,
  code: null,
  message: null,
  redirectUrl: null,
  receivedAt: 1
}

interface Changes {
  readonly value?: Partial<RecordGatewayNotification>
  readonly input?: 'commands' | 'outcomes'
  readonly key?: string
  readonly partition?: number
}

function read({ value = {}, input = 'outcomes', key = paymentId, partition }: Changes = {}) {
  const decoded = {
    name: 'aegispay.outcomes.RecordGatewayNotification',
    value: { ...notification, ...value }
  } as Decoded
  const codec = { decode: () => decoded } as unknown as AvroCodec
  const record = {
    input,
    partition: partition ?? partitionOf(key, PARTITIONS),
    offset: 7,
    timestamp: 0,
    key: Buffer.from(key),
    value: Buffer.from('any'),
    headers: {}
  }
  return readInput(record, codec, PARTITIONS)
}

describe('a notification of a gateway', () => {
  test('is a result that is caused by the notification', () => {
    expect(read()).toEqual({ type: 'result', paymentId, result: notification, causationId: 'msg_1' })
  })

  test('on the public topic is poison: nobody forges one', () => {
    expect(read({ input: 'commands' })).toMatchObject({ type: 'poison', reason: 'record_type_not_allowed' })
  })

  test('under another key than its payment is poison', () => {
    expect(read({ key: 'pay_other' })).toMatchObject({ type: 'poison', reason: 'key_mismatch' })
  })

  test('on another partition than its payment is poison: its owner would not see it', () => {
    const elsewhere = (partitionOf(paymentId, PARTITIONS) + 1) % PARTITIONS
    expect(read({ partition: elsewhere })).toMatchObject({ type: 'poison', reason: 'partition_mismatch' })
  })

  test('whose id looks like a card number is poison: its events would repeat it', () => {
    const value = { notificationId: '4242424242424242' }
    expect(read({ value })).toMatchObject({ type: 'poison', reason: 'card_number_in_id' })
  })
})
