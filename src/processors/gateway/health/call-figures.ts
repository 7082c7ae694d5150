import type { GatewayHealth } from '../../../generated/records.ts'
import type { Verdict } from '../resilience/breaker.ts'
import type { GatewayCall } from '../spi.ts'
import { SlidingWindow } from '../resilience/sliding-window.ts'
import { Latencies } from './latencies.ts'

/** Long enough to say something of a gateway with a call a second, and short enough to follow one that changes. */
export const WINDOW_MS = 30_000

type Figures = GatewayHealth['figures']

/** What the calls of one window came to. */
class Tally {
  calls = 0
  failures = 0
  approved = 0
  readonly latencies = new Latencies()

  addAll({ calls, failures, approved, latencies }: Tally): void {
    this.calls += calls
    this.failures += failures
    this.approved += approved
    this.latencies.addAll(latencies)
  }

  get figures(): Figures {
    const { calls, failures, approved, latencies } = this
    return {
      ...{ calls, failures, approved },
      latencyP50Ms: latencies.quantile(0.5),
      latencyP95Ms: latencies.quantile(0.95),
      latencyP99Ms: latencies.quantile(0.99)
    }
  }
}

type Kind = Pick<GatewayCall, 'currency' | 'method'>

/** What calls to one gateway came to of late, by currency and method. */
export class CallFigures {
  readonly #byKind = new Map<string, { readonly kind: Kind; readonly window: SlidingWindow<Tally> }>()

  /** A call has ended. @param now milliseconds of a clock that nobody sets */
  ended(kind: Kind, verdict: Verdict, isApproved: boolean, ms: number, now: number): void {
    if (verdict === 'NEITHER') return
    const tally = this.#of(kind).current(now)
    tally.calls++
    if (verdict === 'FAILURE') tally.failures++
    if (isApproved) tally.approved++
    tally.latencies.add(ms)
  }

  at(now: number): Pick<GatewayHealth, 'figures' | 'breakdown'> {
    const all = new Tally()
    const breakdown: GatewayHealth['breakdown'][number][] = []
    for (const [key, { kind, window }] of this.#byKind) {
      const tally = new Tally()
      for (const slot of window.contents(now)) tally.addAll(slot)
      if (tally.calls === 0) {
        this.#byKind.delete(key)
        continue
      }
      all.addAll(tally)
      breakdown.push({ ...kind, figures: tally.figures })
    }
    return { figures: all.figures, breakdown }
  }

  #of({ currency, method }: Kind): SlidingWindow<Tally> {
    const key = `${currency}/${method ?? ''}`
    const known = this.#byKind.get(key)
    if (known !== undefined) return known.window
    const window = new SlidingWindow(WINDOW_MS, () => new Tally())
    this.#byKind.set(key, { kind: { currency, method }, window })
    return window
  }
}
