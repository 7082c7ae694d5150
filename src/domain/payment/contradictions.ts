// What a gateway says about an operation that is not in flight, or about another sum than was asked for. The first
// definite outcome has closed the operation: an equal one changes nothing, and what goes against it is put on record,
// once, for somebody to look at. Nothing that says that a gateway holds money is ever dropped.
import type { GatewayResult } from './commands.ts'
import { endingOf } from './endings.ts'
import type { PaymentEvent } from './events.ts'
import type { Payment } from './state.ts'

/** Whether the gateway speaks of the sum that it was asked for; an answer that states none does. */
export const isAbout = (result: GatewayResult, amount: number, currency: string): boolean =>
  result.amount === null || (result.amount === amount && result.currency === currency)

export type Contradiction = PaymentEvent & { type: 'ContradictoryOutcome' }

/** The event that records the contradiction; none when the result repeats what is on record, or states nothing definite. */
export function contradiction(result: GatewayResult, payment: Payment): readonly Contradiction[] {
  const { operationId, attempt, gateway, amount, currency, reference, code, message } = result
  const stated = definite(result)
  if (stated === null) return []
  const ending = endingOf(payment.endings, result)
  const recorded = ending?.outcome ?? null
  // That nothing happened to what was never asked for, or did not succeed, goes without saying.
  if (stated === 'DECLINED' && recorded !== 'SUCCEEDED') return []
  if (stated === recorded && isAbout(result, ending?.amount ?? payment.amount, payment.currency)) return []
  if (ending?.contradictedBy === stated) return []
  const statement = { stated, recorded, amount, currency, reference, code, message }
  return [{ type: 'ContradictoryOutcome', operationId, attempt, gateway, ...statement }]
}

/**
 * That a call was refused or not sent tells of that one call, and says nothing against what another came to; no more does
 * it tell that something is not known.
 */
const definite = ({ outcome }: GatewayResult): 'SUCCEEDED' | 'DECLINED' | null =>
  outcome === 'SUCCEEDED' || outcome === 'DECLINED' ? outcome : null
