import { sleep, type Clock } from '../../../platform/clock.ts'

/** The longest rest that a gateway is granted, milliseconds: a faulty header must not take it out of use for a day. */
const LONGEST_REST_MS = 10 * 60 * 1000

/** Milliseconds after which who waits looks whether it still has to. */
const LOOK_MS = 50

/** How fast calls may follow each other: not faster than agreed, and not while the gateway has asked for a rest. */
export class Pace {
  readonly #clock: Clock
  readonly #intervalMs: number
  #nextAt = 0
  #restsUntil = 0

  /** @param callsPerSecond null is no limit; calls are spread evenly, so that no second has more */
  constructor(callsPerSecond: number | null, clock: Clock) {
    this.#intervalMs = callsPerSecond === null ? 0 : 1000 / callsPerSecond
    this.#clock = clock
  }

  /**
   * Waits for the caller's turn.
   * @param patienceMs milliseconds that it can wait
   * @param isStopping ends the wait early, as if its turn had come
   * @returns false, at once, when its turn would come later
   */
  async turn(patienceMs: number, isStopping: () => boolean = () => false): Promise<boolean> {
    const latest = this.#clock.monotonic() + patienceMs
    for (;;) {
      const now = this.#clock.monotonic()
      const at = Math.max(now, this.#nextAt, this.#restsUntil)
      if (at > latest) return false
      this.#nextAt = at + this.#intervalMs
      await this.#until(at, isStopping)
      // It may have asked for a rest meanwhile.
      if (isStopping() || this.#restsUntil <= this.#clock.monotonic()) return true
    }
  }

  async #until(at: number, isStopping: () => boolean): Promise<void> {
    for (;;) {
      const ms = at - this.#clock.monotonic()
      if (ms <= 0 || isStopping()) return
      await sleep(this.#clock, Math.min(ms, LOOK_MS))
    }
  }

  /** Whether a turn would come in time, without taking it. */
  hasTurnWithin(patienceMs: number): boolean {
    return Math.max(this.#nextAt, this.#restsUntil) <= this.#clock.monotonic() + patienceMs
  }

  /** The gateway wants no calls for so many milliseconds. */
  rest(ms: number): void {
    const until = this.#clock.monotonic() + Math.min(ms, LONGEST_REST_MS)
    this.#restsUntil = Math.max(this.#restsUntil, until)
  }
}
