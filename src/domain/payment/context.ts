import type { Findings } from '../fraud/assess.ts'
import type { FraudRulesInForce } from '../fraud/rules.ts'
import type { GatewayProfile } from '../routing/route.ts'
import type { PolicyInForce } from '../routing/policy.ts'
import type { ApprovalEstimates } from '../routing/scores.ts'
import type { Preferences, SignalsByGateway } from '../routing/signals.ts'
import type { MerchantRules } from './merchant-rules.ts'
import type { Payment } from './state.ts'

/** What of the world a decision may depend on. */
export interface WorldContext {
  /** Epoch milliseconds. */
  readonly now: number
  readonly gateways: readonly GatewayProfile[]
  /** How the gateways do of late; left out where nobody follows it. */
  readonly signals?: SignalsByGateway
  /** Gateways that get no retries now, since they have had so many; left out where nobody counts them. */
  readonly retriesSpent?: ReadonlySet<string>
  /** By what the merchant's payments are routed; the lowest priority number where it is left out. */
  readonly routing?: {
    readonly merchantId: string
    readonly policy: PolicyInForce | null
    readonly approvals?: ApprovalEstimates
  }
  /** What signals that are not ours say of the gateways, for the payment that begins. */
  readonly preferences?: Preferences
  /** By what it is judged, and what was found out about it; left out where nobody judges payments. */
  readonly fraud?: { readonly rules: FraudRulesInForce | null; readonly findings: Findings }
  /** Of the payment's merchant; what holds by default where it is not known. */
  readonly rules: MerchantRules
}

/** What a decision is about: one payment in the world as it is. */
export interface Situation<P = Payment> {
  readonly paymentId: string
  readonly payment: P
  readonly context: WorldContext
}

/** Undefined when no profile has the gateway any more. */
export const profileOf = ({ gateways }: WorldContext, gatewayId: string | null): GatewayProfile | undefined =>
  gateways.find(({ id }) => id === gatewayId)
