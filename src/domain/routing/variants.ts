import { uniform } from './draw.ts'
import { BASE_VARIANT, type RoutingPolicy, type Strategy } from './policy.ts'

interface Assigned {
  readonly strategy: Strategy
  /** Null where the policy tries nothing. */
  readonly variant: string | null
}

const LOWEST_PRIORITY: Strategy = {}

/** What a payment is routed by: it is in a variant by its id, so that it stays in it whenever it is routed again. */
export function strategyFor(policy: RoutingPolicy | null, paymentId: string): Assigned {
  if (policy === null) return { strategy: LOWEST_PRIORITY, variant: null }
  const { variants } = policy
  if (variants === undefined) return { strategy: policy, variant: null }
  let left = uniform(`${policy.id}/variant/${paymentId}`)
  for (const variant of variants) {
    left -= variant.share
    if (left < 0) return { strategy: { ...policy, ...variant }, variant: variant.name }
  }
  return { strategy: policy, variant: BASE_VARIANT }
}
