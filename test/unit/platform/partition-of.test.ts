import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Partitioners } from 'kafkajs'
import { partitionOf } from '../../../src/platform/kafka/partition-of.ts'

const clients = Partitioners.DefaultPartitioner()

const asTheClientPlacesIt = (key: string | Buffer, partitions: number): number =>
  clients({
    topic: '',
    message: { key, value: null },
    partitionMetadata: Array.from({ length: partitions }, (_, partitionId) => ({
      ...{ partitionId, partitionErrorCode: 0, leader: 0, replicas: [], isr: [] }
    }))
  })

test('a key goes where a client with the Java partitioner puts it', () => {
  const key = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.uint8Array().map(bytes => Buffer.from(bytes))
  )
  fc.assert(
    fc.property(key, fc.integer({ min: 1, max: 100 }), (key, partitions) => {
      expect(partitionOf(key, partitions)).toBe(asTheClientPlacesIt(key, partitions))
    })
  )
})
