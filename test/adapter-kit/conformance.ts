// What every adapter has to do, whatever its gateway: call this from a test file of yours, with a server that behaves as the
// gateway does. docs/gateways.md says how.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type {
  Gateway,
  GatewayCall,
  NotificationProtocol,
  OperationKind,
  RequestHeaders
} from '../../src/processors/gateway/spi.ts'
import { answeringServer, cuttingServer, refusingUrl, tamperingProxy, type Server } from './servers.ts'

/** A gateway's server that is running. */
export interface RunningGateway {
  /** Base URL, as a profile would have it. */
  readonly url: string
  /** How often money was moved or held under an idempotency key, as the server itself has it. */
  readonly effects: (idempotencyKey: string) => Promise<number>
  readonly close: () => Promise<unknown>
}

export interface AdapterUnderTest {
  readonly name: string
  readonly start: () => Promise<RunningGateway>
  /** Opens the adapter on a base URL; another one than the server's where there is none, or a proxy before it. */
  readonly open: (url: string) => Gateway
  /** What makes the server do as it is named; a decline with the code that the outcome has. */
  readonly tokens: {
    readonly approved: string
    readonly hardDecline: readonly [token: string, code: string]
    readonly softDecline: readonly [token: string, code: string]
    /** Declined with a code that no table has. */
    readonly unknownDecline: readonly [token: string, code: string]
    readonly timeoutCharged: string
    readonly timeoutNotCharged: string
    readonly pending: string
    readonly needsCustomer: string
  }
  readonly notifications: {
    readonly protocol: NotificationProtocol
    /** Another secret of the same form. */
    readonly secrets: readonly [own: string, anothers: string]
    /** About a purchase under the key that has succeeded. */
    readonly about: (
      idempotencyKey: string,
      paymentId: string
    ) => { readonly body: string; readonly id: string }
    readonly sign: (secret: string, id: string, at: Date, body: string) => RequestHeaders
  }
}

const TIMEOUT_MS = 5_000
/** For calls that are never answered. */
const SHORT_MS = 300
const AMOUNT = 1234

/** Declares the tests of one adapter. */
export function describeAdapter(adapter: AdapterUnderTest): void {
  const { tokens, notifications } = adapter
  let server: RunningGateway
  let gateway: Gateway
  const others: { close: () => Promise<unknown> }[] = []

  beforeAll(async () => {
    server = await adapter.start()
    gateway = adapter.open(server.url)
  })
  afterEach(async () => {
    for (const other of others.splice(0).reverse()) await other.close()
  })
  afterAll(async () => {
    await gateway.close()
    await server.close()
  })

  const openAt = (url: string): Gateway => {
    const opened = adapter.open(url)
    others.push(opened)
    return opened
  }
  const openBefore = async (starting: Promise<Server>): Promise<Gateway> => {
    const other = await starting
    others.push(other)
    return openAt(other.url)
  }

  let count = 0
  /** The first call of another payment. */
  const charge = (token: string, changes: Partial<GatewayCall> = {}): GatewayCall => {
    const paymentId = `pay_${++count}`
    const operationId = 'purchase-1'
    return {
      ...{ paymentId, operationId, kind: 'PURCHASE', idempotencyKey: `${paymentId}.${operationId}.1` },
      ...{ amount: AMOUNT, currency: 'EUR', token, method: 'CARD', gatewayReference: null },
      ...{ sendBy: Date.now() + 30_000, timeoutMs: TIMEOUT_MS },
      ...changes
    }
  }
  /** A call about what an earlier one has charged. */
  const followUp = (
    { paymentId }: GatewayCall,
    kind: OperationKind,
    gatewayReference: string | null,
    changes: Partial<GatewayCall> = {}
  ): GatewayCall => {
    const operationId = `${kind.toLowerCase()}-${++count}`
    return {
      ...charge(tokens.approved, { paymentId, operationId, kind, token: null, gatewayReference }),
      idempotencyKey: `${paymentId}.${operationId}.1`,
      ...changes
    }
  }
  const succeeded = (amount = AMOUNT) => ({ outcome: 'SUCCEEDED', amount, currency: 'EUR' })

  async function charged(kind: 'AUTHORIZE' | 'PURCHASE'): Promise<[GatewayCall, string]> {
    const call = charge(tokens.approved, { kind })
    const outcome = await gateway.perform(call)
    expect(outcome).toMatchObject(succeeded())
    expect(outcome.reference).not.toBeNull()
    return [call, outcome.reference!]
  }

  describe(`the adapter of ${adapter.name}`, () => {
    describe('gives one key one effect', () => {
      test('when it is asked again', async () => {
        const call = charge(tokens.approved)
        const first = await gateway.perform(call)
        expect(first).toMatchObject(succeeded())
        expect(await gateway.perform(call)).toEqual(first)
        expect(await gateway.lookUp(call)).toEqual(first)
        expect(await server.effects(call.idempotencyKey)).toBe(1)
      })

      test('when it is asked many times at once', async () => {
        const call = charge(tokens.approved)
        const outcomes = await Promise.all([1, 2, 3, 4].map(() => gateway.perform(call)))
        for (const { outcome } of outcomes) expect(['SUCCEEDED', 'UNKNOWN']).toContain(outcome)
        expect(outcomes.map(({ outcome }) => outcome)).toContain('SUCCEEDED')
        expect(await server.effects(call.idempotencyKey)).toBe(1)
      })

      test('when it is asked for something else', async () => {
        const call = charge(tokens.approved)
        await gateway.perform(call)
        const other = { ...call, amount: 1 }
        expect(await gateway.perform(other)).toMatchObject({ outcome: 'UNKNOWN' })
        expect(await gateway.lookUp(other)).toMatchObject({ outcome: 'UNKNOWN' })
        expect(await server.effects(call.idempotencyKey)).toBe(1)
      })
    })

    describe('carries on with what was charged:', () => {
      test('captures a part, once, and gives it back in parts', async () => {
        const [call, reference] = await charged('AUTHORIZE')
        const capture = followUp(call, 'CAPTURE', reference, { amount: 1000 })
        expect(await gateway.lookUp(capture)).toBeNull()
        expect(await gateway.perform(capture)).toMatchObject({ ...succeeded(1000), settled: true })
        expect(await gateway.lookUp(capture)).toMatchObject(succeeded(1000))
        expect(await gateway.lookUp(call)).toMatchObject(succeeded())
        const again = followUp(call, 'CAPTURE', reference, { amount: 234 })
        expect(await gateway.perform(again)).toMatchObject({ outcome: 'DECLINED', declineType: 'HARD' })
        for (const amount of [400, 600]) {
          const refund = followUp(call, 'REFUND', reference, { amount })
          expect(await gateway.lookUp(refund)).toBeNull()
          expect(await gateway.perform(refund)).toMatchObject(succeeded(amount))
          expect(await gateway.lookUp(refund)).toMatchObject(succeeded(amount))
        }
        const more = followUp(call, 'REFUND', reference, { amount: 1 })
        expect(await gateway.perform(more)).toMatchObject({ outcome: 'DECLINED', declineType: 'HARD' })
      })

      test('releases what was authorized, and captures it no more', async () => {
        const [call, reference] = await charged('AUTHORIZE')
        const release = followUp(call, 'VOID', reference)
        expect(await gateway.lookUp(release)).toBeNull()
        expect(await gateway.perform(release)).toMatchObject(succeeded())
        expect(await gateway.lookUp(release)).toMatchObject(succeeded())
        const capture = followUp(call, 'CAPTURE', reference)
        expect(await gateway.perform(capture)).toMatchObject({ outcome: 'DECLINED', declineType: 'HARD' })
      })

      test('gives a purchase back', async () => {
        const [call, reference] = await charged('PURCHASE')
        expect(await gateway.perform(followUp(call, 'REFUND', reference))).toMatchObject(succeeded())
      })

      test('says no about what is not there', async () => {
        const [call] = await charged('PURCHASE')
        const refund = followUp(call, 'REFUND', 'nothing_of_ours')
        expect((await gateway.perform(refund)).outcome).toBe('DECLINED')
      })

      test('asks for nothing without knowing about what', async () => {
        for (const kind of ['CAPTURE', 'VOID', 'REFUND'] as const) {
          expect((await gateway.perform(followUp(charge(''), kind, null))).outcome).toBe('NOT_SENT')
        }
      })
    })

    describe('tells', () => {
      test.each([
        ['a decline that holds everywhere', tokens.hardDecline, 'HARD'],
        ['a decline that another try may change', tokens.softDecline, 'SOFT'],
        ['a decline that nobody has heard of, which is never tried again', tokens.unknownDecline, 'HARD']
      ])('%s', async (_what, [token, code], declineType) => {
        const call = charge(token)
        const outcome = { outcome: 'DECLINED', code, declineType }
        expect(await gateway.perform(call)).toMatchObject(outcome)
        expect(await gateway.lookUp(call)).toMatchObject(outcome)
        expect(await server.effects(call.idempotencyKey)).toBe(0)
      })

      test('what the gateway has accepted and not done', async () => {
        const call = charge(tokens.pending)
        expect((await gateway.perform(call)).outcome).toBe('PENDING')
        expect(['PENDING', 'SUCCEEDED']).toContain((await gateway.lookUp(call))?.outcome)
      })

      test('where the customer has to act', async () => {
        const call = charge(tokens.needsCustomer)
        const outcome = await gateway.perform(call)
        expect(outcome.outcome).toBe('NEEDS_CUSTOMER')
        expect(URL.canParse(outcome.redirectUrl ?? '')).toBe(true)
        expect(await server.effects(call.idempotencyKey)).toBe(0)
      })
    })

    describe('does not claim to know more than it does', () => {
      test('of a charge that is not answered: its look-up finds it', async () => {
        const call = charge(tokens.timeoutCharged, { timeoutMs: SHORT_MS })
        expect((await gateway.perform(call)).outcome).toBe('UNKNOWN')
        expect(await gateway.lookUp(call)).toMatchObject(succeeded())
        expect(await server.effects(call.idempotencyKey)).toBe(1)
      })

      test('of a call that is not answered and charges nothing: its look-up does not find it', async () => {
        const call = charge(tokens.timeoutNotCharged, { timeoutMs: SHORT_MS })
        expect((await gateway.perform(call)).outcome).toBe('UNKNOWN')
        expect(await gateway.lookUp(call)).toBeNull()
        expect(await server.effects(call.idempotencyKey)).toBe(0)
      })

      test('of a key that was never used', async () => {
        expect(await gateway.lookUp(charge(tokens.approved))).toBeNull()
      })

      test('of a gateway that is not reached: nothing was sent, and nothing is learnt', async () => {
        const unreached = openAt(await refusingUrl())
        const call = charge(tokens.approved)
        expect((await unreached.perform(call)).outcome).toBe('NOT_SENT')
        expect(await unreached.lookUp(call)).toMatchObject({ outcome: 'UNKNOWN' })
      })

      test('of an answer about another sum', async () => {
        const told = await openBefore(
          tamperingProxy(server.url, body => body.replaceAll(`:${AMOUNT}`, `:${AMOUNT + 1}`))
        )
        const call = charge(tokens.approved)
        expect(await told.perform(call)).toMatchObject({
          outcome: 'UNKNOWN',
          code: 'gateway_answer_mismatch'
        })
        expect(await told.lookUp(call)).toMatchObject({ outcome: 'UNKNOWN' })
      })

      test.each([
        ['an answer that is none', 200, '<html>'],
        ['an empty answer', 200, ''],
        ['an answer of null', 200, 'null'],
        ['an answer of nothing', 200, '{}'],
        ['a breakdown', 500, '{}'],
        ['a gateway before the gateway', 502, '<html>'],
        ['a page that is not there', 404, '<html>'],
        ['a redirect', 302, '']
      ])('of %s', async (_what, status, body) => {
        const broken = await openBefore(answeringServer(status, body))
        const call = charge(tokens.approved)
        expect((await broken.perform(call)).outcome).toBe('UNKNOWN')
        expect(await broken.lookUp(call)).toMatchObject({ outcome: 'UNKNOWN' })
      })

      test('of a connection that is cut, which it tries once', async () => {
        const cutting = await cuttingServer()
        const cut = await openBefore(Promise.resolve(cutting))
        const call = charge(tokens.approved)
        expect((await cut.perform(call)).outcome).toBe('UNKNOWN')
        expect(cutting.requests()).toBe(1)
        expect(await cut.lookUp(call)).toMatchObject({ outcome: 'UNKNOWN' })
      })
    })

    test('can tell, if it offers to, whether its gateway is there', async () => {
      if (gateway.probe === undefined) return
      expect(await gateway.probe()).toBe(true)
      expect(await openAt(await refusingUrl()).probe?.()).toBe(false)
      expect(await (await openBefore(answeringServer(500, '{}'))).probe?.()).toBe(false)
    })

    test('sends nothing once it is closed', async () => {
      const closed = adapter.open(server.url)
      await closed.close()
      const call = charge(tokens.approved)
      expect((await closed.perform(call)).outcome).toBe('NOT_SENT')
      expect(await server.effects(call.idempotencyKey)).toBe(0)
    })

    describe('knows a notification', () => {
      const { protocol, secrets, about, sign } = notifications
      const [secret, anothers] = secrets
      const key = 'pay_1.purchase-1.1'
      const { body, id } = about(key, 'pay_1')
      const now = new Date()

      test('of its gateway, and what it says', async () => {
        const headers = sign(secret, id, now, body)
        expect(await protocol.isSigned(headers)).toBe(true)
        expect(await protocol.judge(Buffer.from(body), headers, [anothers, secret])).toBe('GENUINE')
        const parsed: unknown = JSON.parse(body)
        expect(await protocol.idOf(parsed, headers)).toBe(id)
        expect(await protocol.read(parsed)).toMatchObject({
          ...{
            about: 'operation',
            idempotencyKey: key,
            paymentId: 'pay_1',
            outcome: { outcome: 'SUCCEEDED' }
          }
        })
      })

      test.each<[string, string, string, Date, string]>([
        ['that was changed', body.replace('1', '2'), secret, now, 'FORGED'],
        ['that another has signed', body, anothers, now, 'FORGED'],
        ['of an hour ago', body, secret, new Date(now.getTime() - 3_600_000), 'STALE']
      ])('%s', async (_what, arrived, signer, at, verdict) => {
        const headers = sign(signer, id, at, body)
        expect(await protocol.judge(Buffer.from(arrived), headers, [secret])).toBe(verdict)
      })

      test('without a signature, and one that nobody can judge', async () => {
        expect(await protocol.isSigned({})).toBe(false)
        expect(await protocol.judge(Buffer.from(body), {}, [secret])).toBe('FORGED')
        expect(await protocol.judge(Buffer.from(body), sign(secret, id, now, body), [])).toBe('FORGED')
      })

      test.each([null, 1, 'text', [], {}, { type: 1 }])('that says nothing: %j', async said => {
        expect(await protocol.read(said)).toEqual({ about: 'nothing' })
      })
    })
  })
}
