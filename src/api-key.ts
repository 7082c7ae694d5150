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
 * secret of 256 random bits cannot be guessed from its hash however fast one tries, and whoever shows a wrong one makes us
 * pay for the hash.
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

/** What a secret is compared with, and until when it works, in milliseconds since the epoch. */
interface Candidate {
  readonly hash: Buffer
  readonly validUntil: number
}

/** Nobody could find a secret that has this hash. */
const NO_SECRET: Candidate = { hash: Buffer.alloc(32), validUntil: 0 }

/** What is known of a key's secrets. */
interface Known {
  /** Always as many. */
  readonly candidates: readonly Candidate[]
  /** By secrets that have worked: hashing one again would be a tenth of what a cached read costs. */
  readonly proved: Map<string, Candidate>
}

/** Of a key that there is not. */
const NOTHING: Known = { candidates: Array<Candidate>(MAX_SECRETS).fill(NO_SECRET), proved: new Map() }
/** Decoded once for each document, since every request needs them. */
const known = new WeakMap<KeptSecrets, Known>()

function knownOf(kept: KeptSecrets): Known {
  let ofKey = known.get(kept)
  if (ofKey === undefined) {
    const { secretHash, retiring = [] } = kept
    const all = [
      { hash: Buffer.from(secretHash, 'hex'), validUntil: Infinity },
      ...retiring.map(({ secretHash, validUntil }) => ({
        hash: Buffer.from(secretHash, 'hex'),
        validUntil: Date.parse(validUntil)
      }))
    ]
    const candidates = [...all, ...NOTHING.candidates].slice(0, MAX_SECRETS)
    known.set(kept, (ofKey = { candidates, proved: new Map() }))
  }
  return ofKey
}

/**
 * Whether the secret is one of the key's that works now. It does the same work for a wrong secret, for a key with fewer
 * secrets and for one that there is not, so that the time it takes tells nothing. Only what has worked is known again.
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
  const { candidates, proved } = kept === undefined ? NOTHING : knownOf(kept)
  const shown = proved.get(secret)
  if (shown !== undefined && shown.validUntil > now) return true
  const given = hash('sha256', secret, 'buffer')
  let works: Candidate | null = null
  for (const candidate of candidates) {
    const isSame = equal(candidate.hash, given)
    const isValid = candidate.validUntil > now
    works = isSame && isValid ? candidate : works
  }
  if (works === null || kept === undefined) return false
  proved.set(secret, works)
  return true
}
