// Nobody is charged twice, and no payment says otherwise than the gateway's ledger: whatever the token, wherever an
// executor is killed, with Redis and without. Executors are processes of their own and die of SIGKILL, at points that a
// proxy before the gateways holds them at.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { setTimeout as until } from 'node:timers/promises'
import { tokens } from '../../../sandbox/tokens.ts'
import { App, eventually, payment, type LedgerRow, type Worker } from '../app.ts'
import { TcpProxy } from '../operate/tcp-proxy.ts'
import { stack } from '../stack.ts'
import { GatewayProxy, type Point, type ProxiedCall } from './gateway-proxy.ts'

/** Long enough for all calls of a test to be held before the first is given up. */
const CALL_TIMEOUT_MS = 5_000
/** Of sandbox-alpha, which purchases, and of sandbox-beta, which authorizes and captures. */
const CURRENCIES = ['EUR', 'JPY']
/** The gateway never answers these calls. */
const SILENT = ['tok_timeout_charged', 'tok_timeout_not_charged', 'tok_late_success']
/** The others charge like tok_visa. */
const CHARGING = [...tokens].filter(([, { then }]) => then === undefined).map(([token]) => token)

let app: App
let front: Worker
let gateways: GatewayProxy
let redis: TcpProxy

beforeAll(async () => {
  const shared = new URL(stack().redis)
  redis = await TcpProxy.start({ host: shared.hostname, port: Number(shared.port) })
  app = await App.create({
    name: 'charges',
    profile: () => ({
      ...{ callTimeoutMs: CALL_TIMEOUT_MS, sendWithinMs: 120_000 },
      // A gateway that is left alone would show nothing.
      breaker: { failureShare: 1, minimumCalls: 10_000, failuresInARow: 10_000 }
    }),
    gatewaysBehind: async sandboxUrl => {
      gateways = await GatewayProxy.start(sandboxUrl)
      return gateways.url
    }
  })
  front = await app.start('ingress', 'query', 'processor', 'projector')
  shared.hostname = '127.0.0.1'
  shared.port = String(redis.port)
  Object.assign(app.settings, { AEGISPAY_REDIS_URL: shared.href })
}, 120_000)

afterAll(() => {
  gateways.close()
  redis.close()
})

interface Paid {
  readonly id: string
  readonly token: string
  readonly currency: string
}

/** Starts a payment without waiting for what comes of it. */
async function pay(key: string, token: string, currency: string): Promise<Paid> {
  const { status, body } = await app.request(front, 'POST', '/v1/payments', {
    key: `${key}-${token}-${currency}`,
    body: payment({ currency, paymentMethod: { type: 'card', token } }),
    headers: { prefer: 'respond-async' }
  })
  expect(status).toBe(202)
  return { id: body['id'] as string, token, currency }
}

const payAll = (key: string): Promise<Paid[]> =>
  Promise.all(CHARGING.flatMap(token => CURRENCIES.map(currency => pay(key, token, currency))))

interface Shown {
  readonly status: string
  readonly gateway?: string
  readonly operation?: { readonly status: string }
  readonly failure?: { readonly stage: string }
}

const read = async ({ id }: Paid) =>
  (await app.request(front, 'GET', `/v1/payments/${id}`)).body as unknown as Shown

async function contradictions({ id }: Paid): Promise<unknown[]> {
  const { body } = await app.request(front, 'GET', `/v1/payments/${id}/events`)
  return (body['data'] as { type: string; data: { stated: string } }[])
    .filter(({ type }) => type === 'ContradictoryOutcome')
    .map(({ data }) => data.stated)
}

const isCharge = ({ operation }: LedgerRow): boolean => /^(purchase|authorize)-/.test(operation)

/** What is known of the payment must be so, and what is not known must be said not to be. */
async function expectAgreement(paid: Paid): Promise<Shown> {
  const [shown, rows] = [await read(paid), await app.ledger(paid.id)]
  const charges = rows.filter(isCharge)
  const about = { ...paid, ...shown, charges: charges.length }
  expect([about, rows.length]).toEqual([about, new Set(rows.map(({ operation }) => operation)).size])
  expect([about, charges.length]).toEqual([about, charges.length > 0 ? 1 : 0])
  expect([about, rows.filter(({ gateway }) => gateway !== shown.gateway)]).toEqual([about, []])
  switch (shown.status) {
    case 'PROCESSING':
      expect([about, shown.operation?.status]).toEqual([
        about,
        expect.stringMatching(/^(unknown|pending|needs-customer)$/)
      ])
      break
    case 'FAILED':
      if (shown.failure?.stage === 'SETTLEMENT') {
        expect(about).toMatchObject({ charges: 1 })
        break
      }
      // What the gateway took back its word about is on record.
      expect([about, await contradictions(paid)]).toEqual([about, charges.map(() => 'SUCCEEDED')])
      break
    case 'CAPTURED':
    case 'COMPLETED':
      expect(about).toMatchObject({ charges: 1 })
      break
    default:
      throw new Error(`${JSON.stringify(about)} is on its way`)
  }
  return shown
}

/** Kills an executor while its calls are held, and has another one go on. */
async function killAt(
  key: string,
  point: Point,
  { whileDead }: { whileDead: () => Promise<unknown> }
): Promise<{ paid: readonly Paid[]; successor: Worker }> {
  const executor = await app.start('gateway')
  gateways.hold = () => point
  const paid = await payAll(key)
  const answered = paid.filter(({ token }) => point === 'before' || !SILENT.includes(token))
  await eventually(async () => {
    const held = new Set(gateways.held.map(call => call.payment))
    expect(answered.filter(({ id }) => !held.has(id))).toEqual([])
    // Of the calls that are never answered the ledger tells whether the gateway has them.
    for (const { id, token } of paid.filter(
      ({ token }) => point === 'after' && token === 'tok_timeout_charged'
    ))
      expect([token, await app.ledger(id)]).toEqual([token, [expect.anything()]])
  })
  await executor.end('SIGKILL')
  gateways.hold = () => null
  gateways.drop()
  await whileDead()
  return { paid, successor: await app.start('gateway') }
}

const FINAL: Readonly<Record<string, RegExp>> = {
  tok_visa: /^COMPLETED$/,
  tok_declined: /^FAILED$/,
  tok_insufficient_funds: /^FAILED$/,
  tok_declined_strangely: /^FAILED$/,
  tok_error: /^unknown$/,
  // By the first executor it would have been proof; the second cannot know what the first was told.
  tok_rate_limited: /^unknown$/,
  tok_slow: /^COMPLETED$/,
  // Who has to wait for the lease of the killed one looks the call up before it makes it, and finds the charge.
  tok_timeout_charged: /^(unknown|COMPLETED)$/,
  tok_timeout_not_charged: /^unknown$/,
  tok_pending: /^COMPLETED$/,
  tok_late_success: /^COMPLETED$/,
  tok_settles_later: /^(CAPTURED|COMPLETED)$/,
  tok_settlement_fails: /^(CAPTURED|FAILED)$/,
  tok_customer_action: /^needs-customer$/,
  // Which of their two answers comes first depends on how long the executor is dead.
  tok_contradictory: /^(FAILED|COMPLETED)$/,
  tok_contradictory_decline: /^(FAILED|COMPLETED)$/
}

describe.each(['before', 'after'] as const)(
  'an executor that is killed %s the gateway has its calls',
  point => {
    test.each([
      ['with Redis', () => redis.restore()],
      ['without Redis', () => redis.cut()]
    ])(
      'charges nobody twice with any token, %s',
      async (how, setRedis) => {
        setRedis()
        const { paid, successor } = await killAt(`${point}-${how.replace(' ', '-')}`, point, {
          // What was asked of one gateway is never asked of another, however the choice would fall now.
          whileDead: () => app.changeProfiles(({ priority }) => ({ priority: 10 - priority }))
        })
        await eventually(async () => {
          for (const one of paid) {
            const { status, operation } = await expectAgreement(one)
            expect([one, operation?.status ?? status]).toEqual([
              one,
              expect.stringMatching(FINAL[one.token]!)
            ])
          }
        }, 60_000)
        expect(await successor.end('SIGTERM')).toBe(0)
        const { calls } = gateways
        // The killed executor's call, and the successor's under the same key.
        const keys = new Set(calls.filter(sameOperation(paid)).map(({ idempotencyKey }) => idempotencyKey))
        expect(keys.size).toBe(paid.length)
        await app.changeProfiles(({ priority }) => ({ priority: 10 - priority }))
      },
      120_000
    )
  }
)

const sameOperation = (paid: readonly Paid[]) => {
  const ids = new Set(paid.map(({ id }) => id))
  return ({ payment: id, idempotencyKey }: ProxiedCall) =>
    ids.has(id) && !/\.(capture|compensate)-/.test(idempotencyKey)
}

describe('when the time to call has passed before another executor takes over', () => {
  const SEND_WITHIN_MS = 6_000
  /** Of gateways that may still act upon what they were sent long ago. */
  const LONG_MS = 600_000

  test('only what the gateway has settled counts, and nobody is charged behind a payment that failed', async () => {
    redis.restore()
    await app.changeProfiles(({ id }) => ({
      sendWithinMs: SEND_WITHIN_MS,
      settlingTimeMs: id === 'sandbox-gamma' ? 0 : LONG_MS
    }))
    const executor = await app.start('gateway')
    gateways.hold = ({ currency }) => (currency === 'EUR' ? 'after' : 'before')
    const [done, underway, lost] = await Promise.all([
      pay('late-done', 'tok_visa', 'EUR'),
      pay('late-underway', 'tok_visa', 'USD'),
      pay('late-lost', 'tok_visa', 'CZK')
    ])
    const begun = [done, underway, lost].map(({ id }) => id)
    await eventually(() => {
      // A capture that one of the payments before had yet to try again may be among them.
      const held = gateways.held.map(({ payment }) => payment).filter(id => begun.includes(id))
      expect(held.toSorted()).toEqual(begun.toSorted())
      return Promise.resolve()
    })
    await executor.end('SIGKILL')
    const never = await pay('late-never', 'tok_visa', 'GBP')
    const asked = Date.now()
    gateways.hold = () => null
    await until(asked + SEND_WITHIN_MS + CALL_TIMEOUT_MS + 1_000 - Date.now())

    const ids = [done, underway, lost, never].map(({ id }) => id)
    const calls = () => gateways.calls.filter(call => ids.includes(call.payment))
    const called = calls().length
    const successor = await app.start('gateway')
    await eventually(async () => {
      // It was charged, and the look-up says so.
      expect(await expectAgreement(done)).toMatchObject({ status: 'COMPLETED' })
      // Not found, but its gateway may still act.
      expect(await expectAgreement(underway)).toMatchObject({ operation: { status: 'unknown' } })
      expect(await expectAgreement(never)).toMatchObject({ operation: { status: 'unknown' } })
      // Not found at a gateway that has settled: proof that nothing was charged.
      expect(await expectAgreement(lost)).toMatchObject({
        status: 'FAILED',
        failure: { code: 'not_at_gateway' }
      })
    })
    expect(calls()).toHaveLength(called)

    // The network delivers one of them after all.
    gateways.release()
    await eventually(async () => expect(await app.ledger(underway.id)).toHaveLength(1))
    expect(await expectAgreement(underway)).toMatchObject({ operation: { status: 'unknown' } })
    await successor.end('SIGTERM')
  }, 120_000)
})
