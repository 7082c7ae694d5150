// How often an address, and an API key, may ask. The address counts before the key is looked at, so that keys cannot be
// guessed without end; the key counts after.
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Redis } from 'ioredis'
import { isIP } from 'node:net'
import { ApiError, type ErrorCode } from '../../errors.ts'
import type { Metrics } from '../metrics.ts'
import { within } from '../within.ts'
import { isOfTheApi } from './load-shedding.ts'
import type { HttpApp } from './app.ts'

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
/** Milliseconds after which a request no longer waits for Redis. */
const PATIENCE_MS = 50
/** Milliseconds for which Redis is left alone after it failed. */
const RETREAT_MS = 1_000
/** Callers that are counted in the process at a time: the last ones seen. */
const LOCAL_CALLERS = 10_000

type Limiter = ReturnType<HttpApp['createRateLimit']>
type Counted = Exclude<Awaited<ReturnType<Limiter>>, { isAllowed: true }>

interface Rule {
  /** Tells the rule's counters from others. */
  readonly name: 'address' | 'key'
  readonly caller: (request: FastifyRequest) => string
  readonly max: (request: FastifyRequest) => number
  readonly code: ErrorCode
}

/** To be called after what sheds load, and before the routes are added. */
export async function limitRates(app: HttpApp, limits: RateLimits, metrics: Metrics): Promise<void> {
  const fallbacks = metrics.counter('aegispay_rate_limit_fallbacks_total')
  const limited = metrics.counter('aegispay_rate_limited_total')
  const enforce = async (rule: Rule) => {
    const count = await counterOf(app, limits, rule, () => fallbacks.inc())
    return async (request: FastifyRequest, reply: FastifyReply) => {
      const { max, remaining, ttlInSeconds, isExceeded } = await count(request)
      reply.headers({
        'ratelimit-limit': max,
        'ratelimit-remaining': remaining,
        'ratelimit-reset': ttlInSeconds
      })
      if (!isExceeded) return
      limited.inc({ by: rule.name })
      reply.header('retry-after', Math.max(1, ttlInSeconds))
      throw new ApiError(rule.code)
    }
  }
  // What is done for a merchant by those who run the installation is not taken from what the merchant may do.
  const limitOfMerchant = ({ merchantId, keyRole }: FastifyRequest) =>
    keyRole === null ? limits.ofMerchant(merchantId) : undefined
  const byAddress = await enforce({
    name: 'address',
    caller: addressOf,
    max: () => limits.perAddress,
    code: 'address_rate_limited'
  })
  const byKey = await enforce({
    name: 'key',
    caller: request =>
      limitOfMerchant(request) === undefined ? `key/${request.apiKeyId}` : `merchant/${request.merchantId}`,
    max: request => limitOfMerchant(request) ?? limits.perKey,
    code: 'key_rate_limited'
  })
  app.addHook('onRequest', async (request, reply) => {
    if (isOfTheApi(request)) await byAddress(request, reply)
  })
  // It comes after all onRequest hooks, of which one has authenticated where the route asks for it.
  app.addHook('preParsing', async (request, reply) => {
    if (request.apiKeyId !== '') await byKey(request, reply)
  })
}

/** Counts in Redis; in this process, and at once, while Redis is away or slow. */
async function counterOf(
  app: HttpApp,
  { redis, prefix }: RateLimits,
  { name, caller, max }: Rule,
  onFallback: () => void
): Promise<(request: FastifyRequest) => Promise<Counted>> {
  const limiter = async (store: object): Promise<Limiter> => {
    let made: Limiter | undefined
    await app.register(async scope => {
      await scope.register(rateLimit, {
        global: false,
        timeWindow: WINDOW_MS,
        keyGenerator: caller,
        max,
        ...store
      })
      made = scope.createRateLimit()
    })
    return made!
  }
  const local = await limiter({ cache: LOCAL_CALLERS })
  if (redis === null) return async request => (await local(request)) as Counted
  const shared = await limiter({ redis, nameSpace: `${prefix}rate/${name}/` })
  let retreatUntil = 0
  return async request => {
    if (performance.now() >= retreatUntil) {
      try {
        return (await within(PATIENCE_MS, shared(request))) as Counted
      } catch {
        retreatUntil = performance.now() + RETREAT_MS
        onFallback()
      }
    }
    return (await local(request)) as Counted
  }
}

/** A proxy that is trusted may still hand on what is no address. */
const addressOf = ({ ip, socket }: FastifyRequest): string =>
  normalizeIP(isIP(ip) === 0 ? (socket.remoteAddress ?? '') : ip)
