// How operations ended. Kept for good, since a gateway may speak of one at any time after.
import type { PaymentEvent } from './events.ts'
import type { Ending } from './state.ts'

/** One gateway's part in an attempt: what another says of it is another matter. */
type Attempt = Pick<Ending, 'operationId' | 'attempt' | 'gateway'>

const isSame = (a: Attempt, b: Attempt): boolean =>
  a.operationId === b.operationId && a.attempt === b.attempt && a.gateway === b.gateway

export const endingOf = (endings: readonly Ending[], attempt: Attempt): Ending | null =>
  endings.find(ending => isSame(ending, attempt)) ?? null

/** Whether its gateway has said, against what is on record, that it was done. */
export const isClaimed = ({ outcome, contradictedBy }: Ending): boolean =>
  outcome !== 'SUCCEEDED' && contradictedBy === 'SUCCEEDED'

/** An attempt ends once; what was stated against it while it was open stays with it. */
export function endingsWith(
  endings: readonly Ending[],
  ended: Omit<Ending, 'contradictedBy'>
): readonly Ending[] {
  const known = endingOf(endings, ended)
  return replaced(endings, { ...ended, contradictedBy: known?.contradictedBy ?? null })
}

export function withContradiction(
  endings: readonly Ending[],
  { operationId, attempt, gateway, stated }: PaymentEvent & { type: 'ContradictoryOutcome' }
): readonly Ending[] {
  const contradicted = { operationId, attempt, gateway }
  const none = { ...contradicted, outcome: null, neverLeft: false, amount: null }
  const ending = endingOf(endings, contradicted) ?? none
  return replaced(endings, { ...ending, contradictedBy: stated })
}

const replaced = (endings: readonly Ending[], ending: Ending): readonly Ending[] => [
  ...endings.filter(other => !isSame(other, ending)),
  ending
]
