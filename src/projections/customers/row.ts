import type { KafkaMessage } from 'kafkajs'
import { contactKeyOf, parseContactKey, type ContactKey } from '../../customers/contact-key.ts'
import { UndecodableError, type AvroCodec } from '../../platform/avro/codec.ts'

/** A row of the table `customers`. */
export interface CustomerRow {
  readonly merchant_id: string
  readonly id: string
  /** Of the topic. Direct producers may put one customer's records on several, and each has a row of its own. */
  readonly partition: number
  readonly email: string | null
  readonly name: string | null
  readonly phone: string | null
  readonly updated_at: Date
}

/** What a record says of a customer: how it is now, or that it was erased. */
export interface ContactChange extends ContactKey {
  readonly partition: number
  readonly row: CustomerRow | null
}

/** More than any two ids that the API takes, and less than an entry of a PostgreSQL index has room for. */
const MAX_KEY_BYTES = 1024
/** The last instant with a year of four digits. */
const LAST_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * Null for a record that names no customer, or none that its key names, or that cannot be read. It is passed over: to stop
 * before it would let erasures behind it wait, and to put it aside would keep an address where no tombstone reaches it.
 */
export function contactChangeIn(
  { key: bytes, value }: KafkaMessage,
  partition: number,
  codec: AvroCodec
): ContactChange | null {
  const key = parseContactKey(bytes?.toString() ?? '')
  // PostgreSQL's text holds no NUL, and neither does an id of ours.
  if (key === null || bytes?.includes(0)) return null
  if (value === null) return { ...key, partition, row: null }
  const decoded = decodedOrNull(value, codec)
  if (decoded?.name !== 'aegispay.customers.CustomerContact') return null
  const { email, name, phone, updatedAt } = decoded.value
  const isFiled = contactKeyOf(decoded.value) === contactKeyOf(key)
  const isTooLong = bytes!.length > MAX_KEY_BYTES
  if (!isFiled || isTooLong || updatedAt < 0 || updatedAt > LAST_TIME) return null
  const { merchantId: merchant_id, customerId: id } = key
  const row = { merchant_id, id, partition, email, name, phone, updated_at: new Date(updatedAt) }
  return { ...key, partition, row }
}

function decodedOrNull(value: Buffer, codec: AvroCodec) {
  try {
    return codec.decode(value)
  } catch (error) {
    if (error instanceof UndecodableError) return null
    throw error
  }
}
