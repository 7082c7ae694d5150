// How often customers, tokens and addresses have paid of late: sets of payment ids in Redis, so that a payment whose batch
// comes again is counted once. What is lost with Redis is counted anew.
import { hash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { GREATEST_COUNT, WINDOWS, type Dimension, type Window } from '../../domain/fraud/rules.ts'
import type { Counts, Velocity } from '../../domain/fraud/assess.ts'

/** A payment to be counted. */
export interface Counted {
  readonly merchantId: string
  readonly paymentId: string
  /** What it is counted by; null where that is not known. */
  readonly by: Readonly<Partial<Record<Dimension, string | null>>>
}

/** Bytes of a digest that tell one customer, token or address from another. */
const DIGEST_BYTES = 16

const names = Object.keys(WINDOWS) as Window[]
const spans = names.map(name => WINDOWS[name])

/**
 * A payment keeps the time at which it was first counted. What is older than the longest window, or beyond the greatest
 * count, is let go, so that a set stays small whoever it is about.
 */
const COUNT = `
  redis.call('ZADD', KEYS[1], 'NX', ARGV[1], ARGV[2])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1] - ${Math.max(...spans)})
  redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -${GREATEST_COUNT + 1})
  redis.call('PEXPIRE', KEYS[1], ${Math.max(...spans)})
  local counts = {}
  for i, span in ipairs({${spans.join(', ')}}) do
    counts[i] = redis.call('ZCOUNT', KEYS[1], '(' .. (ARGV[1] - span), '+inf')
  end
  return counts`

declare module 'ioredis' {
  interface ChainableCommander {
    aegispayCount(key: string, now: number, member: string): ChainableCommander
  }
}

export interface VelocityOptions {
  /** Of keys. */
  readonly prefix: string
  /** Milliseconds that a batch waits for its counts. */
  readonly waitMs: number
  readonly observe: (result: 'counted' | 'missing', payments: number) => void
}

export class VelocityCounter {
  readonly #redis: Redis
  readonly #prefix: string
  readonly #waitMs: number
  readonly #observe: VelocityOptions['observe']

  constructor(redis: Redis, { prefix, waitMs, observe }: VelocityOptions) {
    this.#redis = redis
    this.#prefix = `${prefix}velocity`
    this.#waitMs = waitMs
    this.#observe = observe
    redis.defineCommand('aegispayCount', { numberOfKeys: 1, lua: COUNT })
  }

  /**
   * Counts the payments of a batch in one round trip, each with those before it.
   * @param now epoch milliseconds
   * @returns in their order; all null where the counts did not come in time
   */
  async count(payments: readonly Counted[], now: number): Promise<readonly Velocity[]> {
    if (payments.length === 0) return []
    const pipeline = this.#redis.pipeline()
    const asked: { payment: number; by: Dimension }[] = []
    payments.forEach(({ merchantId, paymentId, by }, payment) => {
      for (const [dimension, value] of Object.entries(by) as [Dimension, string | null][]) {
        if (value === null) continue
        asked.push({ payment, by: dimension })
        pipeline.aegispayCount(this.#key(merchantId, dimension, value), now, paymentId)
      }
    })
    const replies = asked.length === 0 ? [] : await inTime(pipeline.exec(), this.#waitMs)
    this.#observe(replies === null ? 'missing' : 'counted', payments.length)
    const velocities = payments.map(({ by }) => nothingKnown(by))
    asked.forEach(({ payment, by }, i) => {
      const [error, counts] = replies?.[i] ?? [null, null]
      if (error === null && Array.isArray(counts)) velocities[payment]![by] = named(counts as number[])
    })
    return velocities
  }

  /** Neither names of customers nor tokens stand in Redis. */
  #key(merchantId: string, by: Dimension, value: string): string {
    const digest = hash('sha256', value, 'buffer').subarray(0, DIGEST_BYTES).toString('base64url')
    return `${this.#prefix}:${merchantId}:${by}:${digest}`
  }
}

const nothingKnown = (by: Counted['by']): Partial<Record<Dimension, Counts | null>> =>
  Object.fromEntries(Object.keys(by).map(dimension => [dimension, null]))

const named = (counts: readonly number[]): Counts =>
  Object.fromEntries(names.map((name, i) => [name, counts[i]!])) as Counts

/** Null when it failed, or takes too long: no payment waits for what only speaks for or against it. */
async function inTime<T>(answer: Promise<T>, ms: number): Promise<T | null> {
  const { promise: late, resolve } = Promise.withResolvers<null>()
  const timer = setTimeout(resolve, ms, null)
  try {
    return await Promise.race([answer, late])
  } catch {
    return null
  } finally {
    clearTimeout(timer)
    answer.catch(() => undefined)
  }
}
