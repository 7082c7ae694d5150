// How long one choice of a gateway takes, with all that a policy can ask for. It needs no services.
import { Approvals, segmentsOf } from '../src/domain/routing/approvals.ts'
import type { RoutingPolicy } from '../src/domain/routing/policy.ts'
import { featuresOf, type Features, type RoutingSubject } from '../src/domain/routing/features.ts'
import { route, type GatewayProfile } from '../src/domain/routing/route.ts'
import type { GatewaySignals } from '../src/domain/routing/signals.ts'
import { percentile } from './percentile.ts'

export interface RoutingRun {
  readonly policy: string
  readonly candidates: number
  readonly cpuMicrosecondsPerDecision: number
  /** Microseconds on the clock; what else runs on the machine counts. */
  readonly p50: number
  readonly p99: number
}

const CANDIDATES = 10
const WARM_UP = 20_000
const DECISIONS = 100_000
const NOW = Date.UTC(2026, 0, 1)
const COUNTRIES = ['DE', 'FR', 'ES', 'IT', 'PL']

const gateways = Array.from({ length: CANDIDATES }, (_, i): GatewayProfile => {
  const can = { currencies: ['EUR', 'USD'], operations: ['AUTHORIZE', 'CAPTURE'] as const }
  const limits = { callTimeoutMs: 5000, sendWithinMs: 30_000 }
  return { id: `gateway-${i}`, priority: i, ...can, ...limits, feeBasisPoints: 100 + 10 * i, feeFixed: 10 }
})
const signals = new Map(
  gateways.map(({ id }, i): [string, GatewaySignals] => [
    id,
    { breaker: 'CLOSED', successShare: 0.99, latencyP95Ms: 200 + 20 * i, calls: 1000 }
  ])
)

const weights = { approval: 1, cost: 1, latency: 0.01, health: 0.1 }
const rules = Array.from({ length: 20 }, (_, i) => ({
  name: `rule-${i}`,
  when: { currencies: ['USD'], countries: COUNTRIES, amount: { from: 100 * i } },
  prefer: ['gateway-3']
}))
const policies: Readonly<Record<string, RoutingPolicy | null>> = {
  none: null,
  score: { id: 'score', weights, exploration: 0.05 },
  thompson: {
    ...{ id: 'thompson', weights, choice: 'thompson', exploration: 0.05, sticky: true, rules },
    constraints: { minHealth: 0.5, maxCostBasisPoints: 400 },
    variants: [{ name: 'cheap', share: 0.1, weights: { ...weights, cost: 2 } }]
  }
}

export const benchRouting = (): RoutingRun[] =>
  Object.entries(policies).map(([name, policy]) => {
    const approvals = taughtApprovals()
    const estimates = {
      of: (gateway: string, features: Features) => approvals.estimate(segmentsOf(gateway, features), NOW)
    }
    const inForce = policy && { policy, version: '1' }
    const decide = (i: number) =>
      route(subject(i), {
        ...{ paymentId: `pay_${i}abcdefghijklmnopqrstuvwxyz`, merchantId: 'demo', now: NOW },
        ...{ gateways, signals, approvals: estimates, policy: inForce }
      })
    for (let i = 0; i < WARM_UP; i++) decide(i)
    const took = new Float64Array(DECISIONS)
    const cpu = process.cpuUsage()
    for (let i = 0; i < DECISIONS; i++) {
      const began = performance.now()
      decide(i)
      took[i] = 1000 * (performance.now() - began)
    }
    const { user, system } = process.cpuUsage(cpu)
    took.sort()
    const spent = (user + system) / DECISIONS
    const times = [...took]
    return {
      ...{ policy: name, candidates: CANDIDATES, cpuMicrosecondsPerDecision: spent },
      ...{ p50: percentile(times, 50), p99: percentile(times, 99) }
    }
  })

const subject = (i: number): RoutingSubject => ({
  ...{ amount: 100 + (i % 50_000), currency: 'EUR', paymentMethod: { type: 'CARD' } },
  customer: { id: `customer-${i % 1000}`, country: COUNTRIES[i % COUNTRIES.length]! }
})

/** Each gateway with what it has learnt of every segment. */
function taughtApprovals(): Approvals {
  const approvals = new Approvals()
  for (let i = 0; i < 20_000; i++) {
    const { id } = gateways[i % CANDIDATES]!
    const features = featuresOf(subject(7 * i), 'demo', NOW)
    approvals.learn(segmentsOf(id, features), i % 7 === 0 ? 'declined' : 'approved', NOW)
  }
  return approvals
}
