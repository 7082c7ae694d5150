// The keys of anchors. They are Ed25519, in PEM as OpenSSL and others write it: PKCS #8, and SubjectPublicKeyInfo.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  sign,
  verify,
  type KeyObject
} from 'node:crypto'

const ID_DIGITS = 16
const PUBLIC_KEY = /-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g

const NO_PRIVATE_KEY = 'holds no private key of Ed25519 in PEM (PKCS #8)'
const NO_PUBLIC_KEY = 'holds no public keys of Ed25519 in PEM (SubjectPublicKeyInfo)'

/** What was given as a key is none that can be used. Never repeats it. */
export class UnfitKeyError extends Error {
  override readonly name = 'UnfitKeyError'
}

/** Signs anchors, and shows nothing of the private key to whoever looks at it. */
export class Signer {
  readonly keyId: string
  readonly #key: KeyObject

  /** @throws UnfitKeyError */
  constructor(privatePem: string) {
    this.#key = ed25519(() => createPrivateKey(privatePem), NO_PRIVATE_KEY)
    this.keyId = keyIdOf(createPublicKey(this.#key))
  }

  sign(statement: Buffer): string {
    return sign(null, statement, this.#key).toString('base64')
  }
}

/** Public keys by their ids: the present one, and those of before, by which old anchors are checked. */
export class PublicKeys {
  readonly #keys = new Map<string, KeyObject>()

  get size(): number {
    return this.#keys.size
  }

  /**
   * @param pem one public key, or several one after the other
   * @throws UnfitKeyError
   */
  add(pem: string): void {
    const found = pem.match(PUBLIC_KEY)
    if (found === null) throw new UnfitKeyError(NO_PUBLIC_KEY)
    for (const one of found) this.#add(ed25519(() => createPublicKey(one), NO_PUBLIC_KEY))
  }

  /** The one that belongs to a private key. @throws UnfitKeyError */
  addOf(privatePem: string): void {
    const key = ed25519(() => createPrivateKey(privatePem), NO_PRIVATE_KEY)
    this.#add(createPublicKey(key))
  }

  #add(key: KeyObject): void {
    this.#keys.set(keyIdOf(key), key)
  }

  /** Null when there is no such key. */
  verify(keyId: string, statement: Buffer, signature: string): boolean | null {
    const key = this.#keys.get(keyId)
    return key === undefined ? null : verify(null, statement, key, Buffer.from(signature, 'base64'))
  }
}

export interface KeyPair {
  readonly keyId: string
  readonly privatePem: string
  readonly publicPem: string
}

export function drawKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    keyId: keyIdOf(publicKey),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString()
  }
}

/** The first 8 bytes of SHA-256 of the public key's DER, in hexadecimal. */
const keyIdOf = (key: KeyObject): string =>
  hash('sha256', key.export({ type: 'spki', format: 'der' }), 'hex').slice(0, ID_DIGITS)

function ed25519(read: () => KeyObject, otherwise: string): KeyObject {
  let key: KeyObject
  try {
    key = read()
  } catch {
    // The cause might repeat a part of what it could not read.
    throw new UnfitKeyError(otherwise)
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new UnfitKeyError(otherwise)
  return key
}
