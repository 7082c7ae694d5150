// Ids that are computed, so that whoever sends a command knows its payment beforehand (docs/identity.md).
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const ID_BYTES = 20
const LENGTH_BYTES = 4

/** The id of the payment that a merchant starts under an idempotency key, whether it was started or not. */
export async function paymentIdOf(merchantId: string, idempotencyKey: string): Promise<string> {
  const parts = [merchantId, idempotencyKey].map(part => new TextEncoder().encode(part))
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + LENGTH_BYTES + part.length, 0))
  let end = 0
  for (const part of parts) {
    new DataView(bytes.buffer).setUint32(end, part.length)
    bytes.set(part, end + LENGTH_BYTES)
    end += LENGTH_BYTES + part.length
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return `pay_${base32(digest.subarray(0, ID_BYTES))}`
}

/** RFC 4648, lower case; 20 bytes need no padding. */
function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let pending = 0
  for (const byte of bytes) {
    pending = (pending << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(pending >>> (bits - 5)) & 31]!
    pending &= (1 << bits) - 1
  }
  return text
}
