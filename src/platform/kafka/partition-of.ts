/**
 * The partition of a key: murmur2 mod n, as the Java client places it. Other clients' defaults differ (librdkafka's is
 * CRC-32), so a record may stand elsewhere.
 */
export function partitionOf(key: string | Buffer, partitions: number): number {
  const bytes = typeof key === 'string' ? Buffer.from(key) : key
  return (murmur2(bytes) & 0x7fffffff) % partitions
}

const SEED = 0x9747b28c
const M = 0x5bd1e995

/**
 * The hash as a signed integer of 32 bits. Every command is asked for its partition, and the client's own works on 64-bit
 * objects, at ten times the cost.
 *
 * Source: Austin Appleby's MurmurHash2, with the seed of the Java client.
 */
function murmur2(bytes: Buffer): number {
  const { length } = bytes
  const rest = length & ~3
  let h = SEED ^ length
  for (let i = 0; i < rest; i += 4) {
    h = Math.imul(h, M) ^ mixed(bytes.readInt32LE(i))
  }
  if (length > rest) {
    for (let i = length - 1; i >= rest; i--) h ^= bytes[i]! << (8 * (i - rest))
    h = Math.imul(h, M)
  }
  h = Math.imul(h ^ (h >>> 13), M)
  return h ^ (h >>> 15)
}

function mixed(block: number): number {
  const k = Math.imul(block, M)
  return Math.imul(k ^ (k >>> 24), M)
}
