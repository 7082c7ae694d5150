// An anchor: what a chain came to, signed. Whoever can write the database cannot write one that holds.
import type { Anchor } from '../generated/records.ts'
import { encodeFields } from './fields.ts'
import type { PublicKeys, Signer } from './keys.ts'

const ANCHOR = 'aegispay.audit.anchor.v1'

/** What an anchor says, by whomever. */
export type Statement = Pick<
  Anchor,
  'installation' | 'topic' | 'partition' | 'offset' | 'number' | 'chain' | 'signedAt'
>

export function signAnchor(statement: Statement, signer: Signer): Anchor {
  const { keyId } = signer
  return { ...statement, keyId, signature: signer.sign(signedBytes({ ...statement, keyId })) }
}

/** Whether the key that it names has signed it; null when that one is not known. */
export const isSigned = (anchor: Anchor, keys: PublicKeys): boolean | null =>
  keys.verify(anchor.keyId, signedBytes(anchor), anchor.signature)

function signedBytes({
  installation,
  topic,
  partition,
  offset,
  number,
  chain,
  signedAt,
  keyId
}: Omit<Anchor, 'signature'>) {
  const numbers = [partition, offset, number].map(String)
  return encodeFields([ANCHOR, installation, topic, ...numbers, chain, String(signedAt), keyId])
}
