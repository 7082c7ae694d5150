import { LRUCache } from 'lru-cache'
import type { Redis } from 'ioredis'

/** How often a caller has asked in the present window. */
export interface Counted {
  /** With this request. */
  readonly current: number
  /** Milliseconds until the window is over. */
  readonly ttlMs: number
}

/** Callers that a process knows of at a time: the last ones seen. */
const KNOWN_CALLERS = 10_000

/** In this process alone. */
export class LocalCounter {
  readonly #windowMs: number
  readonly #windows = new LRUCache<string, { current: number; readonly endsAt: number }>({
    max: KNOWN_CALLERS
  })

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  count(caller: string): Counted {
    const now = performance.now()
    let window = this.#windows.get(caller)
    if (window === undefined || window.endsAt <= now) {
      window = { current: 0, endsAt: now + this.#windowMs }
      this.#windows.set(caller, window)
    }
    window.current++
    return { current: window.current, ttlMs: window.endsAt - now }
  }
}

/** Requests that a process has taken out of a window and has yet to use. */
interface Lease {
  /** The next request is counted as this one, up to `end`. */
  next: number
  readonly end: number
  /** By `performance.now`. */
  readonly endsAt: number
}

/** A lease is this part of what is left: so much may lie unused in a process while another refuses. */
const LEASED_SHARE = 1 / 100

const TAKE = `
  local current = redis.call('incrby', KEYS[1], ARGV[1])
  local ttl = redis.call('pttl', KEYS[1])
  if ttl < 0 then
    redis.call('pexpire', KEYS[1], ARGV[2])
    ttl = tonumber(ARGV[2])
  end
  return { current, ttl }`

/**
 * In Redis, with all processes together: never more than are allowed. Whoever has many left takes some at a time, so that
 * most requests are counted without a word to Redis; close to the limit each is counted there.
 */
export class SharedCounter {
  readonly #redis: Pick<Redis, 'eval'>
  readonly #prefix: string
  readonly #windowMs: number
  readonly #leases = new LRUCache<string, Lease>({ max: KNOWN_CALLERS })
  /** By caller, the lease of more than one request that those who come meanwhile wait for. */
  readonly #asking = new Map<string, Promise<unknown>>()

  /** @param prefix of keys in Redis */
  constructor(redis: Pick<Redis, 'eval'>, prefix: string, windowMs: number) {
    this.#redis = redis
    this.#prefix = prefix
    this.#windowMs = windowMs
  }

  /** Counts a request out of what the process holds; null when Redis has to be asked. */
  countHeld(caller: string): Counted | null {
    const lease = this.#leases.get(caller)
    if (lease === undefined || lease.next > lease.end) return null
    const ttlMs = lease.endsAt - performance.now()
    return ttlMs > 0 ? { current: lease.next++, ttlMs } : null
  }

  /** @throws when Redis does not answer */
  async count(caller: string, max: number): Promise<Counted> {
    for (;;) {
      const held = this.countHeld(caller)
      if (held !== null) return held
      const asking = this.#asking.get(caller)
      if (asking === undefined) return this.#take(caller, max)
      await asking
    }
  }

  /** Takes a lease, and the first of it. */
  async #take(caller: string, max: number): Promise<Counted> {
    const last = this.#leases.get(caller)
    const left = last === undefined || last.endsAt <= performance.now() ? 0 : max - last.end
    const size = Math.max(1, Math.floor(left * LEASED_SHARE))
    const asked = this.#redis.eval(TAKE, 1, `${this.#prefix}${caller}`, size, this.#windowMs)
    if (size > 1) {
      const settled = asked.catch(() => undefined).finally(() => this.#asking.delete(caller))
      this.#asking.set(caller, settled)
    }
    const [end, ttlMs] = (await asked) as [number, number]
    const current = end - size + 1
    // What lies beyond the limit is nobody's to use, and each such request is told so by Redis.
    this.#leases.set(caller, {
      next: current + 1,
      end: Math.max(current, Math.min(end, max)),
      endsAt: performance.now() + ttlMs
    })
    return { current, ttlMs }
  }
}
