import { systemClock, type Clock } from './clock.ts'
import { TooSlowError } from './within.ts'

/** Milliseconds after which nobody waits for Redis any longer, unless it is said otherwise: it only makes things faster. */
const PATIENCE_MS = 50
/** Milliseconds for which it is left alone after it failed or was late. */
const RETREAT_MS = 1_000

/** Asks Redis where there is another way without it. */
export class RedisPatience {
  readonly #patienceMs: number
  readonly #clock: Clock
  #retreatUntil = 0

  constructor(patienceMs = PATIENCE_MS, clock = systemClock) {
    this.#patienceMs = patienceMs
    this.#clock = clock
  }

  get isExhausted(): boolean {
    return this.#clock.monotonic() < this.#retreatUntil
  }

  /** @throws what was asked for has thrown, and TooSlowError */
  async wait<T>(asked: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>()
    const calledOff = this.#clock.after(this.#patienceMs, () => {
      // Where this process was busy for so long, the answer may lie in its socket, which is read before the check.
      this.#clock.soon(() => late.reject(new TooSlowError('too slow')))
    })
    try {
      return await Promise.race([asked, late.promise])
    } catch (error) {
      this.#retreatUntil = this.#clock.monotonic() + RETREAT_MS
      throw error
    } finally {
      calledOff()
    }
  }
}
