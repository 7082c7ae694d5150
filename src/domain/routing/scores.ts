// What is expected of a gateway for one payment, and what that is worth under a policy.
import type { Features } from './features.ts'
import type { ScoreWeights } from './policy.ts'
import type { GatewaySignals } from './signals.ts'

/** The probability that a gateway approves a payment, as far as it is known. */
export interface ApprovalEstimate {
  /** 0 to 1. */
  readonly mean: number
  /** Standard deviation: how far the truth may be off. */
  readonly spread: number
}

export interface ApprovalEstimates {
  of(gateway: string, features: Features): ApprovalEstimate
}

/** What is known of a candidate. What is not known is left out, and makes it neither better nor worse. */
export interface Terms {
  /** Minor units of the payment's currency. */
  readonly cost: number
  /** 0 to 1. */
  readonly approval?: number
  readonly spread?: number
  /** Seconds within which 95 of 100 of its recent calls ended. */
  readonly latency?: number
  /** 0 to 1: of its recent calls, the part that it answered. */
  readonly health?: number
  /** How many calls latency and health are learnt from. */
  readonly calls?: number
  /** 1 where its breaker lets only a few through, to try. */
  readonly trial?: number
  /** -1 to 1: what a signal that is not ours says. */
  readonly [signal: `signal:${string}`]: number
}

/** @returns minor units, fractions of them included */
export const costOf = (
  { feeBasisPoints = 0, feeFixed = 0 }: { readonly feeBasisPoints?: number; readonly feeFixed?: number },
  amount: number
): number => (amount * feeBasisPoints) / 10_000 + feeFixed

export function signalTerms(signals: GatewaySignals | undefined): Omit<Terms, 'cost'> {
  if (signals === undefined) return {}
  const { breaker, successShare, latencyP95Ms, calls } = signals
  return {
    ...(latencyP95Ms !== null && { latency: latencyP95Ms / 1000 }),
    ...(successShare !== null && { health: successShare }),
    calls,
    ...(breaker === 'HALF_OPEN' && { trial: 1 })
  }
}

/** What signals that are not ours say, by their names. */
export const preferenceTerms = (
  said: Readonly<Record<string, number>> | undefined
): Readonly<Record<`signal:${string}`, number>> =>
  Object.fromEntries(Object.entries(said ?? {}).map(([name, value]) => [`signal:${name}`, value]))

/**
 * The expected value of the payment at the gateway as a part of its amount, so that payments of all sizes are weighed
 * alike: the probability that it is approved, less the fee, less what its slowness costs, plus what its health is worth, and what signals that are not ours say of it.
 *
 * @param amount minor units, above 0
 */
export function scoreOf(terms: Terms, weights: ScoreWeights, amount: number): number {
  const { approval = 0, cost, latency = 0, health = 1 } = terms
  return (
    (weights.approval ?? 0) * approval -
    ((weights.cost ?? 0) * cost) / amount -
    (weights.latency ?? 0) * latency +
    (weights.health ?? 0) * health +
    preferred(terms, weights.signals)
  )
}

function preferred(terms: Terms, weights: ScoreWeights['signals']): number {
  let sum = 0
  for (const name in weights) sum += weights[name]! * (terms[`signal:${name}`] ?? 0)
  return sum
}
