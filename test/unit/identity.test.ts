import { describe, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import avro from 'avsc'
import fc from 'fast-check'
import { commandIdOf, fingerprintOf, paymentIdOf } from '../../src/identity.ts'
import { fullName, loadSchemas } from '../../src/platform/avro/schemas.ts'

// The vectors were computed with another language's standard library; docs/identity.md gives them to other producers.
describe('ids are computed from what the sender chose', () => {
  test('a payment id follows from merchant and idempotency key', () => {
    expect(paymentIdOf('demo', 'order-1')).toBe('pay_z6ajk7uxbt6sqnwmghjho5xhbui5ikv2')
  })

  test('text is hashed as UTF-8', () => {
    expect(paymentIdOf('mérchant', 'ключ-✓')).toBe('pay_sbeb5ve5dmqkaeozy6va2rw4pbq7i6qq')
  })

  test('a command id follows from merchant, payment, operation and idempotency key', () => {
    const payment = paymentIdOf('demo', 'order-1')
    expect(commandIdOf('demo', payment, 'initiate', 'order-1')).toBe('cmd_wduw3pa3yajmcoat35ffwg3axbnqnxv7')
    expect(commandIdOf('demo', payment, 'capture', 'c-1')).toBe('cmd_e6z4giirxzlu4rimynvd7kwipxex6jkd')
  })

  test('parts of any length are hashed as the contract says: each behind its length as u32be', () => {
    const encode = (part: string) => {
      const bytes = Buffer.from(part)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return Buffer.concat([length, bytes])
    }
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('€'.repeat(1365), 'x'.repeat(70_000))
    )
    fc.assert(
      fc.property(part, part, (merchant, key) => {
        const digest = createHash('sha256')
          .update(Buffer.concat([encode(merchant), encode(key)]))
          .digest()
        const bits = [...digest.subarray(0, 20)].map(byte => byte.toString(2).padStart(8, '0')).join('')
        const id = bits.replace(/.{5}/g, five => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(five, 2)]!)
        expect(paymentIdOf(merchant, key)).toBe(`pay_${id}`)
      })
    )
  })

  test('characters do not move from one part to the next', () => {
    expect(paymentIdOf('ab', 'c')).not.toBe(paymentIdOf('a', 'bc'))
  })
})

describe('a fingerprint tells whether two commands say the same', () => {
  const command = {
    merchantId: 'demo',
    paymentId: 'pay_z6ajk7uxbt6sqnwmghjho5xhbui5ikv2',
    idempotencyKey: 'order-1',
    amount: 1099,
    currency: 'EUR',
    capture: 'AUTOMATIC',
    captureDelayMs: null,
    customer: { id: 'c1', country: 'DE' },
    paymentMethod: { type: 'CARD', token: 'tok_visa' },
    description: null,
    metadata: {}
  }

  test('it is the SHA-256 of sorted JSON without nulls and empty maps', () => {
    expect(fingerprintOf(command)).toBe('lH+6spCI/r4YX4E7q6Dnv3R0p0kFzTquyd/eFr9jWWM=')
  })

  test('the order of fields and of metadata does not matter', () => {
    const metadata = { a: '1', b: '2' }
    const reversed = Object.fromEntries(
      Object.entries({ ...command, metadata: { b: '2', a: '1' } }).reverse()
    )
    expect(fingerprintOf(reversed)).toBe(fingerprintOf({ ...command, metadata }))
  })

  test('a command that was decoded has the fingerprint of its content, whatever its map is keyed by', () => {
    const initiate = avro.Type.forSchema(
      loadSchemas().find(schema => fullName(schema) === 'aegispay.commands.InitiatePayment')!
    )
    const key = fc.oneof(
      fc.string(),
      fc.nat().map(String),
      fc.constantFrom('constructor', '__proto__', '10', '9')
    )
    fc.assert(
      fc.property(fc.dictionary(key, fc.string({ unit: 'binary' })), metadata => {
        const decoded = initiate.fromBuffer(initiate.toBuffer({ ...command, metadata })) as object
        const copy = JSON.parse(JSON.stringify(decoded)) as object
        expect(fingerprintOf(decoded)).toBe(fingerprintOf(copy))
        expect(fingerprintOf(decoded)).toBe(createHash('sha256').update(sortedJson(copy)).digest('base64'))
      })
    )
  })

  /** As docs/identity.md has it; what looks like an array's index comes first, as in every JSON of this language. */
  function sortedJson(value: object): string {
    return JSON.stringify(value, (_key, field: unknown) => {
      if (typeof field !== 'object' || field === null) return field
      const kept = Object.entries(field).filter(
        ([, inner]) =>
          inner !== null && !(typeof inner === 'object' && Object.keys(inner as object).length === 0)
      )
      return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)))
    })
  }

  test('a field that a newer schema adds as null changes nothing', () => {
    expect(fingerprintOf({ ...command, addedLater: null })).toBe(fingerprintOf(command))
  })

  test.each([
    ['amount', { amount: 1100 }],
    ['customer', { customer: { id: 'c2', country: 'DE' } }],
    ['metadata', { metadata: { order: '1' } }]
  ])('another %s is another command', (_field, change) => {
    expect(fingerprintOf({ ...command, ...change })).not.toBe(fingerprintOf(command))
  })
})
