// The choice among candidates of which all is known that is to be known. Live payments and replays are chosen for alike.
import { drawOne } from './draw.ts'
import { holds, recordedFeatures, type Features } from './features.ts'
import { likelyBest } from './likely-best.ts'
import type { PolicyInForce, Rule, Strategy } from './policy.ts'
import { scoreOf, type Terms } from './scores.ts'
import { strategyFor } from './variants.ts'

/** A gateway as it was found, before any policy looks at it. */
export interface Found {
  readonly gateway: string
  /** As its profile has it. */
  readonly priority: number
  /** Why it cannot take the payment, whatever a policy says; null where it can. */
  readonly heldBack: string | null
  /** Null where it can never take it. */
  readonly terms: Terms | null
}

export interface Candidate {
  readonly gateway: string
  /** The constraint that ruled it out; null for an eligible one. */
  readonly excludedBy: string | null
  /** Null for one that was ruled out, and where nothing is scored. */
  readonly score: number | null
  /** What was known of it, with the priority of its profile; with `probability`, that of its being drawn, where it could be. */
  readonly terms: Readonly<Record<string, number>>
}

export interface RoutingDecision {
  readonly gateway: string
  readonly policyId: string
  readonly policyVersion: string
  /** The part of the payments that the policy tries something else on; null where it tries nothing. */
  readonly variant: string | null
  /** `rule:<name>`, or what ranked the gateways: `priority`, `score`, `thompson`. Null in events of before. */
  readonly decidedBy: string | null
  /** The probability, 0 to 1, with which this gateway was drawn. */
  readonly probability: number
  readonly features: Readonly<Record<string, string>>
  /** In order of rank. */
  readonly candidates: readonly Candidate[]
}

/** Why none can be asked. All but `no_candidate` are passing troubles, which are waited for. */
export type NoGateway = 'paused' | 'unhealthy' | 'no_candidate'

export type Routing =
  | { readonly chosen: RoutingDecision }
  | { readonly chosen: null; readonly none: NoGateway; readonly candidates: readonly Candidate[] }

/** Calls below which the health of a gateway says nothing. */
const TELLING_CALLS = 10
/** Of the payments that would go to a gateway whose breaker is half open, the part that does. */
const TRIAL_SHARE = 0.2
const PASSING: readonly string[] = ['paused', 'breaker_open', 'unhealthy']

/** Whether a gateway was ruled out by what a policy says, and not by what it is or what has happened to it. */
export const isOfPolicy = (excludedBy: string): boolean =>
  ['policy', 'cost', 'unhealthy'].includes(excludedBy) || excludedBy.startsWith('rule:')

interface Judged extends Found {
  /** What the policy has against it. */
  readonly barred: string | null
  readonly score: number | null
  readonly rank: number
}
type Eligible = Judged & { readonly terms: Terms }

/**
 * @param seed of the draw: the same leads to the same choice
 * @param inForce null for the lowest priority number
 */
export function choose(
  features: Features,
  found: readonly Found[],
  inForce: PolicyInForce | null,
  seed: { readonly paymentId: string; readonly nth: number }
): Routing {
  const { strategy, variant, stopped } = strategyFor(inForce, seed.paymentId)
  const rules = strategy.rules?.filter(({ when }) => holds(when, features)) ?? []
  const judged = found
    .map(one => judge(one, barOf(one, strategy, rules, features), strategy, features.amount))
    .sort(byRank)
  const eligible = judged.filter(isEligible)
  if (eligible.length === 0)
    return { chosen: null, none: noneOf(judged), candidates: judged.map(one => candidate(one)) }

  const { probabilities, decidedBy } = oddsWithTrials(eligible, strategy, rules)
  const names = eligible.map(({ gateway }) => gateway)
  const { paymentId, nth } = seed
  const drawnFor = strategy.sticky === true ? `${features.merchant}/${features.customer}` : paymentId
  const winner = drawOne(names, probabilities, `${drawnFor}/${nth}`)
  const candidates = judged.map(one => candidate(one, probabilities[names.indexOf(one.gateway)]))
  return {
    chosen: {
      gateway: names[winner]!,
      policyId: inForce?.policy.id ?? 'by-priority',
      policyVersion: inForce?.version ?? '1',
      ...{ variant, decidedBy, probability: probabilities[winner]! },
      features: { ...recordedFeatures(features), ...(stopped !== undefined && { stopped_variant: stopped }) },
      candidates
    }
  }
}

/** What the policy has against a gateway; null when nothing. What stays comes before what passes. */
function barOf(
  { gateway, terms }: Found,
  { constraints }: Strategy,
  rules: readonly Rule[],
  { amount }: Features
): string | null {
  if (terms === null) return null
  if (constraints?.excluded?.includes(gateway) === true) return 'policy'
  const rule = rules.find(({ allow }) => allow?.includes(gateway) === false)
  if (rule !== undefined) return `rule:${rule.name}`
  const { maxCostBasisPoints = Infinity, minHealth = 0 } = constraints ?? {}
  if ((terms.cost / amount) * 10_000 > maxCostBasisPoints) return 'cost'
  const { health = 1, calls = 0 } = terms
  return calls >= TELLING_CALLS && health < minHealth ? 'unhealthy' : null
}

function noneOf(judged: readonly Judged[]): NoGateway {
  const passing = judged.filter(({ heldBack, barred }) =>
    [heldBack, barred].every(reason => reason === null || PASSING.includes(reason))
  )
  if (passing.length === 0) return 'no_candidate'
  return passing.some(({ heldBack }) => heldBack === 'paused') ? 'paused' : 'unhealthy'
}

function judge(
  found: Found,
  barred: string | null,
  { weights, priorities }: Strategy,
  amount: number
): Judged {
  const { gateway, priority, heldBack, terms } = found
  const isScored = weights !== undefined && terms !== null && heldBack === null && barred === null
  const score = isScored ? scoreOf(terms, weights, amount) : null
  return { ...found, barred, score, rank: priorities?.[gateway] ?? priority }
}

const isEligible = (one: Judged): one is Eligible =>
  one.heldBack === null && one.barred === null && one.terms !== null

function byRank(a: Judged, b: Judged): number {
  if (a.score !== b.score) return (b.score ?? -Infinity) - (a.score ?? -Infinity)
  return a.rank - b.rank || (a.gateway < b.gateway ? -1 : 1)
}

interface Odds {
  /** In the order of the candidates; of sum 1. */
  readonly probabilities: readonly number[]
  readonly decidedBy: string
}

/** A gateway that is being tried after trouble gets a part of what it would get; the others share the rest as if it were not there. */
function oddsWithTrials(eligible: readonly Eligible[], strategy: Strategy, rules: readonly Rule[]): Odds {
  const all = oddsOf(eligible, strategy, rules)
  const well = eligible.filter(({ terms }) => terms.trial === undefined)
  if (well.length === eligible.length || well.length === 0) return all
  const without = oddsOf(well, strategy, rules)
  const ofWell = new Map(well.map(({ gateway }, i) => [gateway, without.probabilities[i]!]))
  const probabilities = eligible.map(
    ({ gateway }, i) => TRIAL_SHARE * all.probabilities[i]! + (1 - TRIAL_SHARE) * (ofWell.get(gateway) ?? 0)
  )
  return { probabilities, decidedBy: all.decidedBy }
}

/** @param eligible by rank */
function oddsOf(eligible: readonly Eligible[], strategy: Strategy, rules: readonly Rule[]): Odds {
  for (const rule of rules) {
    const probabilities = ruledOdds(eligible, rule)
    if (probabilities !== null) return { probabilities, decidedBy: `rule:${rule.name}` }
  }
  const { weights, choice, exploration = 0 } = strategy
  const isDrawn = weights !== undefined && choice === 'thompson'
  const chances = isDrawn
    ? likelyBest(
        eligible.map(({ score, terms }) => ({
          mean: score!,
          spread: (weights.approval ?? 0) * (terms.spread ?? 0)
        }))
      )
    : eligible.map((_, i) => (i === 0 ? 1 : 0))
  const probabilities = chances.map(chance => (1 - exploration) * chance + exploration / eligible.length)
  return { probabilities, decidedBy: isDrawn ? 'thompson' : weights === undefined ? 'priority' : 'score' }
}

/** Null where the rule has no gateway that can take the payment. */
function ruledOdds(eligible: readonly Eligible[], { prefer, split }: Rule): number[] | null {
  const preferred = prefer?.find(id => eligible.some(({ gateway }) => gateway === id))
  if (preferred !== undefined) return eligible.map(({ gateway }) => (gateway === preferred ? 1 : 0))
  if (split === undefined) return null
  const weights = eligible.map(({ gateway }) => (Object.hasOwn(split, gateway) ? split[gateway]! : 0))
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  return whole === 0 ? null : weights.map(weight => weight / whole)
}

const candidate = (
  { gateway, priority, terms, heldBack, barred, score }: Judged,
  probability?: number
): Candidate => ({
  ...{ gateway, excludedBy: heldBack ?? barred, score },
  terms: { ...(terms && { priority, ...terms }), ...(probability !== undefined && { probability }) }
})
