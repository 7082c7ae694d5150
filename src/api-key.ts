// The key that a client of the HTTP API shows: `ak_<id>_<secret>`. The id finds what is known of the key, the secret
// proves that the client has it.
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

/** Bytes drawn for a secret: 256 bits, so that nobody finds one by trying. */
const SECRET_BYTES = 32
const ID_BYTES = 8

const FORM = /^ak_([A-Za-z0-9.-]{1,64})_([A-Za-z0-9_-]{1,128})$/

export interface ApiKeyParts {
  readonly id: string
  readonly secret: string
}

export const drawKeyId = (): string => randomBytes(ID_BYTES).toString('hex')
export const drawSecret = (): string => randomBytes(SECRET_BYTES).toString('hex')

export const formatApiKey = ({ id, secret }: ApiKeyParts): string => `ak_${id}_${secret}`

/** Null when the text is no key. */
export function parseApiKey(text: string): ApiKeyParts | null {
  const [, id, secret] = FORM.exec(text) ?? []
  return id === undefined || secret === undefined ? null : { id, secret }
}

/**
 * Hexadecimal SHA-256, which is what is kept. A slow, salted hash protects passwords, which people choose and repeat. A
 * secret of 256 random bits cannot be guessed from its hash however fast one tries, and every request pays for the hash.
 */
export const hashSecret = (secret: string): string => hash('sha256', secret)

/** Secrets of one key that may work at a time: the last and those that were rotated out. */
export const MAX_SECRETS = 5

/** What is kept of a key's secrets. */
export interface KeptSecrets {
  readonly secretHash: string
  /** Earlier ones and the times, in ISO 8601, when they stop working. */
  readonly retiring?: readonly { readonly secretHash: string; readonly validUntil: string }[]
}

/** Nobody could find a secret that has this hash. */
const NO_SECRET = { secretHash: '0'.repeat(64), validUntil: new Date(0).toISOString() }
const NO_SECRETS: KeptSecrets = NO_SECRET
const ALWAYS = '9999-12-31T23:59:59Z'

/**
 * Whether the secret is one of the key's that works now. It does the same work for a wrong secret, for a key with fewer
 * secrets and for one that there is not, so that the time it takes tells nothing.
 *
 * @param kept undefined for a key that there is not
 * @param now milliseconds since the epoch
 * @param equal compares in constant time
 */
export function secretWorks(
  kept: KeptSecrets | undefined,
  secret: string,
  now: number,
  equal: (a: Buffer, b: Buffer) => boolean = timingSafeEqual
): boolean {
  const given = Buffer.from(hashSecret(secret), 'hex')
  const { secretHash, retiring = [] } = kept ?? NO_SECRETS
  let works = false
  for (let i = 0; i < MAX_SECRETS; i++) {
    const candidate = i === 0 ? { secretHash, validUntil: ALWAYS } : (retiring[i - 1] ?? NO_SECRET)
    const isSame = equal(Buffer.from(candidate.secretHash, 'hex'), given)
    const isValid = Date.parse(candidate.validUntil) > now
    works = (isSame && isValid) || works
  }
  return works && kept !== undefined
}
