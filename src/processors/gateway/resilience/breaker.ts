// The circuit breaker before one gateway, as a state machine without a clock of its own.
//
//            failures: their share in the window, or so many in a row
//   CLOSED ──────────────────────────────────────────────────────────▶ OPEN ◀─────────┐
//      ▲                                                                 │ cool-down  │ a failure:
//      │ so many successes in a row                                      ▼ is over    │ a longer one
//      └──────────────────────────────────────────────────────────── HALF_OPEN ───────┘
//                                                             a few calls at a time, to try
import type { BreakerSettings } from '../../../control/gateway-resilience.ts'
import { SlidingWindow } from './sliding-window.ts'

export type BreakerState = 'CLOSED' | 'HALF_OPEN' | 'OPEN'

/** What a call says of the gateway. `NEITHER`: nothing, for it never came so far as to ask it. */
export type Verdict = 'SUCCESS' | 'FAILURE' | 'NEITHER'

/** Told how the call has ended. Must be told once. */
export type Ended = (verdict: Verdict, now: number) => void

interface Counts {
  calls: number
  failures: number
}

/** All times are milliseconds of a clock that nobody sets. */
export class Breaker {
  readonly #settings: BreakerSettings
  readonly #changed: (state: BreakerState) => void
  readonly #window: SlidingWindow<Counts>
  #state: BreakerState = 'CLOSED'
  /** Another one after each change, so that what began before it counts no more: it tells of a time that is over. */
  #era = 0
  #failuresInARow = 0
  #successesInARow = 0
  #trials = 0
  #openUntil = 0
  #closedAt = -Infinity
  /** Times that it has opened again without having held in between. */
  #relapses = 0

  /** @param changed told of each new state; of the end of a cool-down when the breaker is asked next */
  constructor(settings: BreakerSettings, changed: (state: BreakerState) => void = () => undefined) {
    this.#settings = settings
    this.#changed = changed
    this.#window = new SlidingWindow(settings.windowMs, () => ({ calls: 0, failures: 0 }))
  }

  state(now: number): BreakerState {
    if (this.#state === 'OPEN' && now >= this.#openUntil) this.#become('HALF_OPEN')
    return this.#state
  }

  /** Whether a call that came now would be refused, without letting it in. */
  refuses(now: number): boolean {
    const state = this.state(now)
    return state === 'OPEN' || (state === 'HALF_OPEN' && this.#trials >= this.#settings.trials)
  }

  /** Lets a call in, which has to say how it has ended; null when it must not be made. */
  admit(now: number): Ended | null {
    if (this.refuses(now)) return null
    const era = this.#era
    if (this.#state === 'CLOSED') {
      return (verdict, at) => {
        if (era === this.#era) this.#count(verdict, at)
      }
    }
    this.#trials++
    return (verdict, at) => {
      if (era !== this.#era) return
      this.#trials--
      this.#judge(verdict, at)
    }
  }

  /**
   * Takes note of something that is asked of the gateway whatever the breaker says, since no money moves by it: a look-up or a
   * probe. It counts while the breaker is half open. That a gateway can be asked does not show that it can charge, and
   * closed breakers have calls to learn from.
   */
  watch(now: number): Ended {
    const isTrial = this.state(now) === 'HALF_OPEN'
    const era = this.#era
    return (verdict, at) => {
      if (isTrial && era === this.#era) this.#judge(verdict, at)
    }
  }

  #count(verdict: Verdict, now: number): void {
    if (verdict === 'NEITHER') return
    const isFailure = verdict === 'FAILURE'
    const slot = this.#window.current(now)
    slot.calls++
    if (isFailure) slot.failures++
    this.#failuresInARow = isFailure ? this.#failuresInARow + 1 : 0
    if (isFailure && this.#hasHadEnough(now)) this.#open(now)
  }

  #hasHadEnough(now: number): boolean {
    const { failuresInARow, failureShare, minimumCalls } = this.#settings
    if (this.#failuresInARow >= failuresInARow) return true
    let [calls, failures] = [0, 0]
    for (const slot of this.#window.contents(now)) {
      calls += slot.calls
      failures += slot.failures
    }
    return calls >= minimumCalls && failures >= failureShare * calls
  }

  #judge(verdict: Verdict, now: number): void {
    if (verdict === 'FAILURE') this.#open(now)
    else if (verdict === 'SUCCESS' && ++this.#successesInARow >= this.#settings.successesToClose) {
      this.#closedAt = now
      this.#become('CLOSED')
    }
  }

  #open(now: number): void {
    const { coolDownMs, greatestCoolDownMs, windowMs } = this.#settings
    // A gateway that answers probes and fails at calls would else be tried as often as one that is well.
    const isRelapse = this.#state === 'HALF_OPEN' || now - this.#closedAt < windowMs
    this.#relapses = isRelapse ? this.#relapses + 1 : 0
    this.#openUntil =
      now + Math.min(coolDownMs * 2 ** this.#relapses, Math.max(coolDownMs, greatestCoolDownMs))
    this.#become('OPEN')
  }

  #become(state: BreakerState): void {
    this.#state = state
    this.#era++
    this.#failuresInARow = 0
    this.#successesInARow = 0
    this.#trials = 0
    this.#window.clear()
    this.#changed(state)
  }
}
