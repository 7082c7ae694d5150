// Which gateway a payment goes to. The decision is pure and carries everything it was made from, so that it can be
// explained and replayed against another policy.
import type { OperationKind } from '../payment/commands.ts'
import type { SignalsByGateway } from './signals.ts'

/** What routing and guards know of a gateway: control data. */
export interface GatewayProfile {
  readonly id: string
  /** Lower comes first. */
  readonly priority: number
  readonly currencies: readonly string[]
  readonly operations: readonly OperationKind[]
  /** ISO 3166-1 alpha-2 codes of the customers' countries that it takes; all where absent. */
  readonly countries?: readonly string[]
  /** Types of payment methods that it takes; all where absent. */
  readonly methods?: readonly string[]
  /** Whether less than what was authorized can be captured; it can where absent. */
  readonly partialCapture?: boolean
  /** Whether captured money can be given back in parts; it can where absent. */
  readonly partialRefunds?: boolean
  /** Milliseconds that one call may take. */
  readonly callTimeoutMs: number
  /** Milliseconds after the request in which its call may still start. */
  readonly sendWithinMs: number
  /** Whether it gets no new payments for now. */
  readonly paused?: boolean
}

export interface Candidate {
  readonly gateway: string
  /** The constraint that ruled it out; null for an eligible one. */
  readonly excludedBy: string | null
  readonly score: number | null
  readonly terms: Readonly<Record<string, number>>
}

export interface RoutingDecision {
  readonly gateway: string
  readonly policyId: string
  readonly policyVersion: string
  /** The probability, 0 to 1, with which this gateway was drawn. */
  readonly probability: number
  readonly features: Readonly<Record<string, string>>
  readonly candidates: readonly Candidate[]
}

/** What of a payment the choice may depend on. */
export interface RoutingSubject {
  readonly currency: string
  readonly customer: { readonly country: string | null }
  readonly paymentMethod: { readonly type: string }
}

/** What a choice depends on beside the payment. */
export interface RoutingWorld {
  readonly paymentId: string
  readonly gateways: readonly GatewayProfile[]
  /** Gateways that must not be asked again for this payment, with the reason that is recorded. */
  readonly excluded?: ReadonlyMap<string, string>
  readonly signals?: SignalsByGateway
}

/** Why none can be asked. All but `no_candidate` are passing troubles, which are waited for. */
export type NoGateway = 'paused' | 'unhealthy' | 'no_candidate'

export type Routing =
  | { readonly chosen: RoutingDecision }
  | { readonly chosen: null; readonly none: NoGateway; readonly candidates: readonly Candidate[] }

/** The eligible gateway of lowest priority number. */
export function route(subject: RoutingSubject, world: RoutingWorld): Routing {
  const ranked = [...world.gateways].sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1))
  const candidates = ranked.map(gateway => ({
    gateway: gateway.id,
    excludedBy: exclusionOf(gateway, subject, world),
    score: null,
    terms: {}
  }))
  const chosen = candidates.find(candidate => candidate.excludedBy === null)
  if (chosen === undefined) return { chosen: null, none: noneOf(candidates), candidates }
  return {
    chosen: {
      gateway: chosen.gateway,
      policyId: 'by-priority',
      policyVersion: '1',
      probability: 1,
      features: featuresOf(subject),
      candidates
    }
  }
}

/** What stays comes first: only a gateway that could take the payment otherwise is held back by what passes. */
function exclusionOf(
  { id, currencies, paused }: GatewayProfile,
  { currency }: RoutingSubject,
  { excluded, signals }: RoutingWorld
): string | null {
  if (!currencies.includes(currency)) return 'currency'
  const reason = excluded?.get(id)
  if (reason !== undefined) return reason
  if (paused === true) return 'paused'
  return signals?.get(id)?.breaker === 'OPEN' ? 'breaker_open' : null
}

function noneOf(candidates: readonly Candidate[]): NoGateway {
  const isExcludedBy = (reason: string) => candidates.some(({ excludedBy }) => excludedBy === reason)
  if (isExcludedBy('paused')) return 'paused'
  return isExcludedBy('breaker_open') ? 'unhealthy' : 'no_candidate'
}

function featuresOf({ currency, customer, paymentMethod }: RoutingSubject): Record<string, string> {
  const features: Record<string, string> = { currency, method: paymentMethod.type }
  if (customer.country !== null) features.country = customer.country
  return features
}
