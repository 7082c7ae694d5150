// Nobody gets money back twice, nor more than was captured: whatever the token, wherever an executor is killed. Requests
// stand on the topic as payments' owners write them.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { pino } from 'pino'
import type { GatewayRequest, RecordGatewayResult } from '../../../src/generated/records.ts'
import { BatchingProducer } from '../../../src/platform/kafka/batching-producer.ts'
import { partitionOf } from '../../../src/platform/kafka/partition-of.ts'
import { App, eventually } from '../app.ts'
import { readAll } from '../payments/topic.ts'
import { GatewayProxy } from './gateway-proxy.ts'

/** Long enough for all calls of a test to be held before the first is given up. */
const CALL_TIMEOUT_MS = 5_000
const SEND_WITHIN_MS = 120_000
const PARTITIONS = 4
const CAPTURED = 1000
const TOKENS = ['tok_visa', 'tok_refund_declined', 'tok_refund_timeout_charged']
/** Whose money was purchased, and whose was authorized and captured. */
const GATEWAYS = { 'sandbox-alpha': 'EUR', 'sandbox-beta': 'JPY' } as const

let app: App
let gateways: GatewayProxy
let producer: BatchingProducer

beforeAll(async () => {
  app = await App.create({
    name: 'refunds',
    partitions: PARTITIONS,
    profile: () => ({ callTimeoutMs: CALL_TIMEOUT_MS, sendWithinMs: SEND_WITHIN_MS }),
    gatewaysBehind: async sandboxUrl => {
      gateways = await GatewayProxy.start(sandboxUrl)
      return gateways.url
    }
  })
  producer = await BatchingProducer.start(app.kafka, pino({ level: 'silent' }), { sendTimeoutMs: 5_000 })
}, 60_000)

afterAll(async () => {
  gateways.close()
  await producer.stop()
})

interface Charged {
  readonly paymentId: string
  readonly gateway: keyof typeof GATEWAYS
  readonly token: string
  /** The gateway's, of the authorization or purchase. */
  readonly reference: string
}

/** Charges at the gateway itself. */
async function charge(paymentId: string, gateway: Charged['gateway'], token: string): Promise<Charged> {
  const ask = async (path: string, operation: string, body: object) => {
    const response = await fetch(`${app.sandboxUrl}/gateways/${gateway}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `${paymentId}.${operation}.1` },
      body: JSON.stringify({
        ...{ payment: paymentId, operation, amount: CAPTURED, currency: GATEWAYS[gateway] },
        ...body
      })
    })
    return (await response.json()) as { id: string; status: string }
  }
  const isPurchase = gateway === 'sandbox-alpha'
  const { id } = await ask(isPurchase ? 'purchases' : 'authorizations', 'charge-1', { token })
  if (!isPurchase) await ask(`authorizations/${id}/captures`, 'capture-2', {})
  return { paymentId, gateway, token, reference: id }
}

const chargeAll = (key: string): Promise<Charged[]> =>
  Promise.all(
    TOKENS.flatMap(token =>
      (['sandbox-alpha', 'sandbox-beta'] as const).map(gateway =>
        charge(`pay_${key}-${token}-${gateway}`, gateway, token)
      )
    )
  )

/** Asks for a refund, or what became of one. */
async function request(
  { paymentId, gateway, reference }: Charged,
  number: number,
  amount: number,
  action: GatewayRequest['action'] = 'PERFORM'
): Promise<void> {
  const operationId = `refund-${number}`
  const value = app.codec.encode('aegispay.gateway.GatewayRequest', {
    ...{ merchantId: 'demo', paymentId, operationId, kind: 'REFUND', attempt: 1, gateway, reference },
    ...{ idempotencyKey: `${paymentId}.${operationId}.1`, amount, currency: GATEWAYS[gateway] },
    ...{ token: '', method: 'CARD' },
    ...{ country: null, correlationId: null, sendBy: Date.now() + SEND_WITHIN_MS },
    ...{ timeoutMs: CALL_TIMEOUT_MS, action }
  })
  const partition = partitionOf(paymentId, PARTITIONS)
  await producer.send({ topic: app.topics.gatewayRequests, partition, key: paymentId, value })
}

/** What executors have reported, the latest last. */
async function reported(): Promise<RecordGatewayResult[]> {
  const records = await readAll(app.kafka, app.topics.outcomes)
  await app.codec.learn(records.map(({ value }) => value))
  return records.flatMap(({ value }) => {
    const record = app.codec.decode(value!)
    return record.name === 'aegispay.outcomes.RecordGatewayResult' ? [record.value] : []
  })
}

/** The outcomes of a payment's refunds, by operation, the latest last. */
const outcomesOf = (results: readonly RecordGatewayResult[], { paymentId }: Charged, operationId: string) =>
  results
    .filter(result => result.paymentId === paymentId && result.operationId === operationId)
    .map(({ outcome }) => outcome)

const refunds = async ({ paymentId }: Charged): Promise<[string, number][]> =>
  (await app.ledger(paymentId))
    .filter(({ kind }) => kind === 'REFUND')
    .map(({ operation, amount }): [string, number] => [operation, amount])
    .sort()

const expected = ({ token }: Charged): [string, number][] =>
  token === 'tok_refund_declined'
    ? []
    : [
        ['refund-3', 600],
        ['refund-4', 400]
      ]

test.each(['before', 'after'] as const)(
  'two refunds of each payment are done once when an executor is killed %s the gateways have them',
  async point => {
    const charged = await chargeAll(point)
    const executor = await app.start('gateway')
    gateways.hold = () => point
    const called = gateways.calls.length
    for (const one of charged) {
      await request(one, 3, 600)
      await request(one, 4, 400)
    }
    await eventually(async () => {
      const isUnanswered = ({ token }: Charged) => point === 'after' && token.includes('timeout')
      for (const one of charged) {
        const held = gateways.held.filter(({ payment }) => payment === one.paymentId)
        expect([one, held.length]).toEqual([one, isUnanswered(one) ? 1 : 2])
        if (point === 'after') expect(await refunds(one)).toEqual(expected(one))
      }
    })
    await executor.end('SIGKILL')
    gateways.hold = () => null
    gateways.drop()

    const successor = await app.start('gateway')
    await eventually(async () => {
      const results = await reported()
      for (const one of charged) {
        const outcomes = ['refund-3', 'refund-4'].map(id => outcomesOf(results, one, id).at(-1))
        // Of two the first is never answered, unless a look-up comes before the call.
        expect([one, outcomes]).toEqual([one, outcomes.map(() => expect.stringMatching(ENDS[one.token]!))])
      }
    }, 60_000)
    for (const one of charged) expect([one, await refunds(one)]).toEqual([one, expected(one)])

    // What is not known is found, and to look moves nothing.
    const calls = gateways.calls.length
    for (const one of charged) {
      await request(one, 3, 600, 'LOOK_UP')
      await request(one, 4, 400, 'LOOK_UP')
    }
    await eventually(async () => {
      const results = await reported()
      for (const one of charged) {
        const [third, fourth] = ['refund-3', 'refund-4'].map(id => outcomesOf(results, one, id))
        const found = one.token === 'tok_refund_declined' ? 'DECLINED' : 'SUCCEEDED'
        expect([one, third!.length, third!.at(-1)]).toEqual([one, 2, found])
        expect([one, fourth!.length, fourth!.at(-1)]).toEqual([one, 2, found])
      }
    })
    expect(gateways.calls).toHaveLength(calls)

    // All of it is back with the customer, unless that was declined.
    for (const one of charged) await request(one, 5, 1)
    await eventually(async () => {
      const results = await reported()
      for (const one of charged) expect(outcomesOf(results, one, 'refund-5')).toEqual(['DECLINED'])
    })
    for (const one of charged) expect([one, await refunds(one)]).toEqual([one, expected(one)])

    const keys = new Set(gateways.calls.slice(called).map(({ idempotencyKey }) => idempotencyKey))
    expect(keys.size).toBe(3 * charged.length)
    expect(await successor.end('SIGTERM')).toBe(0)
  },
  120_000
)

const ENDS: Readonly<Record<string, RegExp>> = {
  tok_visa: /^SUCCEEDED$/,
  tok_refund_declined: /^DECLINED$/,
  tok_refund_timeout_charged: /^(SUCCEEDED|UNKNOWN)$/
}
