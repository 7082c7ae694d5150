// How often an address, and an API key, may ask. The address counts before the key is looked at, so that keys cannot be
// guessed without end; the key counts after.
import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Redis } from 'ioredis'
import { isIP } from 'node:net'
import { ApiError, type ErrorCode } from '../../errors.ts'
import type { Metrics } from '../metrics.ts'
import { RedisPatience } from '../redis-patience.ts'
import { isOfTheApi } from './load-shedding.ts'
import type { HttpApp } from './app.ts'
import { LocalCounter, SharedCounter, type Counted } from './window-counter.ts'

export interface RateLimits {
  /** Requests a minute. */
  readonly perAddress: number
  /** Requests a minute, for keys of merchants that have no limit of their own. */
  readonly perKey: number
  /** Requests a minute of all keys of a merchant together; undefined when it has no limit of its own. */
  readonly ofMerchant: (merchantId: string) => number | undefined
  /** Where all processes count together; null to count in this one only. */
  readonly redis: Redis | null
  /** Of keys in Redis. */
  readonly prefix: string
}

const WINDOW_MS = 60_000

interface Rule {
  /** Tells the rule's counters from others. */
  readonly name: 'address' | 'key'
  readonly caller: (request: FastifyRequest) => string
  readonly max: (request: FastifyRequest) => number
  readonly code: ErrorCode
}

/** To be called after what sheds load, and before the routes are added. */
export function limitRates(app: HttpApp, limits: RateLimits, metrics: Metrics): void {
  const fallbacks = metrics.counter('aegispay_rate_limit_fallbacks_total')
  const limited = metrics.counter('aegispay_rate_limited_total')

  app.decorateRequest('limit', 0)
  app.decorateRequest('counted', null)

  /** Passes a request on, at once where no other service has to be asked. */
  const enforcing = (rule: Rule) => {
    const counter = new Counter(limits, rule.name, () => fallbacks.inc())
    return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => {
      const max = rule.max(request)
      const judge = (counted: Counted) => {
        request.limit = max
        request.counted = counted
        if (counted.current <= max) {
          done()
          return
        }
        limited.inc({ by: rule.name })
        reply.header('retry-after', Math.max(1, secondsLeft(counted)))
        done(new ApiError(rule.code))
      }
      const caller = rule.caller(request)
      const held = counter.countHeld(caller)
      if (held === null) counter.count(caller, max).then(judge, done)
      else judge(held)
    }
  }
  // What is done for a merchant by those who run the installation is not taken from what the merchant may do.
  const limitOfMerchant = ({ merchantId, keyRole }: FastifyRequest) =>
    keyRole === null ? limits.ofMerchant(merchantId) : undefined
  const byAddress = enforcing({
    name: 'address',
    caller: addressOf,
    max: () => limits.perAddress,
    code: 'address_rate_limited'
  })
  const byKey = enforcing({
    name: 'key',
    caller: request =>
      limitOfMerchant(request) === undefined ? `key/${request.apiKeyId}` : `merchant/${request.merchantId}`,
    max: request => limitOfMerchant(request) ?? limits.perKey,
    code: 'key_rate_limited'
  })
  app.addHook('onRequest', (request, reply, done) => {
    if (isOfTheApi(request)) byAddress(request, reply, done)
    else done()
  })
  // It comes after all onRequest hooks, of which one has authenticated where the route asks for it.
  app.addHook('preParsing', (request, reply, _payload, done) => {
    if (request.apiKeyId === '') done()
    else byKey(request, reply, done)
  })
  // Once it is known which of the two rules has spoken last.
  app.addHook('onSend', ({ counted, limit }, reply, _payload, done) => {
    if (counted !== null) {
      reply.header('ratelimit-limit', limit)
      reply.header('ratelimit-remaining', Math.max(0, limit - counted.current))
      reply.header('ratelimit-reset', secondsLeft(counted))
    }
    done()
  })
}

const secondsLeft = ({ ttlMs }: Counted): number => Math.ceil(ttlMs / 1000)

/** Counts in Redis; in this process, and at once, while Redis is away or slow. */
class Counter {
  readonly #local = new LocalCounter(WINDOW_MS)
  readonly #shared: SharedCounter | null
  readonly #onFallback: () => void
  readonly #patience = new RedisPatience()

  constructor({ redis, prefix }: RateLimits, name: Rule['name'], onFallback: () => void) {
    this.#shared = redis && new SharedCounter(redis, `${prefix}rate/${name}/`, WINDOW_MS)
    this.#onFallback = onFallback
  }

  /** Null where it takes a while to say. */
  countHeld(caller: string): Counted | null {
    if (this.#shared === null || this.#patience.isExhausted) return this.#local.count(caller)
    return this.#shared.countHeld(caller)
  }

  async count(caller: string, max: number): Promise<Counted> {
    try {
      return await this.#patience.wait(this.#shared!.count(caller, max))
    } catch {
      this.#onFallback()
      return this.#local.count(caller)
    }
  }
}

/** A proxy that is trusted may still hand on what is no address. */
function addressOf({ ip, socket }: FastifyRequest): string {
  const { remoteAddress = '' } = socket
  const address = ip === remoteAddress || isIP(ip) !== 0 ? ip : remoteAddress
  // One of version 4 has one form only, and to find that out anew takes longer than to count.
  return address.includes(':') ? normalizeIP(address) : address
}

declare module 'fastify' {
  interface FastifyRequest {
    /** How often the caller has asked, by the rule that was looked at last; null before the first. */
    counted: Counted | null
    /** How often it may. */
    limit: number
  }
}
