// What is asked of a gateway about money that it has authorized or charged before, as its adapter asks it.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { FastifyInstance } from 'fastify'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { buildSandbox } from '../../../sandbox/app.ts'
import type { LedgerEntry } from '../../../sandbox/ledger.ts'
import { openGateway } from '../../../src/processors/gateway/adapters/index.ts'
import type { Gateway, GatewayCall, GatewayOutcome } from '../../../src/processors/gateway/spi.ts'

const LATER_MS = 100
const TIMEOUT_MS = 5_000
/** For calls that are never answered. */
const SHORT_MS = 200

let dataDir: string
let sandbox: FastifyInstance
let url: string
let gateway: Gateway
let now: number

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'aegispay-sandbox-'))
  now = Date.parse('2026-01-02T03:04:05.678Z')
  sandbox = buildSandbox({ dataDir, latencyMs: 0, laterMs: LATER_MS, clock: () => now })
  url = await sandbox.listen({ host: '127.0.0.1', port: 0 })
  gateway = openGateway({
    ...{ id: 'sandbox-alpha', adapter: 'sandbox', url: `${url}/gateways/sandbox-alpha`, maxConnections: 8 },
    ...{ currencies: ['EUR'], operations: ['PURCHASE'], callTimeoutMs: TIMEOUT_MS, settlingTimeMs: 0 },
    ...{ idempotencyWindowMs: 60_000, sendWithinMs: 30_000, feeBasisPoints: 0, feeFixed: 0 }
  })
})

afterEach(async () => {
  await gateway.close()
  await sandbox.close()
  await rm(dataDir, { recursive: true })
})

const callOf = (kind: GatewayCall['kind'], changes: Partial<GatewayCall> = {}, number = 1): GatewayCall => {
  const operationId = `${kind.toLowerCase()}-${number}`
  return {
    ...{ paymentId: 'pay_1', operationId, kind, idempotencyKey: `pay_1.${operationId}.1` },
    ...{
      amount: 1000,
      currency: 'EUR',
      token: null,
      method: 'CARD',
      gatewayReference: null,
      sendBy: 0,
      timeoutMs: TIMEOUT_MS
    },
    ...changes
  }
}

/** Charges and returns the reference of the authorization or purchase. */
async function charged(kind: 'AUTHORIZE' | 'PURCHASE', token = 'tok_visa'): Promise<string> {
  const { outcome, reference } = await gateway.perform(callOf(kind, { token }))
  expect(outcome).toBe('SUCCEEDED')
  return reference!
}

/** As `charged`, and captured. */
async function captured(how: 'PURCHASE' | 'CAPTURE', token = 'tok_visa'): Promise<string> {
  if (how === 'PURCHASE') return charged('PURCHASE', token)
  const gatewayReference = await charged('AUTHORIZE', token)
  expect(await gateway.perform(callOf('CAPTURE', { gatewayReference }))).toMatchObject({
    outcome: 'SUCCEEDED'
  })
  return gatewayReference
}

const ledger = async (): Promise<LedgerEntry[]> =>
  (await (await fetch(`${url}/ledger?payment=pay_1`)).json()) as LedgerEntry[]
const movedAs = async (kind: string): Promise<number[]> =>
  (await ledger()).filter(entry => entry.kind === kind).map(({ amount }) => amount)

/** Lets the time pass after which a gateway goes on, and waits until it has. */
async function later(call: GatewayCall, outcome: GatewayOutcome['outcome'], settled: boolean): Promise<void> {
  now += LATER_MS
  for (;;) {
    const found = await gateway.lookUp(call)
    if (found?.outcome === outcome && found.settled === settled) return
    await turn()
  }
}

describe.each(['PURCHASE', 'CAPTURE'] as const)('the money of a %s', how => {
  test('is refunded in parts, up to all of it, and never beyond', async () => {
    const gatewayReference = await captured(how)
    const refund = (amount: number, number: number) =>
      gateway.perform(callOf('REFUND', { gatewayReference, amount }, number))
    expect(await refund(300, 1)).toMatchObject({ outcome: 'SUCCEEDED', amount: 300, settled: false })
    const beyond = { outcome: 'DECLINED', declineType: 'HARD', code: 'amount_exceeds_captured' }
    expect(await refund(701, 2)).toMatchObject(beyond)
    expect(await refund(700, 3)).toMatchObject({ outcome: 'SUCCEEDED' })
    expect(await refund(1, 4)).toMatchObject(beyond)
    expect(await movedAs('REFUND')).toEqual([300, 700])
  })

  test('is refunded once however often the same refund is asked for, and a look-up finds it', async () => {
    const gatewayReference = await captured(how)
    const call = callOf('REFUND', { gatewayReference, amount: 400 })
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => gateway.perform(call)))
    expect(new Set(outcomes.map(outcome => JSON.stringify(outcome))).size).toBe(1)
    expect(await gateway.lookUp(call)).toEqual(outcomes[0])
    expect(await movedAs('REFUND')).toEqual([400])
  })

  test('is refunded to no more than what was captured by 20 refunds at the same moment', async () => {
    const gatewayReference = await captured(how)
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        gateway.perform(callOf('REFUND', { gatewayReference, amount: 300 }, number + 1))
      )
    )
    expect(outcomes.filter(({ outcome }) => outcome === 'SUCCEEDED')).toHaveLength(3)
    expect(await movedAs('REFUND')).toEqual([300, 300, 300])
  })

  test('can be neither refunded nor settled in another currency', async () => {
    const gatewayReference = await captured(how)
    for (const kind of ['REFUND', 'SETTLE'] as const) {
      const call = callOf(kind, { gatewayReference, currency: 'USD' })
      expect(await gateway.perform(call)).toMatchObject({ outcome: 'DECLINED', code: 'currency_mismatch' })
    }
  })

  test('is settled at once, so that to settle it again moves nothing', async () => {
    const gatewayReference = await captured(how)
    expect(await gateway.perform(callOf('SETTLE', { gatewayReference }))).toMatchObject({
      outcome: 'SUCCEEDED',
      settled: true
    })
    expect(await movedAs('SETTLE')).toEqual([])
  })

  describe('with tok_settles_later', () => {
    test('is settled some time after', async () => {
      await captured(how, 'tok_settles_later')
      const call = callOf(how)
      expect(await gateway.lookUp(call)).toMatchObject({ outcome: 'SUCCEEDED', settled: false })
      await later(call, 'SUCCEEDED', true)
      expect(await movedAs(how)).toEqual([1000])
    })

    test('is settled when that is asked for, and not again after', async () => {
      const gatewayReference = await captured(how, 'tok_settles_later')
      expect(await gateway.perform(callOf('SETTLE', { gatewayReference }))).toMatchObject({ settled: true })
      await later(callOf(how), 'SUCCEEDED', true)
      expect(await gateway.perform(callOf('SETTLE', { gatewayReference }, 2))).toMatchObject({
        settled: true
      })
      expect(await movedAs('SETTLE')).toEqual([1000])
    })
  })

  describe('with tok_settlement_fails', () => {
    test('is not settled some time after, and is when that is asked for', async () => {
      const gatewayReference = await captured(how, 'tok_settlement_fails')
      const call = callOf(how)
      expect(await gateway.lookUp(call)).toMatchObject({ outcome: 'SUCCEEDED', settled: false })
      await later(call, 'SETTLEMENT_FAILED', false)
      expect(await gateway.lookUp(call)).toMatchObject({ amount: 1000, code: 'acquirer_rejected' })
      expect(await gateway.perform(callOf('SETTLE', { gatewayReference }))).toMatchObject({
        outcome: 'SUCCEEDED',
        settled: true
      })
      expect(await gateway.lookUp(call)).toMatchObject({ outcome: 'SUCCEEDED', settled: true })
      expect(await movedAs('SETTLE')).toEqual([1000])
    })

    test('does not fail any more when it was settled before', async () => {
      const gatewayReference = await captured(how, 'tok_settlement_fails')
      await gateway.perform(callOf('SETTLE', { gatewayReference }))
      now += LATER_MS
      // Another charge that the gateway goes on with shows that it has dealt with what was due.
      const other = callOf('PURCHASE', { paymentId: 'pay_2', idempotencyKey: 'other', token: 'tok_pending' })
      await gateway.perform(other)
      await later(other, 'SUCCEEDED', true)
      expect(await gateway.lookUp(callOf(how))).toMatchObject({ outcome: 'SUCCEEDED', settled: true })
    })
  })

  test('with tok_refund_declined is not refunded', async () => {
    const gatewayReference = await captured(how, 'tok_refund_declined')
    for (const number of [1, 2]) {
      expect(await gateway.perform(callOf('REFUND', { gatewayReference }, number))).toMatchObject({
        outcome: 'DECLINED',
        code: 'refund_declined'
      })
    }
    expect(await movedAs('REFUND')).toEqual([])
  })

  test('with tok_refund_timeout_charged is refunded without an answer the first time', async () => {
    const gatewayReference = await captured(how, 'tok_refund_timeout_charged')
    const first = callOf('REFUND', { gatewayReference, amount: 300, timeoutMs: SHORT_MS })
    expect(await gateway.perform(first)).toMatchObject({ outcome: 'UNKNOWN' })
    expect(await gateway.lookUp(first)).toMatchObject({ outcome: 'SUCCEEDED', amount: 300 })
    const second = callOf('REFUND', { gatewayReference, amount: 700 }, 2)
    expect(await gateway.perform(second)).toMatchObject({ outcome: 'SUCCEEDED' })
    expect(await gateway.perform(first)).toMatchObject({ outcome: 'UNKNOWN' })
    expect(await movedAs('REFUND')).toEqual([300, 700])
  })
})

describe('of what was only authorized', () => {
  test.each(['REFUND', 'SETTLE'] as const)('nothing can be the subject of a %s', async kind => {
    const gatewayReference = await charged('AUTHORIZE')
    const refused = { outcome: 'DECLINED', code: 'not_captured' }
    expect(await gateway.perform(callOf(kind, { gatewayReference }))).toMatchObject(refused)
    await gateway.perform(callOf('VOID', { gatewayReference }))
    expect(await gateway.perform(callOf(kind, { gatewayReference }, 2))).toMatchObject(refused)
  })

  test('only the captured part can be refunded', async () => {
    const gatewayReference = await charged('AUTHORIZE')
    await gateway.perform(callOf('CAPTURE', { gatewayReference, amount: 600 }))
    expect(await gateway.perform(callOf('REFUND', { gatewayReference, amount: 601 }))).toMatchObject({
      code: 'amount_exceeds_captured'
    })
    expect(await gateway.perform(callOf('SETTLE', { gatewayReference, amount: 1000 }))).toMatchObject({
      code: 'amount_mismatch'
    })
  })

  test('with tok_capture_declined nothing is captured, and all is voided', async () => {
    const gatewayReference = await charged('AUTHORIZE', 'tok_capture_declined')
    expect(await gateway.perform(callOf('CAPTURE', { gatewayReference }))).toMatchObject({
      outcome: 'DECLINED',
      code: 'capture_declined'
    })
    expect(await gateway.perform(callOf('VOID', { gatewayReference }))).toMatchObject({
      outcome: 'SUCCEEDED'
    })
  })

  test('with tok_void_declined nothing is released, and all is captured', async () => {
    const gatewayReference = await charged('AUTHORIZE', 'tok_void_declined')
    expect(await gateway.perform(callOf('VOID', { gatewayReference }))).toMatchObject({
      outcome: 'DECLINED',
      code: 'void_declined'
    })
    expect(await gateway.perform(callOf('CAPTURE', { gatewayReference }))).toMatchObject({
      outcome: 'SUCCEEDED'
    })
  })

  test('with tok_capture_timeout_charged all is captured without an answer', async () => {
    const gatewayReference = await charged('AUTHORIZE', 'tok_capture_timeout_charged')
    const call = callOf('CAPTURE', { gatewayReference, timeoutMs: SHORT_MS })
    expect(await gateway.perform(call)).toMatchObject({ outcome: 'UNKNOWN' })
    expect(await gateway.lookUp(call)).toMatchObject({ outcome: 'SUCCEEDED', settled: true })
    expect(await movedAs('CAPTURE')).toEqual([1000])
  })
})

test.each(['REFUND', 'SETTLE'] as const)("a %s of another payment's money is refused", async kind => {
  const gatewayReference = await charged('PURCHASE')
  expect(await gateway.perform(callOf(kind, { gatewayReference, paymentId: 'pay_2' }))).toMatchObject({
    outcome: 'DECLINED',
    code: 'authorization_not_found'
  })
})

test('a purchase cannot be voided', async () => {
  const gatewayReference = await charged('PURCHASE')
  expect(await gateway.perform(callOf('VOID', { gatewayReference }))).toMatchObject({
    outcome: 'DECLINED',
    code: 'authorization_not_found'
  })
})

test('with tok_late_success a call is not known until it is done, within the settling time', async () => {
  const call = callOf('PURCHASE', { token: 'tok_late_success', timeoutMs: SHORT_MS })
  expect(await gateway.perform(call)).toMatchObject({ outcome: 'UNKNOWN' })
  expect(await gateway.lookUp(call)).toBeNull()
  expect(await ledger()).toEqual([])
  // The same call again makes no second charge of it.
  expect(await gateway.perform(call)).toMatchObject({ outcome: 'UNKNOWN', code: 'gateway_timeout' })
  await later(call, 'SUCCEEDED', true)
  expect(await movedAs('PURCHASE')).toEqual([1000])
})
