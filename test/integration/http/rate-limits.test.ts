import { afterEach, describe, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Redis } from 'ioredis'
import { pino } from 'pino'
import { SharedCounter } from '../../../src/platform/http/window-counter.ts'
import { connectRedis } from '../../../src/platform/redis.ts'
import { eventually } from '../app.ts'
import { stack } from '../stack.ts'
import {
  authorized,
  fakeService,
  payment,
  SECRET,
  starting,
  type FakeService,
  type Fakes
} from './service.ts'

const silent = pino({ level: 'silent' })
const one = `/v1/payments/${payment.id}`
const read = (more: object = {}) => ({ url: one, headers: authorized, ...more })

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

async function serviceWith(rates: Fakes['rates'], more: Fakes = {}): Promise<FakeService> {
  const service = await fakeService({ answerWaitMs: 0, ...more, ...(rates === undefined ? {} : { rates }) })
  cleanups.push(() => service.app.close())
  return service
}

/** The statuses of so many equal requests, one after the other. */
async function statuses({ app }: FakeService, request: object, times: number): Promise<number[]> {
  const answers: number[] = []
  for (let i = 0; i < times; i++) answers.push((await app.inject(request)).statusCode)
  return answers
}

describe('an API key', () => {
  test('that asks too often gets 429 with when to come back', async () => {
    const service = await serviceWith({ perKey: 2 })
    const first = await service.app.inject(read())
    expect(first.headers).toMatchObject({ 'ratelimit-limit': '2', 'ratelimit-remaining': '1' })
    const third = (await service.app.inject(read()), await service.app.inject(starting()))
    expect([third.statusCode, third.json()]).toEqual([
      429,
      expect.objectContaining({ code: 'key_rate_limited' })
    ])
    expect(third.headers).toMatchObject({ 'ratelimit-limit': '2', 'ratelimit-remaining': '0' })
    expect(Number(third.headers['retry-after'])).toBeGreaterThan(0)
    expect(Number(third.headers['retry-after'])).toBeLessThanOrEqual(60)
    expect(service.sent).toEqual([])
  })

  test('does not use up what another one may', async () => {
    const service = await serviceWith({ perKey: 1 })
    expect(await statuses(service, read(), 2)).toEqual([200, 429])
    const other = { authorization: `Bearer ak_other_${SECRET}` }
    expect(await statuses(service, read({ headers: other }), 2)).toEqual([404, 429])
  })

  test('shares the limit of its merchant with the other keys of it', async () => {
    const service = await serviceWith({ perKey: 100, ofMerchant: id => (id === 'demo' ? 2 : undefined) })
    const reader = { authorization: `Bearer ak_reader_${SECRET}` }
    expect(await statuses(service, read({ headers: reader }), 1)).toEqual([200])
    expect(await statuses(service, read(), 2)).toEqual([200, 429])
  })

  test('of those who run the installation uses up nothing of the merchant that it acts for', async () => {
    const service = await serviceWith({ perKey: 3, ofMerchant: id => (id === 'demo' ? 1 : undefined) })
    const viewer = { authorization: `Bearer ak_viewer_${SECRET}`, 'aegispay-merchant': 'demo' }
    expect(await statuses(service, read({ headers: viewer }), 4)).toEqual([200, 200, 200, 429])
    expect(await statuses(service, read(), 1)).toEqual([200])
  })
})

describe('an address', () => {
  test('that asks too often is refused before its key is looked at', async () => {
    const service = await serviceWith({ perAddress: 2 })
    const guess = read({ headers: { authorization: `Bearer ak_demo_${'0'.repeat(24)}` } })
    expect(await statuses(service, guess, 3)).toEqual([401, 401, 429])
    const right = await service.app.inject(read())
    expect(right.json()).toMatchObject({ code: 'address_rate_limited' })
    expect(await statuses(service, read({ remoteAddress: '127.0.0.2' }), 1)).toEqual([200])
  })

  test('of IPv6 is its whole network', async () => {
    const service = await serviceWith({ perAddress: 1 })
    expect(await statuses(service, read({ remoteAddress: '2001:db8::1' }), 1)).toEqual([200])
    expect(await statuses(service, read({ remoteAddress: '2001:db8::2' }), 1)).toEqual([429])
    expect(await statuses(service, read({ remoteAddress: '2001:db8:0:1::1' }), 1)).toEqual([200])
  })

  test('is not believed from a stranger, but from a trusted proxy', async () => {
    const from = (address: string) => read({ headers: { ...authorized, 'x-forwarded-for': address } })
    const direct = await serviceWith({ perAddress: 1 })
    expect(await statuses(direct, from('192.0.2.1'), 1)).toEqual([200])
    expect(await statuses(direct, from('192.0.2.2'), 1)).toEqual([429])
    const behind = await serviceWith({ perAddress: 1 }, { trustedProxies: ['127.0.0.0/8'] })
    expect(await statuses(behind, from('192.0.2.1'), 2)).toEqual([200, 429])
    expect(await statuses(behind, from('192.0.2.2'), 1)).toEqual([200])
  })

  test.each(['/healthz', '/readyz', '/metrics', '/openapi.json', '/errors', '/docs/'])(
    'may ask for %s as often as it likes',
    async url => {
      const service = await serviceWith({ perAddress: 1 })
      expect(await statuses(service, { url }, 3)).toEqual([200, 200, 200])
    }
  )
})

/** Stands between a client and Redis. */
class RedisProxy {
  readonly #sockets = new Set<Socket>()
  #frozen = false
  readonly #server = createServer(client => {
    const { hostname, port } = new URL(stack().redis)
    const upstream = connect(Number(port), hostname)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client]
    ] as const) {
      this.#sockets.add(from)
      from.on('error', () => from.destroy()).on('close', () => to.destroy())
      from.on('data', (bytes: Buffer) => !this.#frozen && to.write(bytes))
    }
  })

  async listen(port = 0): Promise<number> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  /** Lets nothing more through, without closing anything. */
  freeze(): void {
    this.#frozen = true
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    if (this.#server.listening) await new Promise(resolve => this.#server.close(resolve))
  }
}

async function redisAt(port: number): Promise<Redis> {
  const url = new URL(stack().redis)
  url.port = String(port)
  const redis = connectRedis({ url: url.href, tlsCa: null }, silent)
  cleanups.push(() => redis.disconnect())
  await once(redis, 'ready')
  return redis
}

describe('with Redis', () => {
  test('all processes count together', async () => {
    const { prefix } = stack()
    const [a, b] = await Promise.all(
      [1, 2].map(async () => {
        const { port } = new URL(stack().redis)
        return serviceWith({ perKey: 2, redis: await redisAt(Number(port)), prefix: `${prefix}together/` })
      })
    )
    expect(await statuses(a!, read(), 1)).toEqual([200])
    expect(await statuses(b!, read(), 1)).toEqual([200])
    expect(await statuses(a!, read(), 1)).toEqual([429])
    expect(await statuses(b!, read(), 1)).toEqual([429])
  })

  test('no more pass than may, though processes take many at a time', async () => {
    const { port } = new URL(stack().redis)
    const prefix = `${stack().prefix}leased/`
    const counters = await Promise.all(
      [1, 2].map(async () => new SharedCounter(await redisAt(Number(port)), prefix, 60_000))
    )
    const counted = await Promise.all(
      counters.flatMap(counter => Array.from({ length: 400 }, () => counter.count('ours', 500)))
    )
    const passed = counted.filter(({ current }) => current <= 500).length
    expect(passed).toBeLessThanOrEqual(500)
    // What one has taken and not used the other does without.
    expect(passed).toBeGreaterThanOrEqual(490)
  })

  test.each<['cut' | 'frozen']>([['cut'], ['frozen']])(
    'that is %s, the process counts alone at once, and goes back to Redis by itself',
    async how => {
      const proxy = new RedisProxy()
      const port = await proxy.listen()
      cleanups.push(() => proxy.close())
      const redis = await redisAt(port)
      const service = await serviceWith({ perKey: 3, redis, prefix: `${stack().prefix}${how}/` })
      const remaining = async () => {
        const began = performance.now()
        const { statusCode, headers } = await service.app.inject(read())
        return {
          status: statusCode,
          left: Number(headers['ratelimit-remaining']),
          ms: performance.now() - began
        }
      }
      expect(await remaining()).toMatchObject({ status: 200, left: 2 })
      if (how === 'cut') await proxy.close()
      else proxy.freeze()

      // A count of its own begins: nobody is refused because Redis is away, and nobody waits for it.
      const first = await remaining()
      expect(first).toMatchObject({ status: 200, left: 2 })
      // Twice the patience: by address and by key. Timers run late on a busy machine.
      expect(first.ms).toBeLessThan(500)
      // And what is allowed is still limited.
      expect(await statuses(service, read(), 3)).toEqual([200, 200, 429])
      expect((await service.metrics.render()).text).toMatch(/aegispay_rate_limit_fallbacks_total [1-9]/)

      await proxy.close()
      const again = new RedisProxy()
      await again.listen(port)
      cleanups.push(() => again.close())
      // In Redis one request was counted before it went away, and those of now.
      await eventually(async () => expect(await remaining()).toMatchObject({ status: 200, left: 1 }))
    }
  )
})
