// The choice under a policy: what holds for every policy, and what each part of one does.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { RoutingDecision } from '../../../../src/domain/routing/choose.ts'
import type { Features } from '../../../../src/domain/routing/features.ts'
import type { PolicyInForce, RoutingPolicy } from '../../../../src/domain/routing/policy.ts'
import { route, type GatewayProfile, type RoutingWorld } from '../../../../src/domain/routing/route.ts'
import type { GatewaySignals } from '../../../../src/domain/routing/signals.ts'

const IDS = ['a', 'b', 'c', 'd', 'e']

const profile = (id: string, changes: Partial<GatewayProfile> = {}): GatewayProfile => ({
  ...{ id, priority: IDS.indexOf(id), currencies: ['EUR'], operations: ['AUTHORIZE'] },
  ...{ callTimeoutMs: 1000, sendWithinMs: 1000, feeBasisPoints: 100, feeFixed: 10, ...changes }
})
const three = ['a', 'b', 'c'].map(id => profile(id))
const subject = {
  ...{ amount: 10_000, currency: 'EUR', customer: { id: 'c1', country: 'DE' } },
  paymentMethod: { type: 'CARD' }
}
const inForce = (policy: Omit<RoutingPolicy, 'id'>): PolicyInForce => ({
  policy: { id: 'p', ...policy },
  version: '7'
})
const approvals = (means: Readonly<Record<string, number>>, spread = 0.01) => ({
  of: (gateway: string) => ({ mean: means[gateway] ?? 0.5, spread })
})
const well: GatewaySignals = { breaker: 'CLOSED', successShare: 1, latencyP95Ms: 100, calls: 100 }
const at = (hour: number) => Date.UTC(2026, 0, 1, hour, 30)

function decided(
  policy: Omit<RoutingPolicy, 'id'>,
  world: Partial<RoutingWorld> = {},
  about: Partial<typeof subject> = {}
): RoutingDecision {
  const all = { paymentId: 'pay_1', gateways: three, policy: inForce(policy), now: at(12), ...world }
  const { chosen } = route({ ...subject, ...about }, all)
  expect(chosen).not.toBeNull()
  return chosen!
}

const none = (policy: Omit<RoutingPolicy, 'id'>, world: Partial<RoutingWorld> = {}) =>
  route(subject, { paymentId: 'pay_1', gateways: three, policy: inForce(policy), ...world })

/** How often each gateway is chosen for many payments. */
function shares(policy: Omit<RoutingPolicy, 'id'>, world: Partial<RoutingWorld> = {}, payments = 4000) {
  const counts: Record<string, number> = {}
  for (let i = 0; i < payments; i++) {
    const { gateway } = decided(policy, { paymentId: `pay_${i}`, ...world })
    counts[gateway] = (counts[gateway] ?? 0) + 1 / payments
  }
  return counts
}

describe('whatever the policy says', () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true })
  const some = fc.uniqueArray(fc.constantFrom(...IDS), { minLength: 1 })
  const weighed = fc.dictionary(fc.constantFrom(...IDS), fc.double({ min: 0.01, max: 100, noNaN: true }), {
    minKeys: 1
  })
  const rule = fc.record(
    {
      name: fc.constantFrom('r', 's'),
      when: fc.record({ amount: fc.record({ below: fc.integer({ min: 1, max: 20_000 }) }) }),
      allow: some,
      prefer: some,
      split: weighed
    },
    { requiredKeys: ['name'] }
  )
  const strategy = {
    rules: fc.array(rule, { maxLength: 3 }),
    priorities: fc.dictionary(fc.constantFrom(...IDS), fc.integer({ min: -9, max: 9 })),
    constraints: fc.record(
      { minHealth: unit, maxCostBasisPoints: fc.integer({ min: 50, max: 400 }), excluded: some },
      { requiredKeys: [] }
    ),
    weights: fc.record({ approval: unit, cost: unit, latency: unit, health: unit }, { requiredKeys: [] }),
    choice: fc.constantFrom('best' as const, 'thompson' as const),
    exploration: unit,
    sticky: fc.boolean()
  }
  const policy = fc.record(
    {
      ...strategy,
      variants: fc.array(
        fc.record({ name: fc.constant('v'), share: unit, ...strategy }, { requiredKeys: ['name', 'share'] }),
        {
          minLength: 1,
          maxLength: 1
        }
      )
    },
    { requiredKeys: [] }
  )
  const gateways = fc.uniqueArray(fc.constantFrom(...IDS), { minLength: 1 }).chain(ids =>
    fc.tuple(
      ...ids.map(id =>
        fc
          .record({
            currencies: fc.constantFrom(['EUR'], ['EUR', 'USD'], ['USD']),
            paused: fc.constantFrom(false, false, true),
            feeBasisPoints: fc.integer({ min: 0, max: 400 })
          })
          .map(changes => profile(id, changes))
      )
    )
  )
  const signals = fc
    .dictionary(
      fc.constantFrom(...IDS),
      fc.record({
        breaker: fc.constantFrom('CLOSED' as const, 'HALF_OPEN' as const, 'OPEN' as const),
        successShare: fc.option(unit),
        latencyP95Ms: fc.option(fc.integer({ min: 1, max: 5000 })),
        calls: fc.nat(50)
      })
    )
    .map(byGateway => new Map(Object.entries(byGateway)))
  const estimates = fc.dictionary(fc.constantFrom(...IDS), unit).map(means => approvals(means, 0.1))
  const world = fc.record({
    ...{ paymentId: fc.string({ minLength: 1 }), gateways, signals, approvals: estimates },
    excluded: fc
      .dictionary(fc.constantFrom(...IDS), fc.constant('declined'))
      .map(by => new Map(Object.entries(by))),
    policy: policy.map(inForce)
  })

  test('one gateway that nothing excludes is drawn, by a probability that is recorded, and of sum 1', () => {
    fc.assert(
      fc.property(world, situation => {
        const { chosen } = route(subject, situation)
        if (chosen === null) return
        const open = chosen.candidates.filter(({ excludedBy }) => excludedBy === null)
        const winner = open.find(({ gateway }) => gateway === chosen.gateway)!
        const sum = open.reduce((whole, { terms }) => whole + terms['probability']!, 0)
        expect(sum).toBeCloseTo(1, 9)
        expect(chosen.probability).toBe(winner.terms['probability'])
        expect(chosen.probability).toBeGreaterThan(0)
        expect(chosen.candidates).toHaveLength(situation.gateways.length)
        const { currencies, paused } = situation.gateways.find(({ id }) => id === chosen.gateway)!
        expect([currencies.includes('EUR'), paused]).toEqual([true, false])
        expect(situation.signals.get(chosen.gateway)?.breaker).not.toBe('OPEN')
        expect(situation.excluded.has(chosen.gateway)).toBe(false)
      }),
      { numRuns: 2000 }
    )
  })

  test('the same payment gets the same choice', () => {
    fc.assert(
      fc.property(world, situation => {
        expect(route(subject, situation)).toEqual(route(subject, structuredCloneOf(situation)))
      }),
      { numRuns: 1000 }
    )
  })

  test('that no gateway is chosen is said with a reason for each', () => {
    fc.assert(
      fc.property(world, situation => {
        const routing = route(subject, situation)
        if (routing.chosen !== null) return
        expect(['paused', 'unhealthy', 'no_candidate']).toContain(routing.none)
        for (const { excludedBy } of routing.candidates) expect(excludedBy).not.toBeNull()
      })
    )
  })
})

/** Another object of the same content, in another order. */
const structuredCloneOf = (world: RoutingWorld): RoutingWorld => ({
  ...world,
  gateways: [...world.gateways].reverse()
})

describe('a rule', () => {
  test.each<[string, NonNullable<RoutingPolicy['rules']>[number]['when'], Partial<typeof subject>, number]>([
    ['a currency', { currencies: ['EUR'] }, { currency: 'USD' }, 12],
    ['a country', { countries: ['DE'] }, { customer: { id: 'c1', country: 'FR' } }, 12],
    ['a method', { methods: ['CARD'] }, { paymentMethod: { type: 'WALLET' } }, 12],
    ['a customer', { customers: ['c1'] }, { customer: { id: 'c2', country: 'DE' } }, 12],
    ['the least amount', { currencies: ['EUR'], amount: { from: 10_000 } }, { amount: 9999 }, 12],
    ['an amount below', { currencies: ['EUR'], amount: { below: 10_001 } }, { amount: 10_001 }, 12],
    ['hours', { hours: { from: 12, until: 13 } }, {}, 13],
    ['hours across midnight', { hours: { from: 12, until: 6 } }, {}, 6]
  ])('holds for %s, and for no other', (_, when, other, hour) => {
    const gateways = three.map(one => ({ ...one, currencies: ['EUR', 'USD'] }))
    const policy = { rules: [{ name: 'r', when, prefer: ['b'] }] } as Omit<RoutingPolicy, 'id'>
    expect(decided(policy, { gateways })).toMatchObject({ gateway: 'b', decidedBy: 'rule:r', probability: 1 })
    expect(decided(policy, { gateways, now: at(hour) }, other)).toMatchObject({
      gateway: 'a',
      decidedBy: 'priority'
    })
  })

  test('for a merchant does not hold for another', () => {
    const policy = { rules: [{ name: 'r', when: { merchants: ['m1'] }, prefer: ['b'] }] }
    expect(decided(policy, { merchantId: 'm1' }).gateway).toBe('b')
    expect(decided(policy, { merchantId: 'm2' }).gateway).toBe('a')
  })

  test('that prefers gateways takes the first that can, and passes on where none can', () => {
    const excluded = new Map([['c', 'declined']])
    const rules = [
      { name: 'first', prefer: ['c'] },
      { name: 'second', prefer: ['c', 'b'] }
    ]
    expect(decided({ rules }, { excluded })).toMatchObject({ gateway: 'b', decidedBy: 'rule:second' })
  })

  test('that allows some rules out the others, by its name', () => {
    const { gateway, candidates } = decided({ rules: [{ name: 'eu', allow: ['c', 'b'] }] })
    expect(gateway).toBe('b')
    expect(candidates.find(one => one.gateway === 'a')?.excludedBy).toBe('rule:eu')
  })

  test('splits payments by weight, and shares out what one cannot take', () => {
    const policy = { rules: [{ name: 's', split: { a: 70, b: 20, c: 10 } }] }
    const all = shares(policy)
    expect(all['a']).toBeCloseTo(0.7, 1)
    expect(all['b']).toBeCloseTo(0.2, 1)
    const excluded = new Map([['a', 'declined']])
    expect(
      decided(policy, { excluded }).candidates.find(({ gateway }) => gateway === 'b')?.terms
    ).toMatchObject({
      probability: 2 / 3
    })
  })
})

describe('a constraint', () => {
  test.each<[string, Omit<RoutingPolicy, 'id'>, Partial<RoutingWorld>]>([
    ['policy', { constraints: { excluded: ['a'] } }, {}],
    [
      'cost',
      { constraints: { maxCostBasisPoints: 150 } },
      { gateways: [profile('a', { feeBasisPoints: 141 }), ...three.slice(1)] }
    ],
    [
      'unhealthy',
      { constraints: { minHealth: 0.9 } },
      { signals: new Map([['a', { ...well, successShare: 0.89 }]]) }
    ],
    ['breaker_open', {}, { signals: new Map([['a', { ...well, breaker: 'OPEN' as const }]]) }],
    ['country', {}, { gateways: [profile('a', { countries: ['FR'] }), ...three.slice(1)] }],
    ['method', {}, { gateways: [profile('a', { methods: [] }), ...three.slice(1)] }]
  ])('excludes by %s', (reason, policy, world) => {
    const { gateway, candidates } = decided(policy, world)
    expect(gateway).toBe('b')
    expect(candidates.find(one => one.gateway === 'a')?.excludedBy).toBe(reason)
  })

  test('of health holds only where enough calls were made to tell', () => {
    const signals = new Map([['a', { ...well, successShare: 0, calls: 9 }]])
    expect(decided({ constraints: { minHealth: 0.9 } }, { signals }).gateway).toBe('a')
  })

  test('that only passing troubles break lets the payment wait, others do not', () => {
    const signals = new Map(three.map(({ id }) => [id, { ...well, successShare: 0.1 }]))
    const constraints = { minHealth: 0.5 }
    expect(none({ constraints }, { signals })).toMatchObject({ chosen: null, none: 'unhealthy' })
    const excluded = { constraints: { ...constraints, excluded: ['a', 'b', 'c'] } }
    expect(none(excluded, { signals })).toMatchObject({ chosen: null, none: 'no_candidate' })
  })
})

describe('the score', () => {
  test('is what the payment is expected to bring, as a part of its amount', () => {
    const signals = new Map([['a', { ...well, latencyP95Ms: 2000, successShare: 0.8 }]])
    const weights = { approval: 1, cost: 2, latency: 0.01, health: 0.5 }
    const { candidates } = decided({ weights }, { approvals: approvals({ a: 0.9 }), signals })
    const a = candidates.find(({ gateway }) => gateway === 'a')!
    expect(a.terms).toEqual({
      priority: 0,
      approval: 0.9,
      spread: 0.01,
      cost: 110,
      latency: 2,
      health: 0.8,
      calls: 100,
      probability: 1
    })
    expect(a.score).toBeCloseTo(0.9 - (2 * 110) / 10_000 - 0.02 + 0.4, 12)
  })

  test('chooses the best, and by priority where it is equal', () => {
    const weights = { approval: 1 }
    expect(decided({ weights }, { approvals: approvals({ c: 0.6 }) })).toMatchObject({
      ...{ gateway: 'c', probability: 1, decidedBy: 'score' },
      candidates: [{ gateway: 'c' }, { gateway: 'a' }, { gateway: 'b' }]
    })
    expect(decided({ weights, priorities: { b: -1 } }, { approvals: approvals({}) }).gateway).toBe('b')
  })

  test('by thompson gives each as many payments as it may be the best', () => {
    const policy = { weights: { approval: 1 }, choice: 'thompson' as const }
    const even = shares(policy, { approvals: approvals({}) })
    for (const id of ['a', 'b', 'c']) expect(even[id]).toBeCloseTo(1 / 3, 1)
    const clear = shares(policy, { approvals: approvals({ b: 0.6 }) })
    expect(clear['b']).toBeGreaterThan(0.99)
    // Two normal variates that are apart by one deviation of their difference: Φ(1) = 0.84.
    const gateways = three.slice(0, 2)
    const close = decided(policy, { gateways, approvals: approvals({ a: 0.5 + 0.01 * Math.SQRT2 }) })
    expect(close.candidates[0]).toMatchObject({
      gateway: 'a',
      terms: { probability: expect.closeTo(0.84, 2) as unknown }
    })
  })
})

describe('exploration', () => {
  test('gives every gateway its part, and no other than it says', () => {
    const policy = { weights: { approval: 1 }, exploration: 0.3 }
    const drawn = shares(policy, { approvals: approvals({ b: 0.9 }) })
    expect(drawn['b']).toBeCloseTo(0.8, 1)
    expect(drawn['a']).toBeCloseTo(0.1, 1)
    const { candidates } = decided(policy, { approvals: approvals({ b: 0.9 }) })
    expect(candidates.map(({ terms }) => terms['probability'])).toEqual([
      expect.closeTo(0.8, 12),
      expect.closeTo(0.1, 12),
      expect.closeTo(0.1, 12)
    ])
  })

  test('is not for payments that a rule decides', () => {
    expect(decided({ rules: [{ name: 'r', prefer: ['c'] }], exploration: 1 }).probability).toBe(1)
  })
})

test('a gateway that is tried after trouble gets a fifth of its payments', () => {
  const signals = new Map([['a', { ...well, breaker: 'HALF_OPEN' as const }]])
  const drawn = shares({}, { signals })
  expect(drawn['a']).toBeCloseTo(0.2, 1)
  expect(drawn['b']).toBeCloseTo(0.8, 1)
  expect(decided({}, { signals, gateways: three.slice(0, 1) })).toMatchObject({
    gateway: 'a',
    probability: 1
  })
})

describe('stickiness', () => {
  const policy = { rules: [{ name: 's', split: { a: 1, b: 1, c: 1 } }], sticky: true }
  const customers = Array.from({ length: 300 }, (_, i) => `customer-${i}`)
  const of = (id: string, world: Partial<RoutingWorld>) =>
    decided(policy, world, { customer: { id, country: 'DE' } }).gateway

  test('keeps all payments of a customer at one gateway, and customers apart', () => {
    for (const id of customers) {
      expect(new Set([1, 2, 3, 4].map(i => of(id, { paymentId: `pay_${i}` }))).size).toBe(1)
    }
    expect(new Set(customers.map(id => of(id, {}))).size).toBe(3)
  })

  test('moves only the customers of a gateway that drops out', () => {
    const gateways = [three[0]!, profile('b', { paused: true }), three[2]!]
    for (const id of customers) {
      const before = of(id, {})
      if (before !== 'b') expect(of(id, { gateways })).toBe(before)
    }
  })
})

describe('a variant', () => {
  const variants = [
    { name: 'cheap', share: 0.2, rules: [{ name: 'cheap', prefer: ['c'] }] },
    { name: 'other', share: 0.3, priorities: { b: -1 } }
  ]

  test('has its share of the payments, by their ids, and replaces what the policy says', () => {
    const policy = { rules: [{ name: 'r', prefer: ['a'] }], variants }
    const seen: Record<string, number> = {}
    for (let i = 0; i < 4000; i++) {
      const paymentId = `pay_${i}`
      const { variant, gateway, probability } = decided(policy, { paymentId })
      seen[variant!] = (seen[variant!] ?? 0) + 1 / 4000
      expect([gateway, probability]).toEqual([variant === 'cheap' ? 'c' : 'a', 1])
      expect(decided(policy, { paymentId, excluded: new Map([['c', 'declined']]) }).variant).toBe(variant)
    }
    expect(seen['cheap']).toBeCloseTo(0.2, 1)
    expect(seen['other']).toBeCloseTo(0.3, 1)
    expect(seen['base']).toBeCloseTo(0.5, 1)
  })

  test('that was stopped leaves its payments to the policy, and no other moves', () => {
    const policy = { rules: [{ name: 'r', prefer: ['a'] }], variants }
    const stopped = new Map([['cheap', 'approval 10 %']])
    for (let i = 0; i < 500; i++) {
      const paymentId = `pay_${i}`
      const before = decided(policy, { paymentId })
      const after = decided(policy, { paymentId, policy: { ...inForce(policy), stopped } })
      if (before.variant !== 'cheap') expect(after).toEqual(before)
      else
        expect(after).toMatchObject({
          ...{ variant: 'base', gateway: 'a', features: { stopped_variant: 'cheap' } }
        })
    }
  })

  test('is not there where the policy has none', () => expect(decided({}).variant).toBeNull())
})

test('what was known of the payment is recorded, and by which version of which policy', () => {
  expect(decided({})).toMatchObject({
    ...{ policyId: 'p', policyVersion: '7' },
    features: {
      ...{ amount: '10000', amount_band: '<1000', currency: 'EUR', country: 'DE', method: 'CARD' },
      ...{ customer: 'c1', hour: '12' }
    } satisfies Record<string, string>
  })
  const bands = [1, 999, 1000, 9_999_999, 10_000_000].map(
    amount => decided({}, {}, { amount }).features['amount_band']
  )
  expect(bands).toEqual(['<10', '<10', '<100', '<100000', '100000+'])
})

test('estimates are asked for by what is known of the payment', () => {
  const asked: [string, Features][] = []
  const of = (gateway: string, features: Features) => {
    asked.push([gateway, features])
    return { mean: 0.5, spread: 0.1 }
  }
  decided({ weights: { approval: 1 } }, { approvals: { of }, merchantId: 'm1', gateways: [three[0]!] })
  expect(asked).toEqual([['a', expect.objectContaining({ merchant: 'm1', amountBand: '<1000', hour: 12 })]])
})
