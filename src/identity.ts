// Ids that are computed, never drawn: whoever sends a command again, and whoever processes it again, arrives at the
// same id, so that a repeat is recognised. The construction is part of the wire contract (docs/identity.md).
import { hash } from 'node:crypto'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const ID_BYTES = 20
const LENGTH_BYTES = 4
/** Of one UTF-16 unit. */
const MAX_UTF8_BYTES = 3
const scratch = Buffer.allocUnsafe(4096)

/** The id of the payment that an InitiatePayment of this merchant under this idempotency key starts. */
export const paymentIdOf = (merchantId: string, idempotencyKey: string): string =>
  `pay_${digestOf([merchantId, idempotencyKey])}`

const PAYMENT_ID = /^pay_[a-z2-7]{32}$/

/** Whether a text has the form of a payment id. */
export const isPaymentId = (text: string): boolean => PAYMENT_ID.test(text)

/** The operation that a command asks for, as it enters the command's id. */
export type CommandOperation =
  'initiate' | 'capture' | 'cancel' | 'refund' | 'retry' | 'close-refunds' | 'resolve' | 'review'

/** The id of a command. Two commands with one id are the same command, or a misused idempotency key. */
export const commandIdOf = (
  merchantId: string,
  paymentId: string,
  operation: CommandOperation,
  idempotencyKey: string
): string => `cmd_${digestOf([merchantId, paymentId, operation, idempotencyKey])}`

/**
 * A digest of a command's content: base64 SHA-256 of its fields as JSON, nulls and empty maps left out, keys sorted.
 * It is taken of the command as our reader schema decodes it, so that a sender with an older schema is not told that
 * it changed its mind.
 */
export const fingerprintOf = (command: object): string => hash('sha256', canonicalJson(command), 'base64')

/** Length prefixes keep ("ab", "c") and ("a", "bc") apart. */
function digestOf(parts: readonly string[]): string {
  let most = 0
  for (const part of parts) most += LENGTH_BYTES + MAX_UTF8_BYTES * part.length
  // Ids of every command are computed, and nothing else happens meanwhile.
  const encoded = most <= scratch.length ? scratch : Buffer.allocUnsafe(most)
  let end = 0
  for (const part of parts) {
    const length = encoded.write(part, end + LENGTH_BYTES, 'utf8')
    encoded.writeUInt32BE(length, end)
    end += LENGTH_BYTES + length
  }
  return base32(hash('sha256', encoded.subarray(0, end), 'buffer').subarray(0, ID_BYTES))
}

/** RFC 4648 base32, lower case; 20 bytes need no padding. */
function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let pending = 0
  for (const byte of bytes) {
    pending = (pending << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += ALPHABET[(pending >>> bits) & 31]!
    }
    pending &= (1 << bits) - 1
  }
  return text
}

/** A field of a record of one type, and how its JSON begins. */
interface Field {
  readonly name: string
  readonly label: string
}

/** By the prototype that decoded records of one type share: they all have the same fields. */
const fieldsInOrder = new WeakMap<object, readonly Field[]>()

/** The JSON of `canonical`, made without the objects in between where the fields are known beforehand. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const type = Object.getPrototypeOf(value) as object | null
  // The keys of a map are anybody's.
  if (type === Object.prototype || type === null) return JSON.stringify(canonical(value))
  let fields = fieldsInOrder.get(type)
  if (fields === undefined) {
    const names = Object.keys(value).sort()
    fields = names.map(name => ({ name, label: `${JSON.stringify(name)}:` }))
    fieldsInOrder.set(type, fields)
  }
  let json = ''
  for (const { name, label } of fields) {
    const field = (value as Record<string, unknown>)[name] ?? null
    if (field === null || isEmptyMap(field)) continue
    json += `${json === '' ? '' : ','}${label}${canonicalJson(field)}`
  }
  return `{${json}}`
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value)
    .filter(([, field]) => field !== null && !isEmptyMap(field))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, field]) => [key, canonical(field)])
  return Object.fromEntries(entries)
}

const isEmptyMap = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0
