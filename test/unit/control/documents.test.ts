import { describe, expect, test } from '@jest/globals'
import { checkMeaning, writtenDocument } from '../../../src/control/document-faults.ts'
import {
  checkDocument,
  controlKinds,
  InvalidDocumentError,
  isControlKind,
  publishedSchema,
  type ControlKind,
  type GatewayProfileDocument,
  type MerchantDocument,
  type RoutingPolicyDocument
} from '../../../src/control/documents.ts'
import { checkReferences } from '../../../src/control/references.ts'
import type { ControlTable } from '../../../src/control/table.ts'
import { limits } from '../../../src/domain/payment/limits.ts'
import { ApiError } from '../../../src/errors.ts'
import type { RoutingPolicy } from '../../../src/domain/routing/policy.ts'
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
/** With everything that a profile may declare beside what it must. */
const capable = {
  ...profile,
  countries: ['DE', 'FR'],
  methods: ['CARD'],
  partialCapture: false,
  partialRefunds: true
} satisfies GatewayProfileDocument
const merchant = { id: 'm1', name: 'One', active: true }
/** With everything that a merchant may set, each at a bound. */
const settled = {
  ...merchant,
  routingPolicy: 'p',
  payments: {
    ...{ authorizationValidityMs: 315_360_000_000, cancellationWindowMs: 1, refundWindowMs: 1 },
    ...{
      processingDeadlineMs: 1,
      firstLookUpMs: 1,
      greatestLookUpMs: 1,
      firstRetryMs: 1,
      greatestRetryMs: 1
    },
    ...{ attempts: 20, unknownIsOldMs: 315_360_000_000 }
  },
  compliance: {
    ...{ currencies: ['EUR'], countries: ['DE'], methods: ['CARD' as const] },
    ...{ maxAmount: { EUR: limits.maxAmount, JPY: 1 }, blockedCustomers: ['c'.repeat(128)] }
  }
} satisfies MerchantDocument
const apiKey = {
  id: 'k1',
  merchantId: 'm1',
  secretHash: 'a'.repeat(64),
  scopes: ['payments:read'],
  active: true
}

/** With every property that a policy may have. */
const policy = {
  id: 'p',
  rules: [
    {
      name: 'all',
      when: {
        ...{ currencies: ['EUR'], countries: ['DE'], methods: ['CARD'], networks: ['visa'] },
        ...{ merchants: ['m1'], customers: ['c1'] },
        ...{ amount: { from: 0, below: 100 }, hours: { from: 22, until: 6 } }
      },
      ...{ allow: ['alpha', 'beta'], prefer: ['beta'] }
    },
    { name: 'split', split: { alpha: 70, beta: 0.5 } }
  ],
  ...{
    priorities: { beta: -1 },
    constraints: { minHealth: 0.5, maxCostBasisPoints: 300, excluded: ['gamma'] }
  },
  ...{ weights: { approval: 1, cost: 1, latency: 0.1, health: 0 }, choice: 'thompson' as const },
  ...{ exploration: 0.05, sticky: true },
  variants: [
    {
      ...{ name: 'v', share: 0.7, guardrail: { minApproval: 0.5, maxDrop: 0.1, minPayments: 100 } },
      ...{ rules: [{ name: 'all', prefer: ['alpha'] }], choice: 'best' as const, exploration: 0 }
    },
    { name: 'w', share: 0.3 }
  ]
} satisfies RoutingPolicyDocument

test('a routing policy is what routing reads', () => {
  const read: RoutingPolicy = policy
  expect(read).toBe(policy)
})

test('a gateway profile holds what routing and the executor each need', () => {
  const document: GatewayProfileDocument = capable
  const both: RoutedGateway & ReachedGateway = document
  expect(both).toBe(capable)
})

describe('accepts', () => {
  test.each<[ControlKind, string, object]>([
    ['merchants', 'm1', merchant],
    ['api-keys', 'k1', apiKey],
    ['gateway-profiles', 'alpha', profile],
    ['gateway-profiles', 'alpha', capable],
    ['limits', 'm1', { id: 'm1', requestsPerMinute: 600 }],
    ['routing-policies', 'default', { id: 'default' }],
    ['routing-policies', 'p', policy],
    ['merchants', 'm1', settled],
    ['merchants', 'm1', { ...merchant, payments: {}, compliance: {} }],
    ['merchants', 'm1', { ...merchant, ofANewerVersion: 1, payments: { ofANewerVersion: 1 } }]
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
    ['no countries at all', 'gateway-profiles', 'alpha', { ...profile, countries: [] }],
    ['an unknown method', 'gateway-profiles', 'alpha', { ...profile, methods: ['CASH'] }],
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

describe('what a merchant sets is refused with its path', () => {
  const tooLong = 315_360_000_001
  test.each<[string, object]>([
    ['/payments/authorizationValidityMs', { payments: { authorizationValidityMs: 0 } }],
    ['/payments/cancellationWindowMs', { payments: { cancellationWindowMs: -1 } }],
    ['/payments/cancellationWindowMs', { payments: { cancellationWindowMs: null } }],
    ['/payments/refundWindowMs', { payments: { refundWindowMs: tooLong } }],
    ['/payments/processingDeadlineMs', { payments: { processingDeadlineMs: 1.5 } }],
    ['/payments/firstLookUpMs', { payments: { firstLookUpMs: '5000' } }],
    ['/payments/greatestLookUpMs', { payments: { greatestLookUpMs: tooLong } }],
    ['/payments/firstRetryMs', { payments: { firstRetryMs: 0 } }],
    ['/payments/greatestRetryMs', { payments: { greatestRetryMs: 0 } }],
    ['/payments/attempts', { payments: { attempts: 0 } }],
    ['/payments/attempts', { payments: { attempts: 21 } }],
    ['/payments/unknownIsOldMs', { payments: { unknownIsOldMs: 0 } }],
    ['/payments/refundWindow', { payments: { refundWindow: 1 } }],
    ['/payments', { payments: [] }],
    ['/compliance/currencies', { compliance: { currencies: [] } }],
    ['/compliance/currencies/0', { compliance: { currencies: ['euro'] } }],
    ['/compliance/countries/1', { compliance: { countries: ['DE', 'Germany'] } }],
    ['/compliance/methods/0', { compliance: { methods: ['CASH'] } }],
    ['/compliance/maxAmount/EUR', { compliance: { maxAmount: { EUR: 0 } } }],
    ['/compliance/maxAmount/EUR', { compliance: { maxAmount: { EUR: limits.maxAmount + 1 } } }],
    ['/compliance/maxAmount/euro', { compliance: { maxAmount: { euro: 1 } } }],
    ['/compliance/blockedCustomers/0', { compliance: { blockedCustomers: [''] } }],
    ['/compliance/blockedCustomers', { compliance: { blockedCustomers: Array(1001).fill('c') } }],
    ['/compliance/blockedCountries', { compliance: { blockedCountries: [] } }]
  ])('%s in %j', (path, settings) => {
    const fault = { path, message: expect.stringMatching(/./) as unknown }
    expect(() => writtenDocument('merchants', { ...merchant, ...settings })).toThrow(
      expect.objectContaining({ code: 'body_invalid', faults: expect.arrayContaining([fault]) as unknown })
    )
  })

  test.each<[string, MerchantDocument['payments']]>([
    ['/payments/firstLookUpMs', { firstLookUpMs: 3_600_001 }],
    ['/payments/greatestLookUpMs', { greatestLookUpMs: 4999 }],
    ['/payments/firstRetryMs', { firstRetryMs: 200, greatestRetryMs: 199 }]
  ])('%s when the first wait is longer than the greatest: %j', (path, payments = {}) => {
    expect(() => checkMeaning('merchants', { ...merchant, payments })).toThrow(
      expect.objectContaining({ code: 'body_invalid', faults: [expect.objectContaining({ path })] })
    )
  })

  test('and all of it is taken within the bounds', () => {
    expect(writtenDocument('merchants', settled)).toEqual(settled)
    expect(() => checkMeaning('merchants', settled)).not.toThrow()
  })
})

describe('a routing policy is refused with its path', () => {
  const rule = { name: 'r', prefer: ['alpha'] }
  test.each<[string, string, object]>([
    ['/rules/0/when/currencies/0', 'match', { rules: [{ ...rule, when: { currencies: ['euro'] } }] }],
    ['/rules/0/when/currency', 'not known', { rules: [{ ...rule, when: { currency: 'EUR' } }] }],
    ['/rules/0/because', 'not known', { rules: [{ ...rule, because: 'x' }] }],
    ['/rules/0/name', 'missing', { rules: [{ prefer: ['alpha'] }] }],
    ['/rules/0/split/alpha', '> 0', { rules: [{ name: 'r', split: { alpha: 0 } }] }],
    ['/exploration', '<= 1', { exploration: 1.1 }],
    ['/weights/fame', 'not known', { weights: { fame: 1 } }],
    ['/weights/cost', '>= 0', { weights: { cost: -1 } }],
    ['/choice', 'allowed values', { choice: 'random' }],
    ['/variants/0/share', 'missing', { variants: [{ name: 'v' }] }],
    ['/variants/0/exploration', '<= 1', { variants: [{ name: 'v', share: 0.1, exploration: 2 }] }]
  ])('%s, which must be right by the schema (%s)', (path, message, settings) => {
    const fault = { path, message: expect.stringContaining(message) as unknown }
    expect(() => writtenDocument('routing-policies', { id: 'p', ...settings })).toThrow(
      expect.objectContaining({ code: 'body_invalid', faults: expect.arrayContaining([fault]) as unknown })
    )
  })

  test.each<[string, string, Omit<RoutingPolicyDocument, 'id'>]>([
    ['/rules/1/name', 'r is there twice', { rules: [rule, rule] }],
    ['/rules/0', 'needs allow, prefer or split', { rules: [{ name: 'r' }] }],
    ['/rules/0/split', 'beside prefer', { rules: [{ ...rule, split: { alpha: 1 } }] }],
    ['/rules/0/prefer/0', 'not in allow', { rules: [{ ...rule, allow: ['beta'] }] }],
    [
      '/rules/0/split/alpha',
      'not in allow',
      { rules: [{ name: 'r', allow: ['beta'], split: { alpha: 1 } }] }
    ],
    ['/rules/0/allow/1', 'twice', { rules: [{ ...rule, allow: ['alpha', 'alpha'] }] }],
    ['/rules/0/when/amount', 'needs currencies', { rules: [{ ...rule, when: { amount: { from: 1 } } }] }],
    [
      '/rules/0/when/amount',
      'holds for no amount',
      { rules: [{ ...rule, when: { currencies: ['EUR'], amount: { from: 9, below: 9 } } }] }
    ],
    ['/rules/0/when/hours', 'same hour', { rules: [{ ...rule, when: { hours: { from: 1, until: 1 } } }] }],
    ['/constraints/excluded/1', 'twice', { constraints: { excluded: ['alpha', 'alpha'] } }],
    ['/choice', 'needs weights', { choice: 'thompson' }],
    ['/choice', 'needs weights', { choice: 'thompson', weights: { cost: 1 } }],
    ['/variants/0/choice', 'needs weights', { variants: [{ name: 'v', share: 0.1, choice: 'thompson' }] }],
    [
      '/variants/0/weights',
      'needs weights',
      {
        ...{ choice: 'thompson', weights: { approval: 1 } },
        variants: [{ name: 'v', share: 0.1, weights: { cost: 1 } }]
      }
    ],
    [
      '/variants',
      'come to 1.1',
      {
        variants: [
          { name: 'v', share: 0.6 },
          { name: 'w', share: 0.5 }
        ]
      }
    ],
    [
      '/variants/1/name',
      'v is there twice',
      {
        variants: [
          { name: 'v', share: 0.1 },
          { name: 'v', share: 0.1 }
        ]
      }
    ],
    ['/variants/0/name', 'base is there twice', { variants: [{ name: 'base', share: 0.1 }] }],
    [
      '/variants/0/guardrail',
      'needs minApproval or maxDrop',
      { variants: [{ name: 'v', share: 0.1, guardrail: { minPayments: 100 } }] }
    ],
    ['/variants/0/rules/0', 'needs allow', { variants: [{ name: 'v', share: 0.1, rules: [{ name: 'r' }] }] }]
  ])('%s, which contradicts the rest (%s)', (path, message, settings) => {
    const written = writtenDocument('routing-policies', { id: 'p', ...settings })
    const fault = { path, message: expect.stringContaining(message) as unknown }
    expect(() => checkMeaning('routing-policies', written)).toThrow(
      expect.objectContaining({ code: 'body_invalid', faults: [fault] })
    )
  })

  test('where it names what there is not', () => {
    const known = ['gateway-profiles/alpha', 'gateway-profiles/beta']
    const table = {
      find: (kind: string, id: string) =>
        known.includes(`${kind}/${id}`) ? { version: 1, document: { id } } : undefined
    } as unknown as Pick<ControlTable, 'find'>
    expect(() => checkReferences('routing-policies', policy, table)).toThrow(
      expect.objectContaining({
        code: 'reference_unknown',
        faults: [
          { path: '/constraints/excluded/0', message: 'is no gateway' },
          { path: '/rules/0/when/merchants/0', message: 'is no merchant' }
        ]
      })
    )
    expect(() => checkReferences('merchants', { ...merchant, routingPolicy: 'p' }, table)).toThrow(
      expect.objectContaining({ faults: [{ path: '/routingPolicy', message: 'is no routing policy' }] })
    )
  })

  test('and all of it is taken where it is right', () => {
    expect(writtenDocument('routing-policies', policy)).toEqual(policy)
    expect(() => checkMeaning('routing-policies', policy)).not.toThrow()
  })
})

test('a name that objects inherit is no kind', () => {
  expect(isControlKind('toString')).toBe(false)
  expect(isControlKind('merchants')).toBe(true)
})

test('a gateway must remember a call for longer than it may be made again', () => {
  const { sendWithinMs, callTimeoutMs } = profile
  const forgetting = { ...profile, idempotencyWindowMs: sendWithinMs + callTimeoutMs }
  expect(() => checkMeaning('gateway-profiles', forgetting)).toThrow(
    expect.objectContaining({
      code: 'body_invalid',
      faults: [expect.objectContaining({ path: '/idempotencyWindowMs' })]
    })
  )
  const remembering = { ...forgetting, idempotencyWindowMs: forgetting.idempotencyWindowMs + 1 }
  expect(() => checkMeaning('gateway-profiles', remembering)).not.toThrow()
})

test('a gateway at Stripe must be asked within the time that look-ups go by, and say where customers go afterwards', () => {
  const atStripe = {
    ...{ ...profile, adapter: 'stripe' as const, returnUrl: 'https://shop.example/back?from=bank' },
    ...{ sendWithinMs: 120_000, idempotencyWindowMs: 86_400_000 }
  }
  expect(writtenDocument('gateway-profiles', atStripe)).toEqual(atStripe)
  expect(() => checkMeaning('gateway-profiles', atStripe)).not.toThrow()
  const stranding = { ...profile, adapter: 'stripe' as const, idempotencyWindowMs: 86_400_000 }
  for (const [path, document] of [
    ['/returnUrl', stranding],
    ['/sendWithinMs', { ...atStripe, sendWithinMs: 120_001 }],
    ['/idempotencyWindowMs', { ...atStripe, idempotencyWindowMs: 86_400_001 }]
  ] as const) {
    expect(() => checkMeaning('gateway-profiles', document)).toThrow(
      expect.objectContaining({ code: 'body_invalid', faults: [expect.objectContaining({ path })] })
    )
  }
})
