import { describe, expect, test } from '@jest/globals'
import { route, type GatewayProfile, type RoutingWorld } from '../../../../src/domain/routing/route.ts'
import type { GatewaySignals } from '../../../../src/domain/routing/signals.ts'

const profile = (id: string, priority: number, changes: Partial<GatewayProfile> = {}): GatewayProfile => ({
  ...{ id, priority, currencies: ['EUR'], operations: ['AUTHORIZE'] },
  ...{ callTimeoutMs: 1000, sendWithinMs: 1000, ...changes }
})
const subject = {
  ...{ amount: 1000, currency: 'EUR', customer: { id: 'c1', country: 'DE' } },
  paymentMethod: { type: 'CARD' }
}
const broken: GatewaySignals = { breaker: 'OPEN', successShare: 0, latencyP95Ms: null, calls: 9 }
const routed = (gateways: readonly GatewayProfile[], more: Partial<RoutingWorld> = {}) =>
  route(subject, { paymentId: 'pay_1', gateways, ...more })

test('without a policy the eligible gateway of the lowest priority number is chosen', () => {
  const gateways = [profile('b', 2), profile('a', 2), profile('c', 1, { currencies: ['USD'] })]
  expect(routed(gateways)).toMatchObject({
    chosen: {
      ...{ gateway: 'a', policyId: 'by-priority', policyVersion: '1', probability: 1 },
      candidates: [
        { gateway: 'c', excludedBy: 'currency' },
        { gateway: 'a', excludedBy: null },
        { gateway: 'b', excludedBy: null }
      ]
    }
  })
})

test('a gateway that was excluded is not chosen, and the reason is recorded', () => {
  const excluded = new Map([['a', 'declined']])
  expect(routed([profile('a', 1), profile('b', 2)], { excluded })).toMatchObject({
    chosen: { gateway: 'b', candidates: [{ gateway: 'a', excludedBy: 'declined' }, { gateway: 'b' }] }
  })
})

describe('where none can be asked', () => {
  test.each<[string, readonly GatewayProfile[], Partial<RoutingWorld>]>([
    [
      'paused',
      [profile('a', 1, { paused: true }), profile('b', 2)],
      { excluded: new Map([['b', 'declined']]) }
    ],
    [
      'unhealthy',
      [profile('a', 1), profile('b', 2)],
      {
        signals: new Map([
          ['a', broken],
          ['b', broken]
        ])
      }
    ],
    ['no_candidate', [profile('a', 1, { currencies: [], paused: true })], {}],
    [
      'no_candidate',
      [profile('a', 1, { paused: true })],
      { excluded: new Map([['a', 'declined']]), signals: new Map([['a', broken]]) }
    ]
  ])('it says %s', (none, gateways, world) => {
    expect(routed(gateways, world)).toMatchObject({ chosen: null, none })
  })
})

test('what signals that are not ours say is weighed by the policy, and recorded in any case', () => {
  const gateways = [profile('a', 1), profile('b', 2)]
  const preferences = new Map([
    ['a', { 'cheap-nights': -0.5 }],
    ['b', { 'cheap-nights': 1, mood: 0.25 }]
  ])
  const under = (signals: Readonly<Record<string, number>>) =>
    routed(gateways, {
      preferences,
      policy: { policy: { id: 'p', weights: { cost: 1, signals } }, version: '1' }
    }).chosen!
  expect(under({ 'cheap-nights': 0.02 }).gateway).toBe('b')
  expect(under({ 'cheap-nights': 0.02 }).candidates).toMatchObject([
    { gateway: 'b', score: 0.02, terms: { 'signal:cheap-nights': 1, 'signal:mood': 0.25 } },
    { gateway: 'a', score: -0.01, terms: { 'signal:cheap-nights': -0.5 } }
  ])
  const unweighed = under({ another: 1 })
  expect(unweighed.gateway).toBe('a')
  expect(unweighed.candidates[0]!.terms).toMatchObject({ 'signal:cheap-nights': -0.5 })
})
