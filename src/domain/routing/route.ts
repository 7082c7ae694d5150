// Which gateway a payment goes to. The decision is pure and carries everything it was made from, so that it can be
// explained and replayed against another policy.
import type { OperationKind } from '../payment/commands.ts'

/** What routing and guards know of a gateway: control data. */
export interface GatewayProfile {
  readonly id: string
  /** Lower comes first. */
  readonly priority: number
  readonly currencies: readonly string[]
  readonly operations: readonly OperationKind[]
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

/** The eligible gateway of lowest priority number, or null when none can take the payment. */
export function route(subject: RoutingSubject, gateways: readonly GatewayProfile[]): RoutingDecision | null {
  const ranked = [...gateways].sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1))
  const candidates = ranked.map(gateway => ({
    gateway: gateway.id,
    excludedBy: exclusionOf(gateway, subject),
    score: null,
    terms: {}
  }))
  const chosen = candidates.find(candidate => candidate.excludedBy === null)
  if (chosen === undefined) return null
  return {
    gateway: chosen.gateway,
    policyId: 'by-priority',
    policyVersion: '1',
    probability: 1,
    features: featuresOf(subject),
    candidates
  }
}

function exclusionOf({ currencies, paused }: GatewayProfile, { currency }: RoutingSubject): string | null {
  if (!currencies.includes(currency)) return 'currency'
  return paused === true ? 'paused' : null
}

function featuresOf({ currency, customer, paymentMethod }: RoutingSubject): Record<string, string> {
  const features: Record<string, string> = { currency, method: paymentMethod.type }
  if (customer.country !== null) features.country = customer.country
  return features
}
