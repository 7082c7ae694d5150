// A choice as its event has recorded it, made anew by another policy.
import {
  choose,
  isOfPolicy,
  type Candidate,
  type Found,
  type RoutingDecision
} from '../../domain/routing/choose.ts'
import type { Features } from '../../domain/routing/features.ts'
import type { RoutingPolicy } from '../../domain/routing/policy.ts'
import type { Terms } from '../../domain/routing/scores.ts'

export interface RecordedChoice extends Pick<
  RoutingDecision,
  'gateway' | 'probability' | 'features' | 'candidates'
> {
  readonly paymentId: string
  readonly merchantId: string
}

/** By gateway; empty where none could have been chosen. */
export type Odds = ReadonlyMap<string, number>

/** How the gateways were drawn; null for an event of before, which does not say what it would take to tell. */
export function recordedOdds({ candidates, features }: RecordedChoice): Odds | null {
  if (features['amount'] === undefined) return null
  return new Map(
    candidates.flatMap(({ gateway, terms }) => {
      const { probability } = terms as { probability?: number }
      return probability === undefined ? [] : [[gateway, probability]]
    })
  )
}

/** How the policy would have drawn them, by what was known then. */
export function oddsUnder(policy: RoutingPolicy, choice: RecordedChoice): Odds {
  const found = choice.candidates.map(foundOf)
  const seed = { paymentId: choice.paymentId, nth: 0 }
  const { chosen } = choose(featuresIn(choice), found, { policy, version: 'new' }, seed)
  if (chosen === null) return new Map()
  return new Map(
    chosen.candidates.flatMap(({ gateway, terms }) =>
      terms['probability'] === undefined ? [] : [[gateway, terms['probability']]]
    )
  )
}

/** What only the policy of then had against a gateway is for the other policy to say. */
function foundOf({ gateway, excludedBy, terms }: Candidate, rank: number): Found {
  const known: Partial<Terms> & { priority?: number; probability?: number } = { ...terms }
  const { priority = rank, cost } = known
  // That of then says nothing of now.
  delete known.probability
  return {
    ...{ gateway, priority },
    heldBack: excludedBy === null || isOfPolicy(excludedBy) ? null : excludedBy,
    terms: cost === undefined ? null : { ...known, cost }
  }
}

function featuresIn({ features, merchantId }: RecordedChoice): Features {
  const { amount, amount_band: amountBand, currency, country, method, network, customer, hour } = features
  return {
    ...{ merchant: merchantId, customer: customer!, amount: Number(amount), amountBand: amountBand! },
    ...{ currency: currency!, country: country ?? null, method: method!, network: network ?? null },
    hour: Number(hour)
  }
}
