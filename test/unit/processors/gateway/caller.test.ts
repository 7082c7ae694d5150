import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { text } from 'node:stream/consumers'
import { pino } from 'pino'
import type { GatewayRequest } from '../../../../src/generated/records.ts'
import { Caller } from '../../../../src/processors/gateway/caller.ts'
import { nextTurn, systemClock } from '../../../../src/platform/clock.ts'
import type { Claim, Leases } from '../../../../src/processors/gateway/leases.ts'
import type { GatewayProfile } from '../../../../src/processors/gateway/spi.ts'
import { serveHttp, type LocalServer } from '../../local-servers.ts'

const approved = { id: 'ref_1', status: 'approved', amount: 100, currency: 'EUR', settled: true }

let status: number
let server: LocalServer
let profile: GatewayProfile
let held: Promise<unknown>
let asked: { readonly request: string; readonly body: string }[]
let leased: string[]
let caller: Caller

beforeEach(async () => {
  status = 200
  held = Promise.resolve()
  asked = []
  leased = []
  server = await serveHttp((request, response) => {
    void text(request).then(async body => {
      asked.push({ request: `${request.method} ${request.url}`, body })
      if (request.method === 'POST') await held
      response.writeHead(status).end(JSON.stringify(approved))
    })
  })
  profile = {
    ...{ id: 'one', adapter: 'sandbox', url: `http://${server.address}`, maxConnections: 2, maxQueued: 1 },
    ...{ currencies: ['EUR'], operations: ['PURCHASE'], callTimeoutMs: 5_000, settlingTimeMs: 0 },
    ...{ idempotencyWindowMs: 60_000, sendWithinMs: 30_000, feeBasisPoints: 0, feeFixed: 0 },
    breaker: { failuresInARow: 1 }
  }
  const claim = (key: string): Promise<Claim> => {
    leased.push(key)
    return Promise.resolve({ lease: 'OURS', release: () => undefined })
  }
  caller = new Caller({
    profiles: () => [profile],
    leases: { claim } as unknown as Leases,
    observeLease: () => undefined,
    observeGuard: { rejected: () => undefined, breaker: () => undefined },
    log: pino({ level: 'silent' })
  })
})

afterEach(async () => {
  await caller.close()
  await server.close()
})

const request = (changes: Partial<GatewayRequest> = {}): GatewayRequest => ({
  ...{ merchantId: 'demo', paymentId: 'pay_1', operationId: 'purchase-1', kind: 'PURCHASE', attempt: 1 },
  ...{ gateway: 'one', idempotencyKey: 'pay_1.purchase-1.1', amount: 100, currency: 'EUR' },
  ...{ token: 'tok_visa', method: 'CARD', reference: null, country: null, correlationId: null, action: null },
  ...{ sendBy: Date.now() + 30_000, timeoutMs: 5_000 },
  ...changes
})

const call = (changes: Partial<GatewayRequest>, isFirst = true) =>
  caller.call(request(changes), {
    isFirst: () => isFirst,
    isStopping: () => false,
    run: work => work()
  })

test.each([null, 'PERFORM'] as const)('a request for %s is called under a lease', async action => {
  expect(await call({ action })).toMatchObject({ outcome: { outcome: 'SUCCEEDED' } })
  expect(asked.map(({ request }) => request)).toEqual(['POST /purchases'])
  expect(leased).toEqual(['pay_1.purchase-1.1'])
})

describe('a look-up', () => {
  test.each([
    ['while the call may be made', 30_000],
    ['when it may not', -30_000]
  ])('only asks, and takes no lease from who calls, %s', async (_when, sendByMs) => {
    const looked = await call({ action: 'LOOK_UP', sendBy: Date.now() + sendByMs })
    expect(looked).toMatchObject({ outcome: { outcome: 'SUCCEEDED' } })
    expect(asked.map(({ request }) => request)).toEqual(['GET /operations/pay_1.purchase-1.1'])
    expect(leased).toEqual([])
  })

  test('of a gateway without a profile leaves the operation unknown', async () => {
    const looked = await call({ action: 'LOOK_UP', gateway: 'gone' })
    expect(looked).toMatchObject({ outcome: { outcome: 'UNKNOWN', code: 'gateway_unknown' } })
  })
})

test('an action of a newer version is not taken for another', async () => {
  await expect(call({ action: 'UNRECOGNIZED' })).rejects.toThrow('does not know')
  expect(asked).toEqual([])
})

test.each([
  ['CAPTURE', '/authorizations/ref%2F0/captures'],
  ['VOID', '/authorizations/ref%2F0/voids'],
  ['REFUND', '/charges/ref%2F0/refunds'],
  ['SETTLE', '/charges/ref%2F0/settlements']
] as const)('a %s goes to what it is about, without a token', async (kind, path) => {
  await call({ kind, reference: 'ref/0', token: '' })
  expect(asked).toMatchObject([{ request: `POST ${path}` }])
  expect(JSON.parse(asked[0]!.body)).toEqual({
    ...{ payment: 'pay_1', operation: 'purchase-1', amount: 100, currency: 'EUR' }
  })
})

describe('while the breaker is open', () => {
  beforeEach(async () => {
    status = 500
    expect(await call({})).toMatchObject({ outcome: { outcome: 'UNKNOWN' } })
    status = 200
    asked = []
    leased = []
  })

  test('a request that nobody has called before was not sent, for certain', async () => {
    const ended = await call({})
    expect(ended).toMatchObject({ outcome: { outcome: 'NOT_SENT', code: 'gateway_breaker_open' } })
    expect([asked, leased]).toEqual([[], []])
  })

  test('of one that somebody else may have called nobody can say so', async () => {
    const ended = await call({}, false)
    expect(ended).toMatchObject({ outcome: { outcome: 'UNKNOWN', code: 'gateway_breaker_open' } })
    expect(asked).toEqual([])
  })

  test('what became of a call is asked all the same', async () => {
    expect(await call({ action: 'LOOK_UP' })).toMatchObject({ outcome: { outcome: 'SUCCEEDED' } })
    expect(asked.map(({ request }) => request)).toEqual(['GET /operations/pay_1.purchase-1.1'])
  })

  test('a changed profile begins anew', async () => {
    profile = { ...profile, callTimeoutMs: 4_000 }
    expect(await call({})).toMatchObject({ outcome: { outcome: 'SUCCEEDED' } })
  })
})

describe('while the gateway is slow', () => {
  let released: PromiseWithResolvers<undefined>
  let waiting: Promise<unknown>[]
  let ended: number

  beforeEach(async () => {
    released = Promise.withResolvers<undefined>()
    held = released.promise
    ended = 0
    waiting = [call({ idempotencyKey: 'on its way' }).then(() => ended++)]
    while (asked.length === 0) await nextTurn(systemClock)
    waiting.push(call({ idempotencyKey: 'in line' }))
  })

  afterEach(async () => {
    released.resolve(undefined)
    await Promise.all(waiting)
  })

  test('a call that finds the line too long was not sent, for certain', async () => {
    expect(await call({})).toMatchObject({ outcome: { outcome: 'NOT_SENT', code: 'gateway_busy' } })
  })

  test('what became of a call is asked all the same', async () => {
    expect(await call({ action: 'LOOK_UP' })).toMatchObject({ outcome: { outcome: 'SUCCEEDED' } })
    expect(ended).toBe(0)
  })

  test('one that somebody else may have called waits: that it was refused would prove nothing', async () => {
    const redelivered = call({}, false)
    released.resolve(undefined)
    expect(await redelivered).toMatchObject({ outcome: { outcome: 'SUCCEEDED' } })
  })
})
