// The vectors of docs/audit.md, which were computed by another language's libraries.
import { expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isSigned, signAnchor } from '../../../src/audit/anchor.ts'
import { entryHash, GENESIS, recordDigest } from '../../../src/audit/chain.ts'
import { drawKeyPair, PublicKeys, Signer, UnfitKeyError } from '../../../src/audit/keys.ts'

const RECORD = 'be3260ac8b3213f6c953d1a7555c25cee6df33a0cc4705335a328b6583bb6119'
const EMPTY_RECORD = '331d8a8742571f2406d9e72e65da8f0295becdad933324314d1cf81620e5e5bf'
const FIRST = '0faebb0821cfd2914daebaee89b6b300f9388e9ad5198476d30d5561b2769017'
const SECOND = '2d98a6d69a752a7bc93d42c66c12b7b08998534beb22c39b39398088c466f359'
const PRIVATE_KEY = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
-----END PRIVATE KEY-----
`
const PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=
-----END PUBLIC KEY-----
`
const KEY_ID = 'a050837d85070582'
const SIGNATURE = 'RAYjFQNBYbD0IcSkZ04WG/4bnXsw7x+eWIGnr1FQsh/cutMkyKCP20fFCW0IZrWCSmn87gj2gdqtbai48KBCDQ=='

const record = {
  key: Buffer.from('pay_1'),
  value: Buffer.from('0000000001616263', 'hex'),
  headers: { traceparent: 'left out', ce_type: 'aegispay.events.PaymentInitiated', ce_id: 'pay_1.1' }
}
const first = {
  ...{ topic: 'payments.events', partition: 3, offset: 42, number: 1, digest: Buffer.from(RECORD, 'hex') },
  ...{ recordId: 'pay_1.1', type: 'PaymentInitiated', subject: 'pay_1', merchantId: 'mérchant' },
  ...{ causationId: 'cmd_1', decidedBy: null, occurredAt: 1_767_225_600_000_000 }
}
const second = {
  ...{ ...first, offset: 44, number: 2, digest: Buffer.from(EMPTY_RECORD, 'hex') },
  ...{ recordId: null, type: null, subject: null, merchantId: null, causationId: null, occurredAt: null }
}
const statement = {
  ...{ installation: 'shop-', topic: 'payments.events', partition: 3, offset: 44, number: 2, chain: SECOND },
  signedAt: 1_767_225_600_500
}

test('a digest is of key, value and the headers of CloudEvents by their names', () => {
  expect(recordDigest(record).toString('hex')).toBe(RECORD)
  expect(recordDigest({ key: null, value: null }).toString('hex')).toBe(EMPTY_RECORD)
})

test('each entry is chained to the one before', () => {
  const chain = entryHash(GENESIS, first)
  expect(chain.toString('hex')).toBe(FIRST)
  expect(entryHash(chain, second).toString('hex')).toBe(SECOND)
})

test.each(Object.keys(first))('no entry with another %s has the same hash', field => {
  const value = first[field as keyof typeof first]
  const other = typeof value === 'number' ? value + 1 : Buffer.isBuffer(value) ? Buffer.alloc(32) : 'other'
  expect(entryHash(GENESIS, { ...first, [field]: other }).toString('hex')).not.toBe(FIRST)
})

test('what is nothing is not what is empty, and fields do not run into each other', () => {
  const hashes = [
    { ...first, decidedBy: '' },
    { ...first, decidedBy: null },
    { ...first, causationId: 'cmd_', decidedBy: '1' },
    { ...first, causationId: 'cmd', decidedBy: '_1' }
  ].map(entry => entryHash(GENESIS, entry).toString('hex'))
  expect(new Set(hashes).size).toBe(hashes.length)
})

test('an anchor is signed over all that it says', () => {
  const anchor = signAnchor(statement, new Signer(PRIVATE_KEY))
  expect(anchor).toEqual({ ...statement, keyId: KEY_ID, signature: SIGNATURE })
  const keys = new PublicKeys()
  keys.add(PUBLIC_KEY)
  expect(isSigned(anchor, keys)).toBe(true)
  for (const [field, value] of Object.entries(statement))
    expect(isSigned({ ...anchor, [field]: typeof value === 'number' ? value + 1 : `${value}0` }, keys)).toBe(
      false
    )
  expect(isSigned({ ...anchor, keyId: '0'.repeat(16) }, keys)).toBeNull()
})

test('a file of several public keys counts for the anchors of each', () => {
  const [old, present] = [drawKeyPair(), drawKeyPair()]
  const keys = new PublicKeys()
  keys.add(`the one of 2025\n${old.publicPem}${present.publicPem}`)
  expect(keys.size).toBe(2)
  for (const { privatePem } of [old, present])
    expect(isSigned(signAnchor(statement, new Signer(privatePem)), keys)).toBe(true)
})

test('what is no key is refused, and not repeated', () => {
  for (const text of ['', 'a secret', PUBLIC_KEY]) {
    expect(() => new Signer(text)).toThrow(UnfitKeyError)
    expect(() => new Signer(text)).toThrow('holds no private key of Ed25519')
  }
  for (const text of ['', 'a secret', PRIVATE_KEY])
    expect(() => new PublicKeys().add(text)).toThrow(UnfitKeyError)
})

test('the documentation gives the same vectors', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'audit.md'), 'utf8')
  for (const vector of [RECORD, EMPTY_RECORD, FIRST, SECOND, KEY_ID, SIGNATURE])
    expect(text).toContain(vector)
})
