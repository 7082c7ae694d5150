import { describe, expect, test } from '@jest/globals'
import { checkWindows, writtenDocument } from '../../../src/control/document-faults.ts'
import {
  checkDocument,
  controlKinds,
  InvalidDocumentError,
  isControlKind,
  publishedSchema,
  type ControlKind,
  type GatewayProfileDocument
} from '../../../src/control/documents.ts'
import { ApiError } from '../../../src/errors.ts'
import type { GatewayProfile as RoutedGateway } from '../../../src/domain/routing/route.ts'
import type { GatewayProfile as ReachedGateway } from '../../../src/processors/gateway/spi.ts'

const profile = {
  id: 'alpha',
  adapter: 'sandbox',
  url: 'http://127.0.0.1:9000/gateways/alpha',
  priority: 1,
  currencies: ['EUR'],
  operations: ['AUTHORIZE', 'CAPTURE'],
  callTimeoutMs: 1000,
  sendWithinMs: 1000,
  maxConnections: 8,
  settlingTimeMs: 0,
  idempotencyWindowMs: 1000,
  feeBasisPoints: 0,
  feeFixed: 0
} satisfies GatewayProfileDocument
const merchant = { id: 'm1', name: 'One', active: true }
const apiKey = {
  id: 'k1',
  merchantId: 'm1',
  secretHash: 'a'.repeat(64),
  scopes: ['payments:read'],
  active: true
}

test('a gateway profile holds what routing and the executor each need', () => {
  const document: GatewayProfileDocument = profile
  const both: RoutedGateway & ReachedGateway = document
  expect(both).toBe(profile)
})

describe('accepts', () => {
  test.each<[ControlKind, string, object]>([
    ['merchants', 'm1', merchant],
    ['api-keys', 'k1', apiKey],
    ['gateway-profiles', 'alpha', profile],
    ['limits', 'm1', { id: 'm1', requestsPerMinute: 600 }],
    ['merchants', 'm1', { ...merchant, ofANewerVersion: 1 }]
  ])('%s/%s', (kind, id, document) => {
    expect(() => checkDocument(kind, id, document)).not.toThrow()
  })
})

describe('refuses', () => {
  test.each<[string, ControlKind, string, unknown]>([
    ['no document', 'merchants', 'm1', null],
    ['a document under another id', 'merchants', 'm2', merchant],
    ['a missing field', 'merchants', 'm1', { id: 'm1', name: 'One' }],
    ['a secret that is not hashed', 'api-keys', 'k1', { ...apiKey, secretHash: 'secret' }],
    ['a key id that would not fit into a key', 'api-keys', 'k_1', { ...apiKey, id: 'k_1' }],
    ['an unknown operation', 'gateway-profiles', 'alpha', { ...profile, operations: ['STEAL'] }],
    ['a timeout of no time', 'gateway-profiles', 'alpha', { ...profile, callTimeoutMs: 0 }],
    ['a limit that lets nothing through', 'limits', 'm1', { id: 'm1', requestsPerMinute: 0 }],
    ['credentials in a URL', 'gateway-profiles', 'alpha', { ...profile, url: 'http://u:p@a/x' }],
    ['a URL that ends in a slash', 'gateway-profiles', 'alpha', { ...profile, url: 'http://a/' }]
  ])('%s', (_, kind, id, document) => {
    expect(() => checkDocument(kind, id, document)).toThrow(InvalidDocumentError)
  })
})

describe('the published schema of', () => {
  test.each(controlKinds)('%s describes every field and knows no other', kind => {
    const schema = publishedSchema(kind) as { properties: Record<string, { description?: string }> }
    expect(schema).toMatchObject({ $id: `urn:aegispay:control:${kind}`, additionalProperties: false })
    for (const { description } of Object.values(schema.properties)) expect(description).toMatch(/\.$/)
  })
})

describe('what a person writes', () => {
  test('is refused for each fault, and for what the schema does not name', () => {
    const faulty = { id: 'm1', name: '', vip: true }
    expect(() => writtenDocument('merchants', faulty)).toThrow(
      expect.objectContaining({
        code: 'body_invalid',
        faults: expect.arrayContaining([
          { path: '/active', message: 'is missing' },
          { path: '/vip', message: 'is not known' },
          { path: '/name', message: expect.any(String) }
        ]) as unknown
      })
    )
    expect(() => writtenDocument('merchants', { ...merchant, vip: true })).toThrow(ApiError)
    expect(writtenDocument('merchants', merchant)).toEqual(merchant)
  })
})

test('a name that objects inherit is no kind', () => {
  expect(isControlKind('toString')).toBe(false)
  expect(isControlKind('merchants')).toBe(true)
})

test('a gateway must remember a call for longer than it may be made again', () => {
  const { sendWithinMs, callTimeoutMs } = profile
  const forgetting = { ...profile, idempotencyWindowMs: sendWithinMs + callTimeoutMs }
  expect(() => checkWindows('gateway-profiles', forgetting)).toThrow(
    expect.objectContaining({
      code: 'body_invalid',
      faults: [expect.objectContaining({ path: '/idempotencyWindowMs' })]
    })
  )
  const remembering = { ...forgetting, idempotencyWindowMs: forgetting.idempotencyWindowMs + 1 }
  expect(() => checkWindows('gateway-profiles', remembering)).not.toThrow()
})
