// Keeps two executors off one call while a partition changes hands. It saves work and is never what makes a call safe: a
// gateway gives one key one effect, with a lease and without.
import type { Redis } from 'ioredis'
import { randomUUID } from 'node:crypto'
import { systemClock } from '../../platform/clock.ts'
import { RedisPatience } from '../../platform/redis-patience.ts'

/**
 * - `OURS`: nobody else calls until it is released or over.
 * - `TAKEN`: another executor may be calling at this moment.
 * - `NONE`: Redis did not say in time; the call is made all the same.
 */
export type Claim =
  { readonly lease: 'OURS'; release(): void } | { readonly lease: 'TAKEN' } | { readonly lease: 'NONE' }

/** Milliseconds that Redis may hold up a call. */
const PATIENCE_MS = 30

/** Deletes a lease that is still the caller's: after a pause it may be another's by now. */
const RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"

export class Leases {
  readonly #redis: Pick<Redis, 'set' | 'eval'>
  readonly #prefix: string
  readonly #patience: RedisPatience

  /**
   * @param prefix of keys in Redis
   * @param patienceMs milliseconds that Redis may hold up a call
   */
  constructor(
    redis: Pick<Redis, 'set' | 'eval'>,
    prefix: string,
    clock = systemClock,
    patienceMs = PATIENCE_MS
  ) {
    this.#redis = redis
    this.#prefix = `${prefix}lease/`
    this.#patience = new RedisPatience(patienceMs, clock)
  }

  /**
   * Takes the lease of a call, unless it is taken.
   *
   * @param idempotencyKey of the call
   * @param ttlMs after which it is over by itself, milliseconds: longer than the call can take
   */
  async claim(idempotencyKey: string, ttlMs: number): Promise<Claim> {
    if (this.#patience.isExhausted) return { lease: 'NONE' }
    const key = `${this.#prefix}${idempotencyKey}`
    const token = randomUUID()
    const release = () => {
      this.#redis.eval(RELEASE, 1, key, token).catch(() => undefined)
    }
    const asked = this.#redis.set(key, token, 'PX', ttlMs, 'NX')
    try {
      const answer = await this.#patience.wait(asked)
      return answer === 'OK' ? { lease: 'OURS', release } : { lease: 'TAKEN' }
    } catch {
      // Redis may have given it all the same, and nobody knows that it has.
      asked.then(release, () => undefined)
      return { lease: 'NONE' }
    }
  }
}
