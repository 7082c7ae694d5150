/** Bounds of what a command may say. They hold on the topic as over HTTP. */
export const limits = {
  /** Minor units. The greatest integer that the Avro library writes: it keeps one away from where doubles lose precision. */
  maxAmount: Number.MAX_SAFE_INTEGER - 1,
  /** Commands that one payment takes; what comes after is refused. */
  commandsPerPayment: 1000,
  idempotencyKeyLength: 255,
  customerIdLength: 128,
  tokenLength: 255,
  descriptionLength: 500,
  reasonLength: 500,
  /** 31 days: no authorization lasts longer. */
  captureDelayMs: 31 * 24 * 60 * 60 * 1000,
  metadataEntries: 50,
  metadataKeyLength: 40,
  metadataValueLength: 500
} as const

/** Printable ASCII without spaces: what an HTTP header carries unchanged. */
export const IDEMPOTENCY_KEY_PATTERN = `^[\\x21-\\x7e]{1,${limits.idempotencyKeyLength}}$`
/** Of a digest that tells nobody the address: base64url. */
export const ADDRESS_DIGEST_PATTERN = '^[A-Za-z0-9_-]{16,128}$'
/** Of card networks: what one is called is the sender's to say. */
export const NETWORK_PATTERN = '^[a-z0-9_]{1,32}$'
/** ISO 3166-1 alpha-2 by form. */
export const COUNTRY_PATTERN = '^[A-Z]{2}$'
