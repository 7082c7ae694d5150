import { uniform } from './draw.ts'
import { BASE_VARIANT, type PolicyInForce, type Strategy } from './policy.ts'

interface Assigned {
  readonly strategy: Strategy
  /** Null where the policy tries nothing. */
  readonly variant: string | null
  /** The variant that the payment would be in, had it not been stopped. */
  readonly stopped?: string
}

const LOWEST_PRIORITY: Strategy = {}

/**
 * What a payment is routed by: it is in a variant by its id, so that it stays in it whenever it is routed again. The payments
 * of a variant that was stopped are routed as those in none.
 */
export function strategyFor(inForce: PolicyInForce | null, paymentId: string): Assigned {
  if (inForce === null) return { strategy: LOWEST_PRIORITY, variant: null }
  const { policy, stopped } = inForce
  const { variants } = policy
  if (variants === undefined) return { strategy: policy, variant: null }
  let left = uniform(`${policy.id}/variant/${paymentId}`)
  for (const variant of variants) {
    left -= variant.share
    if (left >= 0) continue
    if (stopped?.has(variant.name) === true)
      return { strategy: policy, variant: BASE_VARIANT, stopped: variant.name }
    return { strategy: { ...policy, ...variant }, variant: variant.name }
  }
  return { strategy: policy, variant: BASE_VARIANT }
}
