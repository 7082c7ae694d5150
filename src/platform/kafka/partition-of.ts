import { Partitioners } from 'kafkajs'

const murmur2 = Partitioners.DefaultPartitioner()

/**
 * The partition of a key: murmur2 mod n, as the Java client places it. Other clients' defaults differ (librdkafka's is
 * CRC-32), so a record may stand elsewhere.
 */
export function partitionOf(key: string | Buffer, partitions: number): number {
  // The library's partitioner reads no more of the metadata than how many partitions there are.
  const partitionMetadata = partitionsOf(partitions)
  return murmur2({ topic: '', partitionMetadata, message: { key, value: null } })
}

type PartitionMetadata = Parameters<typeof murmur2>[0]['partitionMetadata']

let cached: PartitionMetadata = []

function partitionsOf(count: number): PartitionMetadata {
  if (cached.length !== count) {
    cached = Array.from({ length: count }, (_, partitionId) => ({
      partitionId,
      partitionErrorCode: 0,
      leader: 0,
      replicas: [],
      isr: []
    }))
  }
  return cached
}
