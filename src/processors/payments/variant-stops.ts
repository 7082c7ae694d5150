// Variants of routing policies that their guardrails have stopped.
import type { Approvals } from '../../domain/routing/approvals.ts'
import { stopReason } from '../../domain/routing/guardrail.ts'
import { BASE_VARIANT, type PolicyInForce, type RoutingPolicy } from '../../domain/routing/policy.ts'
import { strategyFor } from '../../domain/routing/variants.ts'

export interface VariantStop {
  readonly policyId: string
  readonly policyVersion: string
  readonly variant: string
  /** For people. */
  readonly reason: string
}

/** A policy as control data hold it. */
export interface HeldPolicy {
  readonly version: number
  readonly document: RoutingPolicy
}

const NONE: ReadonlyMap<string, string> = new Map()

/** Who is stopped stays so until the policy has another version, however its numbers fade. */
export class VariantStops {
  /** By policy and version, the reason for each variant. */
  readonly #stops = new Map<string, Map<string, string>>()

  /** @returns whether it was not known before */
  add({ policyId, policyVersion, variant, reason }: VariantStop): boolean {
    const key = keyOf(policyId, policyVersion)
    const stops = this.#stops.get(key) ?? new Map<string, string>()
    this.#stops.set(key, stops)
    if (stops.has(variant)) return false
    stops.set(variant, reason)
    return true
  }

  inForce({ version, document }: HeldPolicy): PolicyInForce {
    const stopped = this.#stops.get(keyOf(document.id, String(version))) ?? NONE
    return { policy: document, version: String(version), stopped }
  }

  /** Those that are to be stopped by what all partitions have told. @param now epoch milliseconds */
  due(policies: Iterable<HeldPolicy>, approvals: Approvals, now: number): VariantStop[] {
    const due: VariantStop[] = []
    for (const held of policies) {
      const { policy, version, stopped = NONE } = this.inForce(held)
      const counts = (variant: string) => approvals.counts(segmentOf(policy.id, version, variant), now)
      for (const { name, guardrail } of policy.variants ?? []) {
        if (guardrail === undefined || stopped.has(name)) continue
        const reason = stopReason(counts(name), counts(BASE_VARIANT), guardrail)
        if (reason === null) continue
        due.push({ policyId: policy.id, policyVersion: version, variant: name, reason })
      }
    }
    return due
  }
}

/** What a payment counts under beside its gateway; null where its policy tries nothing. */
export function variantSegment(inForce: PolicyInForce | null, paymentId: string): string | null {
  if (inForce === null) return null
  const { variant } = strategyFor(inForce, paymentId)
  return variant === null ? null : segmentOf(inForce.policy.id, inForce.version, variant)
}

const keyOf = (policyId: string, version: string): string => `${policyId}@${version}`

/** No gateway's id holds an `@`, so it is told from theirs. */
const segmentOf = (policyId: string, version: string, variant: string): string =>
  `${keyOf(policyId, version)}|${variant}`
