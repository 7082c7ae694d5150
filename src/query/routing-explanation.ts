// Why a payment went where it went, in words and numbers, from what its events have recorded.
import type { Candidate, RoutingDecision } from '../domain/routing/choose.ts'
import type { EventView } from '../projections/payment-events/queries.ts'

export interface Explanation {
  /** Of the event that records the choice. */
  readonly sequence: number
  /** RFC 3339. */
  readonly occurredAt: string
  readonly gateway: string
  readonly summary: string
  readonly policy: { readonly id: string; readonly version: string }
  readonly variant: string | null
  readonly decidedBy: string | null
  readonly probability: number
  readonly features: Readonly<Record<string, string>>
  readonly candidates: readonly ExplainedCandidate[]
}

interface ExplainedCandidate {
  readonly gateway: string
  readonly chosen: boolean
  readonly because: string
  readonly excludedBy: string | null
  readonly score: number | null
  readonly probability: number | null
  readonly terms: Readonly<Record<string, number>>
}

/** Each choice of a gateway in the history, in order. */
export const explainRouting = (events: readonly EventView[]): Explanation[] =>
  events
    .filter(({ type }) => type === 'GatewaySelected')
    .map(({ sequence, occurredAt, data }) => {
      // Events of before knew neither.
      const decision = { variant: null, decidedBy: null, ...data } as unknown as RoutingDecision
      const { gateway, policyId, policyVersion, variant, decidedBy, probability, features } = decision
      return {
        ...{ sequence, occurredAt, gateway, summary: summaryOf(decision) },
        policy: { id: policyId, version: policyVersion },
        ...{ variant, decidedBy, probability, features },
        candidates: decision.candidates.map(candidate => explained(candidate, decision))
      }
    })

function summaryOf(decision: RoutingDecision): string {
  const { gateway, probability, policyId, variant, candidates } = decision
  const open = candidates.filter(({ excludedBy }) => excludedBy === null).length
  const among = open === 1 ? 'the only one that could take it' : `one of ${open} that could take it`
  const stopped = decision.features['stopped_variant']
  const instead = stopped === undefined ? '' : `, since ${stopped} is stopped`
  const tried = variant === null ? '' : `, variant ${variant}${instead}`
  const drawn = probability === 1 ? '' : ` It was drawn with a probability of ${percent(probability)}.`
  return `${gateway}, ${among}, was chosen by the policy ${policyId}${tried}: ${ground(decision)}.${drawn}`
}

function ground({ decidedBy, candidates, gateway }: RoutingDecision): string {
  if (decidedBy?.startsWith('rule:') === true) return `its rule ${decidedBy.slice(5)} decides`
  const score = candidates.find(one => one.gateway === gateway)?.score ?? null
  switch (decidedBy) {
    case 'score':
      return `it ranks by score, and this one has ${number(score ?? 0)}`
    case 'thompson':
      return 'it draws each gateway as often as it may be the best'
    default:
      return 'it ranks by priority'
  }
}

function explained(candidate: Candidate, decision: RoutingDecision): ExplainedCandidate {
  const { gateway, excludedBy, score, terms } = candidate
  const { probability = null, ...rest } = terms as Readonly<Record<string, number>> & { probability?: number }
  const chosen = gateway === decision.gateway
  return {
    ...{ gateway, chosen, because: chosen ? 'It was chosen.' : reasonOf(candidate, decision) },
    ...{ excludedBy, score, probability, terms: rest }
  }
}

/** Why another was chosen. */
function reasonOf({ excludedBy, score, terms }: Candidate, decision: RoutingDecision): string {
  const { features, decidedBy, gateway, candidates } = decision
  if (excludedBy !== null) return excluded(excludedBy, terms, features)
  const { probability = 0 } = terms
  if (probability > 0) return `It could have been drawn, with a probability of ${percent(probability)}.`
  if (decidedBy?.startsWith('rule:') === true) return `The rule ${decidedBy.slice(5)} decides for another.`
  const best = candidates.find(one => one.gateway === gateway)?.score ?? null
  if (score === null || best === null) return 'Another comes before it by priority.'
  return score === best
    ? `Another has the same score, ${number(score)}, and comes before it by priority.`
    : `Its score, ${number(score)}, is below ${number(best)}.`
}

function excluded(
  reason: string,
  { cost, health = 0 }: Readonly<Record<string, number>>,
  { currency, country, method }: Readonly<Record<string, string>>
): string {
  switch (reason) {
    case 'currency':
      return `It does not take ${currency}.`
    case 'country':
      return country === undefined
        ? "It takes customers from some countries only, and this one's is not known."
        : `It does not take customers from ${country}.`
    case 'method':
      return `It does not take ${method}.`
    case 'paused':
      return 'It is paused.'
    case 'breaker_open':
      return 'Its circuit breaker is open: too many calls to it failed.'
    case 'unhealthy':
      return `It answered ${percent(health)} of its recent calls, fewer than the policy asks for.`
    case 'cost':
      return `Its fee, ${number(cost ?? 0)} minor units, is more than the policy allows.`
    case 'tried':
      return 'It was tried before for this payment.'
    case 'policy':
      return 'The policy excludes it.'
    default:
      return reason.startsWith('rule:')
        ? `The rule ${reason.slice(5)} allows others only.`
        : `It is not asked again for this payment: ${reason}.`
  }
}

const percent = (part: number): string => `${Number((part * 100).toPrecision(3))} %`

const number = (value: number): string => String(Number(value.toPrecision(4)))
