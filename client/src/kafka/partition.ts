const SEED = 0x9747b28c
const M = 0x5bd1e995

/**
 * The partition of a key as the Java client places it, where its payment's owner looks first: murmur2 mod n.
 *
 * Source: Austin Appleby's MurmurHash2, with the seed of the Java client.
 */
export function partitionOf(key: string, partitions: number): number {
  const bytes = new TextEncoder().encode(key)
  const words = new DataView(bytes.buffer, bytes.byteOffset)
  const { length } = bytes
  const rest = length & ~3
  let hash = SEED ^ length
  for (let at = 0; at < rest; at += 4) {
    const word = Math.imul(words.getInt32(at, true), M)
    hash = Math.imul(hash, M) ^ Math.imul(word ^ (word >>> 24), M)
  }
  if (length > rest) {
    for (let at = length - 1; at >= rest; at--) hash ^= bytes[at]! << (8 * (at - rest))
    hash = Math.imul(hash, M)
  }
  hash = Math.imul(hash ^ (hash >>> 13), M)
  return ((hash ^ (hash >>> 15)) & 0x7fffffff) % partitions
}
