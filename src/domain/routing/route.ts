// Which gateway a payment goes to. The decision is pure and carries everything it was made from, so that it can be
// explained and replayed against another policy.
import type { OperationKind } from '../payment/commands.ts'
import { choose, type Found, type Routing } from './choose.ts'
import { featuresOf, type Features, type RoutingSubject } from './features.ts'
import type { PolicyInForce } from './policy.ts'
import { costOf, preferenceTerms, signalTerms, type ApprovalEstimates } from './scores.ts'
import type { GatewaySignals, Preferences, SignalsByGateway } from './signals.ts'

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
  /** Hundredths of a percent of the amount. */
  readonly feeBasisPoints?: number
  /** Minor units of the payment's currency. */
  readonly feeFixed?: number
}

/** What a choice depends on beside the payment. */
export interface RoutingWorld {
  readonly paymentId: string
  readonly gateways: readonly GatewayProfile[]
  readonly merchantId?: string
  /** Epoch milliseconds. */
  readonly now?: number
  /** Gateways that must not be asked again for this payment, with the reason that is recorded. */
  readonly excluded?: ReadonlyMap<string, string>
  readonly signals?: SignalsByGateway
  readonly preferences?: Preferences
  readonly approvals?: ApprovalEstimates | undefined
  /** Without one the lowest priority number decides. */
  readonly policy?: PolicyInForce | null
}

/** Looks at every gateway, and chooses one by the policy. */
export function route(subject: RoutingSubject, world: RoutingWorld): Routing {
  const { paymentId, gateways, excluded, policy = null } = world
  const features = featuresOf(subject, world.merchantId ?? '', world.now ?? 0)
  const found = gateways.map(gateway => find(gateway, features, world))
  return choose(features, found, policy, { paymentId, nth: excluded?.size ?? 0 })
}

function find(profile: GatewayProfile, features: Features, world: RoutingWorld): Found {
  const { id: gateway, priority } = profile
  const lack = lackOf(profile, features) ?? world.excluded?.get(gateway)
  if (lack !== undefined) return { gateway, priority, heldBack: lack, terms: null }
  const signals = world.signals?.get(gateway)
  const estimate = world.approvals?.of(gateway, features)
  const terms = {
    cost: costOf(profile, features.amount),
    ...(estimate !== undefined && { approval: estimate.mean, spread: estimate.spread }),
    ...signalTerms(signals),
    ...preferenceTerms(world.preferences?.get(gateway))
  }
  return { gateway, priority, heldBack: troubleOf(profile, signals), terms }
}

/** Why a gateway is not asked for now, whatever the payment; null when it is. */
export function troubleOf(
  { paused }: Pick<GatewayProfile, 'paused'>,
  signals: GatewaySignals | undefined
): 'paused' | 'breaker_open' | null {
  if (paused === true) return 'paused'
  return signals?.breaker === 'OPEN' ? 'breaker_open' : null
}

/** What of the payment the gateway does not take. */
function lackOf(
  { currencies, countries, methods }: GatewayProfile,
  { currency, country, method }: Features
): string | undefined {
  if (!currencies.includes(currency)) return 'currency'
  if (countries !== undefined && (country === null || !countries.includes(country))) return 'country'
  return methods === undefined || methods.includes(method) ? undefined : 'method'
}
