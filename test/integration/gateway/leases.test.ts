// The lease of a call, with a real Redis between callers and a sandbox behind a proxy that counts.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { buildSandbox } from '../../../sandbox/app.ts'
import type { GatewayRequest } from '../../../src/generated/records.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { connectRedis } from '../../../src/platform/redis.ts'
import { Caller } from '../../../src/processors/gateway/caller.ts'
import { Leases, type Claim } from '../../../src/processors/gateway/leases.ts'
import type { GatewayProfile } from '../../../src/processors/gateway/spi.ts'
import { eventually } from '../app.ts'
import { TcpProxy } from '../operate/tcp-proxy.ts'
import { stack } from '../stack.ts'
import { GatewayProxy } from './gateway-proxy.ts'

const silent = pino({ level: 'silent' })
/** Milliseconds, as the executor promises. */
const BOUND_MS = 50
/** Milliseconds in which Redis says something where it can, however busy the machine. */
const PATIENT_MS = 20_000

let cleanups: (() => unknown)[] = []
let gateway: GatewayProxy
let way: TcpProxy
let sandboxUrl: string
let prefix: string

beforeEach(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'aegispay-sandbox-'))
  const sandbox = buildSandbox({ dataDir, latencyMs: 0 })
  await sandbox.listen({ host: '127.0.0.1', port: 0 })
  sandboxUrl = `http://127.0.0.1:${(sandbox.server.address() as AddressInfo).port}`
  gateway = await GatewayProxy.start(sandboxUrl)
  const { hostname, port } = new URL(stack().redis)
  way = await TcpProxy.start({ host: hostname, port: Number(port) })
  prefix = `${stack().prefix}${way.port}/`
  cleanups = [
    () => rmSync(dataDir, { recursive: true }),
    () => sandbox.close(),
    () => gateway.close(),
    () => way.close()
  ]
})
afterEach(async () => {
  for (const clean of cleanups.reverse()) await clean()
})

/** By way of the proxy. */
async function connect(): Promise<Redis> {
  const url = new URL(stack().redis)
  url.hostname = '127.0.0.1'
  url.port = String(way.port)
  const redis = connectRedis({ url: url.href, tlsCa: null }, silent)
  cleanups.push(() => redis.disconnect())
  await eventually(() => redis.ping())
  return redis
}

interface ACaller {
  readonly caller: Caller
  readonly claims: Claim['lease'][]
  readonly changeProfile: (changes: Partial<GatewayProfile>) => void
}

/** @param patienceMs milliseconds that Redis may hold up a call; as in the product unless given */
async function aCaller(patienceMs?: number): Promise<ACaller> {
  let profile: GatewayProfile = {
    ...{ id: 'sandbox-alpha', adapter: 'sandbox', url: `${gateway.url}/gateways/sandbox-alpha` },
    ...{ currencies: ['EUR'], operations: ['PURCHASE'], maxConnections: 4, callTimeoutMs: 5_000 },
    ...{
      settlingTimeMs: 0,
      idempotencyWindowMs: 86_400_000,
      sendWithinMs: 30_000,
      feeBasisPoints: 0,
      feeFixed: 0
    }
  }
  const claims: Claim['lease'][] = []
  const caller = new Caller({
    profiles: () => [profile],
    leases: new Leases(await connect(), prefix, systemClock, patienceMs),
    observeLease: lease => claims.push(lease),
    observeGuard: { rejected: () => undefined, breaker: () => undefined },
    log: silent
  })
  cleanups.push(() => caller.close())
  const changeProfile = (changes: Partial<GatewayProfile>) => {
    profile = { ...profile, ...changes }
  }
  return { caller, claims, changeProfile }
}

const request = (changes: Partial<GatewayRequest> = {}): GatewayRequest =>
  ({
    ...{ merchantId: 'demo', paymentId: 'pay_1', operationId: 'purchase-1', kind: 'PURCHASE', attempt: 1 },
    ...{ gateway: 'sandbox-alpha', idempotencyKey: 'pay_1.purchase-1.1', amount: 1099, currency: 'EUR' },
    ...{
      token: 'tok_visa',
      reference: null,
      sendBy: Date.now() + 60_000,
      timeoutMs: 5_000,
      correlationId: null
    },
    ...changes
  }) as GatewayRequest

const call = ({ caller }: ACaller, changes?: Partial<GatewayRequest>, isFirst = true) =>
  caller.call(request(changes), { isFirst: () => isFirst, isStopping: () => false, run: act => act() })

const held = (count: number) =>
  eventually(() => {
    expect(gateway.held).toHaveLength(count)
    return Promise.resolve()
  })
const charges = async () => (await (await fetch(`${sandboxUrl}/ledger`)).json()) as unknown[]

describe('two executors with the same request', () => {
  test.each(['before', 'after'] as const)(
    'make one call between them while it is held %s the gateway',
    async point => {
      const [one, other] = await Promise.all([aCaller(PATIENT_MS), aCaller(PATIENT_MS)])
      gateway.hold = () => point
      const first = call(one)
      await held(1)
      const second = call(other)
      await eventually(() => {
        expect(other.claims).toContain('TAKEN')
        return Promise.resolve()
      })
      gateway.release()
      const outcomes = await Promise.all([first, second])
      expect(outcomes.map(ended => ended?.outcome.outcome)).toEqual(['SUCCEEDED', 'SUCCEEDED'])
      expect(outcomes[1]?.outcome).toEqual(outcomes[0]?.outcome)
      expect(gateway.calls).toHaveLength(1)
    }
  )

  test('without Redis both call, under one key, and charge once', async () => {
    const [one, other] = await Promise.all([aCaller(PATIENT_MS), aCaller(PATIENT_MS)])
    way.cut()
    gateway.hold = () => 'after'
    const both = [call(one), call(other)]
    await held(2)
    gateway.release()
    const outcomes = (await Promise.all(both)).map(ended => ended?.outcome.outcome)
    expect(outcomes).toEqual(['SUCCEEDED', 'SUCCEEDED'])
    expect([...one.claims, ...other.claims]).toEqual(['NONE', 'NONE'])
    expect(await charges()).toHaveLength(1)
  })

  test('the one that waits takes "not sent" and "refused" for proof of nothing', async () => {
    const [one, other] = await Promise.all([aCaller(PATIENT_MS), aCaller(PATIENT_MS)])
    gateway.hold = () => 'after'
    const token = 'tok_rate_limited'
    const first = call(one, { token })
    await held(1)
    const second = call(other, { token })
    await eventually(() => {
      expect(other.claims).toContain('TAKEN')
      return Promise.resolve()
    })
    gateway.hold = () => null
    gateway.release()
    expect((await first)?.outcome.outcome).toBe('REFUSED')
    expect((await second)?.outcome.outcome).toBe('UNKNOWN')
  })

  test('the one whose time to call is over only looks up, and takes its first delivery for proof of nothing', async () => {
    const [one, other] = await Promise.all([aCaller(PATIENT_MS), aCaller(PATIENT_MS)])
    gateway.hold = () => 'before'
    const first = call(one)
    await held(1)
    const second = await call(other, { sendBy: Date.now() - 1 })
    expect(second?.outcome).toMatchObject({ outcome: 'UNKNOWN', code: 'not_at_gateway_yet' })
    expect(gateway.calls).toHaveLength(1)
    gateway.release()
    expect((await first)?.outcome.outcome).toBe('SUCCEEDED')
  })
})

test('a lease is given back after the call, and only by whom it was given to', async () => {
  const redis = await connect()
  const leases = new Leases(redis, prefix, systemClock, PATIENT_MS)
  const mine = await leases.claim('key', 60_000)
  expect(await leases.claim('key', 60_000)).toEqual({ lease: 'TAKEN' })
  expect(await redis.pttl(`${prefix}lease/key`)).toBeGreaterThan(50_000)
  // It went over, and another has it now.
  await redis.set(`${prefix}lease/key`, 'another', 'PX', 60_000)
  if (mine.lease === 'OURS') mine.release()
  expect(await redis.get(`${prefix}lease/key`)).toBe('another')
  await redis.del(`${prefix}lease/key`)
  const again = await leases.claim('key', 60_000)
  if (again.lease === 'OURS') again.release()
  expect(await redis.get(`${prefix}lease/key`)).toBeNull()
})

test('a Redis that says nothing holds up no call by more than its bound', async () => {
  const callers = await Promise.all(Array.from({ length: 5 }, () => connect()))
  way.silence()
  const waits: number[] = []
  for (const redis of callers) {
    const leases = new Leases(redis, prefix)
    const began = performance.now()
    expect(await leases.claim('key', 1_000)).toEqual({ lease: 'NONE' })
    waits.push(performance.now() - began)
    // It is not asked again at once.
    const again = performance.now()
    await leases.claim('key', 1_000)
    expect(performance.now() - again).toBeLessThan(BOUND_MS)
  }
  // The best of them: the machine, too, may have held up the others.
  expect(Math.min(...waits)).toBeLessThan(BOUND_MS)
})

test('a call is made when Redis says nothing', async () => {
  const one = await aCaller()
  way.silence()
  expect((await call(one))?.outcome.outcome).toBe('SUCCEEDED')
  expect(one.claims).toEqual(['NONE'])
})

test('a call that waited while the profile of its gateway changed is made, as the gateway is now', async () => {
  const one = await aCaller()
  one.changeProfile({ maxConnections: 1 })
  gateway.hold = () => 'after'
  const first = call(one)
  await held(1)
  const waiting = call(one, { idempotencyKey: 'pay_1.purchase-2.1', operationId: 'purchase-2' })
  one.changeProfile({ feeFixed: 1 })
  gateway.hold = () => null
  // It is the first to see the new profile, by which the old connections are given up.
  const next = await call(one, { idempotencyKey: 'pay_1.purchase-3.1', operationId: 'purchase-3' })
  expect(next?.outcome.outcome).toBe('SUCCEEDED')
  gateway.release()
  expect((await first)?.outcome.outcome).toBe('SUCCEEDED')
  expect((await waiting)?.outcome.outcome).toBe('SUCCEEDED')
  expect(await charges()).toHaveLength(3)
})
