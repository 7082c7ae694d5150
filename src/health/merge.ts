// What several executors see of one gateway, as one.
import type { GatewaySignals } from '../domain/routing/signals.ts'
import type { GatewayHealth } from '../generated/records.ts'

type Figures = GatewayHealth['figures']
type BreakerState = GatewaySignals['breaker']

/**
 * The state that holds for the gateway as a whole: that of more than half of the executors that have something to say. One
 * that has not called it lately, and whose breaker never opened, has not. Where no more than half see it open, but more than
 * half see it open or half open, it is half open: worth a try.
 */
export function breakerOf(seen: readonly GatewayHealth[]): BreakerState {
  const witnesses = seen.filter(({ breaker, figures }) => breaker !== 'CLOSED' || figures.calls > 0)
  const share = (...states: readonly GatewayHealth['breaker'][]) =>
    witnesses.filter(({ breaker }) => states.includes(breaker)).length / witnesses.length
  // Without witnesses both are NaN, and so not above.
  if (share('OPEN') > 0.5) return 'OPEN'
  return share('OPEN', 'HALF_OPEN') > 0.5 ? 'HALF_OPEN' : 'CLOSED'
}

/** The sums. Quantiles cannot be added up: they are the means of the executors', each weighted by its calls. */
export function figuresOf(parts: readonly Figures[]): Figures {
  const sum = (of: (part: Figures) => number) => parts.reduce((total, part) => total + of(part), 0)
  const mean = (of: (part: Figures) => number | null) => {
    const known = parts.filter(part => part.calls > 0 && of(part) !== null)
    const calls = known.reduce((total, part) => total + part.calls, 0)
    return calls === 0
      ? null
      : Math.round(known.reduce((total, part) => total + of(part)! * part.calls, 0) / calls)
  }
  return {
    calls: sum(({ calls }) => calls),
    failures: sum(({ failures }) => failures),
    approved: sum(({ approved }) => approved),
    latencyP50Ms: mean(({ latencyP50Ms }) => latencyP50Ms),
    latencyP95Ms: mean(({ latencyP95Ms }) => latencyP95Ms),
    latencyP99Ms: mean(({ latencyP99Ms }) => latencyP99Ms)
  }
}

/** Share of calls that the gateway answered as a gateway should, 0 to 1; null without calls. */
export const successShareOf = ({ calls, failures }: Figures): number | null =>
  calls === 0 ? null : (calls - failures) / calls

export function signalsOf(seen: readonly GatewayHealth[]): GatewaySignals {
  const figures = figuresOf(seen.map(({ figures: own }) => own))
  return {
    breaker: breakerOf(seen),
    successShare: successShareOf(figures),
    latencyP95Ms: figures.latencyP95Ms,
    calls: figures.calls
  }
}
