// How payments are to be routed: control data, as far as the choice reads them.

/** All that is given has to hold; what is left out holds always. */
export interface Condition {
  readonly currencies?: readonly string[]
  readonly countries?: readonly string[]
  readonly methods?: readonly string[]
  readonly networks?: readonly string[]
  readonly merchants?: readonly string[]
  readonly customers?: readonly string[]
  /** Minor units; `below` is not included. */
  readonly amount?: { readonly from?: number; readonly below?: number }
  /** Hours of the day in UTC, 0 to 23; `until` is not included, and may be the earlier: then they span midnight. */
  readonly hours?: { readonly from: number; readonly until: number }
}

export interface Rule {
  readonly name: string
  readonly when?: Condition
  /** Only these may be chosen. Of several rules that hold all are obeyed. */
  readonly allow?: readonly string[]
  /** The first of these that can take the payment is chosen. */
  readonly prefer?: readonly string[]
  /** One of these is drawn, in proportion to its weight. */
  readonly split?: Readonly<Record<string, number>>
}

export interface Constraints {
  /** 0 to 1: a gateway that answered a smaller part of its recent calls is passed over. */
  readonly minHealth?: number
  /** Hundredths of a percent of the amount, the fixed fee included. */
  readonly maxCostBasisPoints?: number
  readonly excluded?: readonly string[]
}

/** Of the terms of the score, which is a part of the amount. What is left out counts nothing. */
export interface ScoreWeights {
  /** Of the probability that the gateway approves. */
  readonly approval?: number
  /** Of the fee, as a part of the amount. */
  readonly cost?: number
  /** Of a second that its slowest calls of twenty take. */
  readonly latency?: number
  /** Of the part of its recent calls that it answered. */
  readonly health?: number
  /** Of what signals that are not ours say of it, -1 to 1; by the signal's name. */
  readonly signals?: Readonly<Record<string, number>>
}

export interface Strategy {
  /** The first that holds and can prefer or draw a gateway decides. */
  readonly rules?: readonly Rule[]
  /** By gateway; instead of the priority in its profile. */
  readonly priorities?: Readonly<Record<string, number>>
  readonly constraints?: Constraints
  /** Without them the lowest priority number decides. */
  readonly weights?: ScoreWeights
  /** `best`, unless given: the highest score. `thompson`: each gateway as often as its score may be the highest. */
  readonly choice?: 'best' | 'thompson'
  /** 0 to 1: the part of the payments that no rule decides which goes to any gateway that can take it. */
  readonly exploration?: number
  /** Whether a customer's payments are drawn alike, so that they stay at one gateway while the odds do. */
  readonly sticky?: boolean
}

/** When a variant is stopped. */
export interface Guardrail {
  /** 0 to 1. */
  readonly minApproval?: number
  /** 0 to 1: by how much its approval may be below that of the payments in no variant. */
  readonly maxDrop?: number
  /** Outcomes before it is judged. */
  readonly minPayments: number
}

/** What it says replaces what the policy says, property by property. */
export interface Variant extends Strategy {
  readonly name: string
  /** 0 to 1, of the payments. */
  readonly share: number
  readonly guardrail?: Guardrail
}

export interface RoutingPolicy extends Strategy {
  readonly id: string
  /** The payments in none of them are routed by the policy itself. */
  readonly variants?: readonly Variant[]
}

/** What a payment in no variant is counted under. */
export const BASE_VARIANT = 'base'

/** A policy as of one version of its document. */
export interface PolicyInForce {
  readonly policy: RoutingPolicy
  readonly version: string
  /** Why, by the name of each variant that was stopped since. */
  readonly stopped?: ReadonlyMap<string, string>
}
