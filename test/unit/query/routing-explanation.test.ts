import { describe, expect, test } from '@jest/globals'
import type { PolicyInForce } from '../../../src/domain/routing/policy.ts'
import { route, type GatewayProfile, type RoutingWorld } from '../../../src/domain/routing/route.ts'
import { explainRouting } from '../../../src/query/routing-explanation.ts'

const profile = (id: string, changes: Partial<GatewayProfile> = {}): GatewayProfile => ({
  ...{ id, priority: 1, currencies: ['EUR'], operations: ['AUTHORIZE'] },
  ...{ callTimeoutMs: 1000, sendWithinMs: 1000, feeBasisPoints: 100, feeFixed: 10, ...changes }
})
const subject = {
  ...{ amount: 10_000, currency: 'EUR', customer: { id: 'c1', country: 'DE' } },
  paymentMethod: { type: 'CARD' }
}
const ruled = (policy: Omit<PolicyInForce['policy'], 'id'>): PolicyInForce => ({
  ...{ policy: { id: 'p', ...policy }, version: '7' }
})

/** As the read model shows the event that records the choice. */
function explained(world: Omit<RoutingWorld, 'paymentId'>) {
  const { chosen } = route(subject, { paymentId: 'pay_1', ...world })
  const data = JSON.parse(JSON.stringify(chosen)) as Record<string, unknown>
  const event = {
    id: 'e',
    occurredAt: '2026-01-01T00:00:00.000Z',
    causationId: null,
    correlationId: null,
    requestedBy: null
  }
  const [one] = explainRouting([
    { ...event, sequence: 1, type: 'PaymentInitiated', data: {} },
    { ...event, sequence: 2, type: 'GatewaySelected', data }
  ])
  return one!
}

const calls = { latencyP95Ms: 100, calls: 100 }

describe('a gateway that was not chosen is told why', () => {
  const excluded = new Map([['a', 'declined: do_not_honor']])
  const limping = new Map([['a', { breaker: 'CLOSED' as const, successShare: 0.4, ...calls }]])
  const broken = new Map([['a', { breaker: 'OPEN' as const, successShare: 0, ...calls }]])
  test.each<[string, Partial<GatewayProfile>, Partial<RoutingWorld>]>([
    ['It does not take EUR.', { currencies: ['USD'] }, {}],
    ['It does not take customers from DE.', { countries: ['FR'] }, {}],
    ['It does not take CARD.', { methods: ['WALLET'] }, {}],
    ['It was tried before for this payment.', {}, { excluded: new Map([['a', 'tried']]) }],
    ['It is paused.', { paused: true }, {}],
    ['It is not asked again for this payment: declined: do_not_honor.', {}, { excluded }],
    ['Its circuit breaker is open: too many calls to it failed.', {}, { signals: broken }],
    [
      'It answered 40 % of its recent calls, fewer than the policy asks for.',
      {},
      { signals: limping, policy: ruled({ constraints: { minHealth: 0.5 } }) }
    ],
    [
      'Its fee, 110 minor units, is more than the policy allows.',
      {},
      { policy: ruled({ constraints: { maxCostBasisPoints: 100 } }) }
    ],
    ['The policy excludes it.', {}, { policy: ruled({ constraints: { excluded: ['a'] } }) }],
    ['The rule eu allows others only.', {}, { policy: ruled({ rules: [{ name: 'eu', allow: ['b'] }] }) }],
    ['The rule eu decides for another.', {}, { policy: ruled({ rules: [{ name: 'eu', prefer: ['b'] }] }) }],
    ['Another comes before it by priority.', { priority: 2 }, {}],
    ['Its score, -0.011, is below -0.001.', {}, { policy: ruled({ weights: { cost: 1 } }) }],
    [
      'Another has the same score, 0, and comes before it by priority.',
      { priority: 2 },
      { policy: ruled({ weights: { approval: 1 } }) }
    ]
  ])('%s', (because, changes, world) => {
    const gateways = [profile('a', changes), profile('b', { feeBasisPoints: 0 })]
    const { gateway, candidates } = explained({ gateways, ...world })
    expect(gateway).toBe('b')
    expect(candidates.find(one => one.gateway === 'a')).toMatchObject({ chosen: false, because })
  })

  test('with its probability where it could have been drawn', () => {
    const gateways = [profile('a'), profile('b')]
    const policy = ruled({ rules: [{ name: 's', split: { a: 1, b: 3 } }] })
    const { candidates, probability, gateway } = explained({ gateways, policy })
    const other = candidates.find(one => !one.chosen)!
    expect(probability).toBe(gateway === 'a' ? 0.25 : 0.75)
    expect(other.because).toBe(
      `It could have been drawn, with a probability of ${gateway === 'a' ? 75 : 25} %.`
    )
    expect(other.probability).toBe(1 - probability)
  })
})

test('the choice is told in a sentence, with the policy and its version', () => {
  const gateways = [profile('a'), profile('b', { currencies: [] })]
  expect(explained({ gateways })).toMatchObject({
    ...{ sequence: 2, gateway: 'a', policy: { id: 'by-priority', version: '1' }, variant: null },
    summary: 'a, the only one that could take it, was chosen by the policy by-priority: it ranks by priority.'
  })
  const policy = ruled({ weights: { cost: 1 }, exploration: 0.2, variants: [{ name: 'v', share: 1 }] })
  expect(
    explained({ gateways: [profile('a'), profile('b', { feeBasisPoints: 0 })], policy }).summary
  ).toMatch(
    /^[ab], one of 2 that could take it, was chosen by the policy p, variant v: it ranks by score, and this one has -0.0\d+\. It was drawn with a probability of (90|10) %\.$/
  )
})

test('an event of before, which knew neither variants nor what decided, is explained', () => {
  const event = {
    ...{
      id: 'e',
      occurredAt: '2026-01-01T00:00:00.000Z',
      causationId: null,
      correlationId: null,
      requestedBy: null,
      sequence: 2
    },
    type: 'GatewaySelected',
    data: {
      ...{ gateway: 'a', policyId: 'by-priority', policyVersion: '1', probability: 1, features: {} },
      candidates: [{ gateway: 'a', excludedBy: null, score: null, terms: {} }]
    }
  }
  expect(explainRouting([event])[0]).toMatchObject({
    ...{ variant: null, decidedBy: null, candidates: [{ gateway: 'a', because: 'It was chosen.' }] },
    summary: 'a, the only one that could take it, was chosen by the policy by-priority: it ranks by priority.'
  })
})
