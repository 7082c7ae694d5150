import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { Redis } from 'ioredis'
import { Owner, type Decided } from '../../../dev/payment-owner.ts'
import type { Command } from '../../../src/domain/payment/commands.ts'
import { viewOf, type PaymentView } from '../../../src/domain/payment/view.ts'
import { connectRedis } from '../../../src/platform/redis.ts'
import type { Role } from '../../../src/platform/role.ts'
import { startProjections } from '../../../src/projections/index.ts'
import {
  findPaymentAsOf,
  type Moment,
  findAnswer,
  handledThrough,
  listEvents,
  type AskedCommand
} from '../../../src/projections/payment-events/queries.ts'
import { findPayment } from '../../../src/projections/payments/queries.ts'
import type { CommandAnswer } from '../../../src/replies.ts'
import { stack } from '../stack.ts'
import { EventStore, eventually } from './event-store.ts'
import { capture, initiate } from './commands.ts'

jest.setTimeout(60_000)

let store: EventStore
let role: Role
let redis: Redis
const owner = new Owner()
const failures: Error[] = []
const lags = new Map<string, number | null>()

beforeAll(async () => {
  store = await EventStore.create('queries')
  const { kafka, pool, codec, prefix, log } = store
  const metrics = {
    applied: () => undefined,
    lag: (view: string, _partition: number, records: number | null) => void lags.set(view, records),
    anchored: () => undefined
  }
  const fatal = (error: Error) => void failures.push(error)
  redis = connectRedis({ url: stack().redis, tlsCa: null }, log)
  role = await startProjections({
    kafka,
    pool,
    redis,
    codec,
    prefix,
    sessionTimeoutMs: 6000,
    noProgressMs: 60_000,
    anchors: null,
    metrics,
    tracing: null,
    fatal,
    log
  })
})

afterAll(async () => {
  await role.stop()
  redis.disconnect()
})

/** Writes decisions and waits until both views show the last. */
async function show(...decisions: Decided[]): Promise<void> {
  await store.write(decisions)
  const { topic, offset } = decisions.at(-1)!
  await eventually(async () => (await handledThrough(store.reads, { topic, partition: 0 })) >= offset)
}

const asked = ({ merchantId, paymentId, commandId }: Command, decided: Decided, offset = decided.offset) => ({
  ...{ merchantId, paymentId, commandId },
  position: { input: 'commands', partition: 0, offset } as const
})

/** What the view answers, without what settled it. */
async function answerTo(command: AskedCommand): Promise<CommandAnswer | null> {
  return (await findAnswer(store.reads, command, 'outcomes'))?.answer ?? null
}

/** The answer that the owner has frozen. */
function frozen({ paymentId, commandId }: Command): PaymentView {
  const { payment, commands } = owner.state(paymentId)!
  return viewOf(paymentId, payment!, commands.find(seen => seen.commandId === commandId)!.answer!)
}

describe('the answer to a command', () => {
  test('is the one that the owner has frozen, however far the payment has moved on', async () => {
    const started = initiate('manual', { capture: 'MANUAL' })
    const initiated = owner.command(started)
    await show(initiated)
    expect(await answerTo(asked(started, initiated))).toBeNull()

    const authorized = owner.result(started.paymentId, { settled: false })
    await show(authorized)
    const answer = { kind: 'payment', payment: frozen(started) }
    expect(answer.payment.status).toBe('AUTHORIZED')
    const settled = await findAnswer(store.reads, asked(started, initiated), authorized.topic)
    expect(settled?.position).toEqual({ input: 'outcomes', partition: 0, offset: authorized.offset })
    expect(await answerTo(asked(started, initiated))).toEqual(answer)

    const captures = capture(started.paymentId, 'capture')
    const requested = owner.command(captures)
    await show(requested, owner.result(started.paymentId, {}))
    expect(await answerTo(asked(started, initiated))).toEqual(answer)
    expect(await answerTo(asked(captures, requested))).toEqual({
      kind: 'payment',
      payment: frozen(captures)
    })
    expect(frozen(captures).status).toBe('COMPLETED')
  })

  test('is the refusal, by its position and when it is repeated elsewhere', async () => {
    const started = initiate('refused', { currency: 'XXX' })
    const refused = owner.command(started)
    await show(refused)
    const answer = { kind: 'rejected', code: 'command_invalid', message: expect.any(String) }
    expect(await answerTo(asked(started, refused))).toEqual(answer)
    expect(await answerTo(asked(started, refused, 1_000_000))).toEqual(answer)
  })

  test("is for the sender's merchant only", async () => {
    const started = initiate('mine')
    await show(owner.command(started), owner.result(started.paymentId, {}))
    const foreign = capture(started.paymentId, 'theirs', 'm2')
    const refused = owner.command(foreign)
    await show(refused)
    expect(await answerTo(asked(foreign, refused))).toMatchObject({ code: 'payment_not_found' })
    expect(await answerTo({ ...asked(started, refused, -1), merchantId: 'm2' })).toBeNull()
    expect(await findPayment(store.reads, 'm2', started.paymentId)).toBeNull()
    expect(await listEvents(store.reads, 'm2', started.paymentId)).toBeNull()
  })
})

test('a payment reads the same from the view as from its owner', async () => {
  const started = initiate('read')
  await show(owner.command(started), owner.result(started.paymentId, {}))
  expect(await findPayment(store.reads, 'm1', started.paymentId)).toEqual(frozen(started))
})

test('a payment reads as it was after each of its events, and at each time', async () => {
  const started = initiate('as-of')
  await show(owner.command(started), owner.result(started.paymentId, {}))
  const id = started.paymentId
  const asOf = (moment: Moment, merchant = 'm1') => findPaymentAsOf(store.reads, merchant, id, moment)
  const events = (await listEvents(store.reads, 'm1', id))!
  const statuses = await Promise.all(events.map(async ({ sequence }) => (await asOf({ sequence }))?.status))
  expect(statuses).toEqual(['INITIATED', 'INITIATED', 'PROCESSING', 'AUTHORIZED', 'CAPTURED', 'COMPLETED'])
  const now = await findPayment(store.reads, 'm1', id)
  expect(await asOf({ sequence: 6 })).toEqual(now)
  const [began, ended] = [events[0]!, events[5]!].map(({ occurredAt }) => Date.parse(occurredAt))
  expect(await asOf({ time: ended! })).toEqual(now)
  expect(await asOf({ time: began! - 1 })).toBeNull()
  expect(await asOf({ sequence: 7 })).toBeNull()
  expect(await asOf({ sequence: 6 }, 'm2')).toBeNull()
})

test('the events of a payment are numbered without gaps and hold what they were made of', async () => {
  const started = initiate('events')
  await show(owner.command(started), owner.result(started.paymentId, {}))
  const events = await listEvents(store.reads, 'm1', started.paymentId)
  expect(events?.map(({ sequence, type }) => `${sequence} ${type}`)).toEqual([
    '1 PaymentInitiated',
    '2 GatewaySelected',
    '3 GatewayOperationRequested',
    '4 PaymentAuthorized',
    '5 PaymentCaptured',
    '6 PaymentCompleted'
  ])
  expect(events?.[3]).toEqual({
    id: `${started.paymentId}.4`,
    sequence: 4,
    type: 'PaymentAuthorized',
    occurredAt: new Date(owner.state(started.paymentId)!.payment!.updatedAt).toISOString(),
    causationId: 'result-purchase-1',
    correlationId: 'corr',
    requestedBy: null,
    data: {
      ...{ operationId: 'purchase-1', gateway: 'alpha', reference: 'r1', amount: 1099 },
      ...{ captureAt: null, expiresAt: null }
    }
  })
})

test('a character that the database cannot hold does not stop the views', async () => {
  const started = initiate('nul')
  await show(owner.command(started))
  const declined = { outcome: 'DECLINED', declineType: 'HARD', code: 'no', message: 'a\0b \\u0000' } as const
  await show(owner.result(started.paymentId, declined))
  expect(await findPayment(store.reads, 'm1', started.paymentId)).toMatchObject({
    failure: { message: 'a\ufffdb \\u0000' }
  })
})

test('nothing has been handled on a partition that no event came from', async () => {
  expect(await handledThrough(store.reads, { topic: 'payments.commands', partition: 5 })).toBe(-1)
})

test('the lag of views that have caught up is 0', async () => {
  await eventually(() => lags.get('payments') === 0 && lags.get('payment_events') === 0)
  expect(role.notReady()).toBeNull()
  expect(failures).toEqual([])
})
