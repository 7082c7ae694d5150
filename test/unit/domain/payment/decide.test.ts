import { describe, expect, test } from '@jest/globals'
import { limits } from '../../../../src/domain/payment/limits.ts'
import {
  answered,
  authorized,
  cancel,
  capture,
  initiate,
  Scenario,
  typesOf,
  type Initiate
} from './scenario.ts'

describe('InitiatePayment', () => {
  test('asks the first gateway that takes the currency, with a key that follows from the payment', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    expect(typesOf(scenario.events)).toEqual([
      'PaymentInitiated',
      'GatewaySelected',
      'GatewayOperationRequested'
    ])
    expect(scenario.state?.payment?.operation).toMatchObject({
      gateway: 'alpha',
      kind: 'PURCHASE',
      idempotencyKey: 'pay_1.purchase-1.1',
      amount: 1099,
      sendBy: 6000
    })
    expect(scenario.status).toBe('PROCESSING')
  })

  test('records every candidate and what excluded it', () => {
    const scenario = new Scenario()
    scenario.send(initiate({ currency: 'JPY' }))
    expect(scenario.events[1]).toMatchObject({
      gateway: 'beta',
      probability: 1,
      candidates: [
        { gateway: 'alpha', excludedBy: 'currency' },
        { gateway: 'beta', excludedBy: null }
      ]
    })
  })

  test('authorizes first where the gateway knows no purchase', () => {
    const scenario = new Scenario()
    scenario.send(initiate({ currency: 'JPY' }))
    expect(scenario.state?.payment?.operation?.kind).toBe('AUTHORIZE')
  })

  test('fails the payment when no gateway takes its currency', () => {
    const scenario = new Scenario()
    scenario.send(initiate({ currency: 'CHF' }))
    expect(scenario.state?.payment?.failure).toMatchObject({ stage: 'ROUTING', code: 'no_gateway_available' })
    expect(scenario.status).toBe('FAILED')
  })

  test('is refused for an unknown merchant, and stays refused when the merchant becomes known', () => {
    const scenario = new Scenario()
    scenario.context = { ...scenario.context, merchantIsKnown: false }
    expect(scenario.send(initiate())).toMatchObject({
      type: 'refused',
      code: 'merchant_unknown',
      remembered: true
    })
    scenario.context = { ...scenario.context, merchantIsKnown: true }
    expect(scenario.send(initiate())).toEqual({ type: 'repeat' })
    expect(scenario.state?.payment).toBeNull()
  })

  test.each([
    ['zero', { amount: 0 }],
    ['a negative amount', { amount: -1 }],
    ['a fraction of a minor unit', { amount: 1.5 }],
    ['an amount that is no safe integer', { amount: 2 ** 53 }],
    ['an unknown currency', { currency: 'XXX' }],
    ['a variant of capture that a newer sender uses', { capture: 'UNRECOGNIZED' as const }],
    [
      'a payment method of an unknown type',
      { paymentMethod: { type: 'UNRECOGNIZED' as const, token: 't', network: null } }
    ],
    ['an empty token', { paymentMethod: { type: 'CARD' as const, token: '', network: null } }],
    ['a country that is no code', { customer: { id: 'c', country: 'Germany' } }],
    ['a customer without id', { customer: { id: '', country: null } }],
    ['a long description', { description: 'x'.repeat(limits.descriptionLength + 1) }],
    ['a NUL in a text', { description: 'a\u0000b' }],
    ['half a surrogate pair in a text', { metadata: { note: '\ud800' } }],
    ['a delay that is longer than authorizations last', { captureDelayMs: limits.captureDelayMs + 1 }],
    ['a delay with manual capture', { capture: 'MANUAL', captureDelayMs: 1 }],
    [
      'too much metadata',
      {
        metadata: Object.fromEntries(
          Array.from({ length: limits.metadataEntries + 1 }, (_, i) => [`k${i}`, 'v'])
        )
      }
    ]
  ])('is refused with %s', (_what, changes) => {
    const scenario = new Scenario()
    expect(scenario.send(initiate(changes as Partial<Initiate>))).toMatchObject({
      code: 'command_invalid',
      remembered: true
    })
    expect(typesOf(scenario.events)).toEqual(['CommandRejected'])
  })

  test.each([
    ['token', { paymentMethod: { type: 'CARD' as const, token: '4111111111111111', network: null } }],
    ['customer id', { customer: { id: '4111111111111111', country: null } }],
    ['description', { description: 'pay with 4111 1111 1111 1111' }],
    ['metadata value', { metadata: { card: '4111-1111-1111-1111' } }],
    ['metadata key', { metadata: { '4111111111111111': 'x' } }]
  ])('is refused with a card number as %s, which goes nowhere', (_field, changes) => {
    const scenario = new Scenario()
    expect(scenario.send(initiate(changes), { fingerprint: 'f' })).toMatchObject({
      code: 'card_number_not_allowed'
    })
    expect(JSON.stringify([scenario.events, scenario.state])).not.toContain('4111')
  })
})

describe('the same command again', () => {
  test('changes nothing and keeps its answer, however far the payment has moved', () => {
    const scenario = authorized()
    const first = scenario.state?.commands[0]?.answer
    expect(first).toMatchObject({ status: 'AUTHORIZED', version: 4 })
    scenario.send(capture(), { key: 'k2' })
    scenario.answer(answered('SUCCEEDED', { settled: true }))
    expect(scenario.send(initiate({ capture: 'MANUAL' }))).toEqual({ type: 'repeat' })
    expect(scenario.state?.commands[0]?.answer).toEqual(first)
    expect(scenario.status).toBe('COMPLETED')
  })

  test('with another body is refused, and the payment remembers nothing of it', () => {
    const scenario = authorized()
    const before = scenario.state
    expect(scenario.send(initiate({ amount: 1 }))).toMatchObject({
      code: 'idempotency_key_reused',
      remembered: false
    })
    expect(scenario.state).toEqual(before)
  })

  test('has no answer while its operation is under way', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    expect(scenario.send(initiate())).toEqual({ type: 'repeat' })
    expect(scenario.state?.commands[0]?.answer).toBeNull()
  })
})

describe('CapturePayment and CancelPayment', () => {
  test('capture all that is authorized when no amount is given', () => {
    const scenario = authorized()
    scenario.send(capture(), { key: 'k2' })
    scenario.answer(answered('SUCCEEDED', { settled: true }))
    expect(scenario.state?.payment).toMatchObject({
      status: 'COMPLETED',
      capturedAmount: 1099,
      operation: null
    })
  })

  test('refer to the authorization at its gateway', () => {
    const scenario = authorized()
    scenario.send(capture(500), { key: 'k2' })
    expect(scenario.events.at(-1)).toMatchObject({
      reference: 'ref-1',
      amount: 500,
      operationId: 'capture-2'
    })
  })

  test('cancel releases the payment', () => {
    const scenario = authorized()
    scenario.send(cancel(), { key: 'k2' })
    scenario.answer(answered('SUCCEEDED'))
    expect(scenario.state?.payment).toMatchObject({ status: 'CANCELLED', capturedAmount: 0 })
  })

  test('one waits for the other: a second operation is refused while the first is under way', () => {
    const scenario = authorized()
    scenario.send(capture(), { key: 'k2' })
    expect(scenario.send(cancel(), { key: 'k3' })).toMatchObject({
      code: 'operation_in_progress',
      remembered: true
    })
  })

  test('more than is authorized cannot be captured', () => {
    expect(authorized().send(capture(1100), { key: 'k2' })).toMatchObject({
      code: 'amount_exceeds_authorized'
    })
  })

  test('another version than the expected one is a conflict', () => {
    expect(authorized().send(capture(null, 3), { key: 'k2' })).toMatchObject({ code: 'version_conflict' })
  })

  test('a payment in another status is not captured', () => {
    const scenario = authorized()
    scenario.send(cancel(), { key: 'k2' })
    scenario.answer(answered('SUCCEEDED'))
    expect(scenario.send(capture(), { key: 'k3' })).toMatchObject({ code: 'status_conflict' })
  })

  test('an unknown payment and a foreign one are told apart by nobody', () => {
    expect(new Scenario().send(capture())).toMatchObject({ code: 'payment_not_found', remembered: false })
    const foreign = authorized()
    const before = foreign.state
    expect(foreign.send(capture(), { merchantId: 'm2', key: 'k2' })).toMatchObject({
      code: 'payment_not_found'
    })
    expect(foreign.state).toEqual(before)
  })
})

test('a payment takes no more than its number of commands', () => {
  const scenario = authorized()
  for (let i = scenario.state!.commands.length; i < limits.commandsPerPayment; i++) {
    scenario.send(capture(9999), { key: `n${i}` })
  }
  expect(scenario.send(capture(), { key: 'last' })).toMatchObject({
    code: 'too_many_commands',
    remembered: false
  })
  expect(scenario.state?.commands).toHaveLength(limits.commandsPerPayment)
})
