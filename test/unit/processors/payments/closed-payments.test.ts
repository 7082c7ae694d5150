import { describe, expect, test } from '@jest/globals'
import avro from 'avsc'
import { isClosed } from '../../../../src/domain/payment/closed.ts'
import type { PaymentState } from '../../../../src/domain/payment/state.ts'
import type { ClosedPayment } from '../../../../src/generated/records.ts'
import { fullName, loadSchemas } from '../../../../src/platform/avro/schemas.ts'
import { stateOf, stubOf } from '../../../../src/processors/payments/closed-payments.ts'
import { answered, cancel, capture, initiate, Scenario } from '../../domain/payment/scenario.ts'

const stub = avro.Type.forSchema(
  loadSchemas().find(schema => fullName(schema) === 'aegispay.state.ClosedPayment')!
)

/** As it stands on the changelog, and is read from it. */
const kept = (state: PaymentState): PaymentState =>
  stateOf(stub.fromBuffer(stub.toBuffer(stubOf(state))) as ClosedPayment)

const plain = (state: unknown): unknown => JSON.parse(JSON.stringify(state))

function completed(): Scenario {
  const scenario = new Scenario()
  scenario.send(initiate({ capture: 'MANUAL', metadata: { order: '4711' }, description: 'Two coffees' }))
  scenario.answer(answered('SUCCEEDED'))
  scenario.send(capture(1100), { key: 'too much' })
  scenario.send(capture(500), { key: 'part' })
  scenario.answer(answered('SUCCEEDED', { settled: true }))
  return scenario
}

function cancelled(): Scenario {
  const scenario = new Scenario()
  scenario.send(initiate({ capture: 'MANUAL' }))
  scenario.answer(answered('SUCCEEDED'))
  scenario.send(cancel(), { key: 'cancel' })
  scenario.answer(answered('SUCCEEDED'))
  return scenario
}

function failed(): Scenario {
  const scenario = new Scenario()
  scenario.send(initiate())
  scenario.answer(answered('DECLINED'))
  return scenario
}

function refused(): Scenario {
  const scenario = new Scenario()
  scenario.send(initiate({ amount: 0 }))
  return scenario
}

const closed = { completed, cancelled, failed, refused }

describe.each(Object.entries(closed))('a %s payment', (_name, scenario) => {
  test('is closed, and comes back from its stub as it was', () => {
    const { state } = scenario()
    expect(isClosed(state!)).toBe(true)
    expect(plain(kept(state!))).toEqual(plain(state))
  })

  test('gives a late duplicate its old answer, and refuses the key for another body', () => {
    const known = scenario()
    known.state = kept(known.state!)
    known.context = { ...known.context, now: 366 * 24 * 60 * 60 * 1000, merchantIsKnown: false, gateways: [] }
    const before = known.state
    const first = known.state.commands[0]!
    const body = initiate()
    expect(known.send(body, { fingerprint: first.fingerprint })).toEqual({ type: 'repeat' })
    expect(known.send(body, { fingerprint: 'another' })).toMatchObject({ code: 'idempotency_key_reused' })
    expect(known.state).toBe(before)
  })
})

test.each([
  ['completed', completed()],
  ['cancelled', cancelled()]
])('a %s payment lets go of its payment method', (_name, { state }) => {
  expect(state!.payment!.paymentMethod).toBeNull()
})

test('a failed payment keeps its payment method, since it may be tried again', () => {
  expect(kept(failed().state!).payment!.paymentMethod).toEqual({
    type: 'CARD',
    token: 'tok_visa',
    network: null
  })
})

test('an authorized payment is not closed, nor one whose capture is under way', () => {
  const scenario = new Scenario()
  scenario.send(initiate({ capture: 'MANUAL' }))
  expect(isClosed(scenario.state!)).toBe(false)
  scenario.answer(answered('SUCCEEDED'))
  expect(isClosed(scenario.state!)).toBe(false)
  scenario.send(capture(), { key: 'all' })
  expect(isClosed(scenario.state!)).toBe(false)
  expect(scenario.state!.payment!.paymentMethod).not.toBeNull()
})

test('an answer of before the end stays what it was, and one of the end is not kept twice', () => {
  const { state } = completed()
  const [first, , second] = stubOf(state!).commands
  expect(first!.answer).toMatchObject({ status: 'AUTHORIZED', version: 4 })
  expect(second!.answer).toBeNull()
})

test('what a gateway says too late about a closed payment is still put on record', () => {
  const scenario = failed()
  scenario.state = kept(scenario.state!)
  const { operationId, attempt, gateway } = scenario.state.payment!.endings[0]!
  const events = scenario.answer(answered('SUCCEEDED', { operationId, attempt, gateway }))
  expect(events).toMatchObject([
    { type: 'ContradictoryOutcome', stated: 'SUCCEEDED', recorded: 'FAILED' },
    { type: 'CompensationRequested', compensates: `${operationId}.${attempt}` }
  ])
  expect(kept(scenario.state).commands).toEqual(scenario.state.commands)
})
