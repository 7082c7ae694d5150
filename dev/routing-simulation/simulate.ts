// Payments that are routed one after the other, by a policy that learns from what they come to.
import { Approvals, segmentsOf } from '../../src/domain/routing/approvals.ts'
import type { RoutingDecision } from '../../src/domain/routing/choose.ts'
import { featuresOf, type Features, type RoutingSubject } from '../../src/domain/routing/features.ts'
import type { PolicyInForce, RoutingPolicy } from '../../src/domain/routing/policy.ts'
import { route } from '../../src/domain/routing/route.ts'
import { approves, HOUR_MS, payment, profiles, truth } from './gateways.ts'

export interface SimulationOptions {
  readonly seed: string
  readonly payments: number
  readonly hours: number
}

export interface SimulatedPayment {
  readonly subject: RoutingSubject
  /** Milliseconds since the simulation began. */
  readonly at: number
  readonly decision: RoutingDecision
  readonly approved: boolean
}

export const learning: RoutingPolicy = {
  ...{ id: 'learning', weights: { approval: 1 }, choice: 'thompson', exploration: 0.02 }
}

/** Routes every payment by the policy, which knows what those before came to and nothing else. */
export function* simulate(
  policy: RoutingPolicy,
  { seed, payments, hours }: SimulationOptions
): Generator<SimulatedPayment> {
  const approvals = new Approvals()
  const inForce: PolicyInForce = { policy, version: '1' }
  for (let i = 0; i < payments; i++) {
    const at = (i / payments) * hours * HOUR_MS
    const subject = payment(seed, i)
    const estimates = {
      of: (gateway: string, features: Features) => approvals.estimate(segmentsOf(gateway, features), at)
    }
    const world = { paymentId: `pay_${seed}_${i}`, merchantId: 'demo', now: at, gateways: profiles }
    const { chosen } = route(subject, { ...world, approvals: estimates, policy: inForce })
    const { gateway } = chosen!
    const approved = approves(seed, i, gateway, truth(gateway, subject, at))
    const segments = segmentsOf(gateway, featuresOf(subject, 'demo', at))
    approvals.learn(segments, approved ? 'approved' : 'declined', at)
    yield { subject, at, decision: chosen!, approved }
  }
}

/** Of each stretch of time, the part of the payments that was, or would have been, approved: expected, not drawn. */
export interface Comparison {
  /** Hours since the beginning, at which each stretch ends. */
  readonly hours: readonly number[]
  readonly learner: readonly number[]
  readonly roundRobin: readonly number[]
  /** Knows the truth. */
  readonly oracle: readonly number[]
}

/** @param stretches into which the time is cut */
export function compare(options: SimulationOptions, stretches: number): Comparison {
  const sums = { learner: zeros(stretches), roundRobin: zeros(stretches), oracle: zeros(stretches) }
  const each = options.payments / stretches
  let i = 0
  for (const { subject, at, decision } of simulate(learning, options)) {
    const odds = profiles.map(({ id }) => truth(id, subject, at))
    const stretch = Math.floor(i / each)
    sums.learner[stretch]! += truth(decision.gateway, subject, at) / each
    sums.roundRobin[stretch]! += odds[i % odds.length]! / each
    sums.oracle[stretch]! += Math.max(...odds) / each
    i++
  }
  const hours = Array.from({ length: stretches }, (_, n) => ((n + 1) * options.hours) / stretches)
  return { hours, ...sums }
}

const zeros = (length: number): number[] => Array.from({ length }, () => 0)
