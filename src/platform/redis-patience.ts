import { TooSlowError } from './within.ts'

/** Milliseconds after which nobody waits for Redis any longer: it only makes things faster. */
const PATIENCE_MS = 50
/** Milliseconds for which it is left alone after it failed or was late. */
const RETREAT_MS = 1_000

/** Asks Redis where there is another way without it. */
export class RedisPatience {
  #retreatUntil = 0

  get isExhausted(): boolean {
    return performance.now() < this.#retreatUntil
  }

  /** @throws what was asked for has thrown, and TooSlowError */
  async wait<T>(asked: Promise<T>): Promise<T> {
    const late = Promise.withResolvers<never>()
    // Where this process was busy for so long, the answer may lie in its socket, which is read before the check.
    const timer = setTimeout(() => setImmediate(() => late.reject(new TooSlowError('too slow'))), PATIENCE_MS)
    try {
      return await Promise.race([asked, late.promise])
    } catch (error) {
      this.#retreatUntil = performance.now() + RETREAT_MS
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}
