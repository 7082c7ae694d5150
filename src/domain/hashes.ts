const OFFSET = 0x811c9dc5
const PRIME = 0x01000193

/**
 * FNV-1a, 32 bits, over the characters of a text.
 *
 * Source: G. Fowler, L. C. Noll, K.-P. Vo, "FNV Non-Cryptographic Hash" (IETF draft), in the public domain.
 *
 * @param before the hash of what stands before the text: so what many texts begin with is gone through once
 * @returns a signed integer
 */
export function fnv1a(text: string, before: number = OFFSET): number {
  let hash = before
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME)
  return hash
}

/**
 * Mixes a hash: those of texts that differ in their last character alone lie close together, and are far apart then.
 *
 * Source: A. Appleby, MurmurHash3 (the finalizer fmix32), in the public domain.
 *
 * @returns 32 bits, not negative
 */
export function fmix32(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
