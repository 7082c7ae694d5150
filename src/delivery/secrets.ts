import { createCipheriv, createDecipheriv, hash, randomBytes } from 'node:crypto'

/** Of what Standard Webhooks allows (24 to 64). */
const SECRET_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const KEY_ID_BYTES = 4
const CIPHER = 'aes-256-gcm'

/** As a merchant is shown it, once. */
export const drawWebhookSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`

interface Key {
  readonly id: Buffer
  readonly bytes: Buffer
}

/** The secret was encrypted under a key that this process has not got. */
export class KeyMissingError extends Error {
  override readonly name = 'KeyMissingError'
}

/**
 * Encrypts the endpoints' secrets for the database. They cannot be hashed as API keys are, since each webhook is signed with
 * one; so whoever gets at the database, or a copy of it, must not be able to sign in our name.
 */
export class SecretBox {
  readonly #keys: readonly Key[]

  /** @param keys base64 of 32 bytes each: the first encrypts, all decrypt */
  constructor(keys: readonly string[]) {
    this.#keys = keys.map(key => {
      const bytes = Buffer.from(key, 'base64')
      return { bytes, id: hash('sha256', bytes, 'buffer').subarray(0, KEY_ID_BYTES) }
    })
  }

  /** @param endpointId without which it cannot be opened: nobody puts a secret of their own in another's place */
  seal(secret: string, endpointId: string): Buffer {
    const { id, bytes } = this.#keys[0]!
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(CIPHER, bytes, nonce).setAAD(Buffer.from(endpointId))
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
    return Buffer.concat([id, nonce, cipher.getAuthTag(), sealed])
  }

  /**
   * @throws KeyMissingError
   * @throws Error when it was tampered with, or is another endpoint's
   */
  open(sealed: Buffer, endpointId: string): string {
    const keyId = sealed.subarray(0, KEY_ID_BYTES)
    const key = this.#keys.find(({ id }) => id.equals(keyId))
    if (key === undefined) throw new KeyMissingError('AEGISPAY_WEBHOOK_KEYS lacks the key of a secret')
    const nonceEnd = KEY_ID_BYTES + NONCE_BYTES
    const tagEnd = nonceEnd + TAG_BYTES
    const decipher = createDecipheriv(CIPHER, key.bytes, sealed.subarray(KEY_ID_BYTES, nonceEnd))
    decipher.setAAD(Buffer.from(endpointId)).setAuthTag(sealed.subarray(nonceEnd, tagEnd))
    return decipher.update(sealed.subarray(tagEnd), undefined, 'utf8') + decipher.final('utf8')
  }
}
