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
