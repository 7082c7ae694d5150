import { describe, expect, test } from '@jest/globals'
import { answered, authorized, capture, initiate, Scenario, typesOf } from './scenario.ts'

describe('an answer to the operation in flight', () => {
  test('that a settled purchase succeeded completes the payment', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    const events = scenario.answer(answered('SUCCEEDED', { settled: true }))
    expect(typesOf(events)).toEqual(['PaymentAuthorized', 'PaymentCaptured', 'PaymentCompleted'])
    expect(scenario.state?.payment).toMatchObject({
      authorizedAmount: 1099,
      capturedAmount: 1099,
      operation: null
    })
  })

  test('that a purchase succeeded without settlement leaves the payment captured, at rest', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    scenario.answer(answered('SUCCEEDED'))
    expect(scenario.state?.commands[0]?.answer?.status).toBe('CAPTURED')
  })

  test('that an authorization succeeded goes on to the automatic capture, and only then answers', () => {
    const scenario = new Scenario()
    scenario.send(initiate({ currency: 'JPY' }))
    scenario.answer(answered('SUCCEEDED'))
    expect(scenario.state?.payment?.operation).toMatchObject({ kind: 'CAPTURE', operationId: 'capture-2' })
    expect(scenario.state?.commands[0]?.answer).toBeNull()
    scenario.answer(answered('SUCCEEDED', { settled: true }))
    expect(scenario.state?.commands[0]?.answer?.status).toBe('COMPLETED')
  })

  test.each(['DECLINED', 'REFUSED', 'NOT_SENT'] as const)(
    '%s fails a payment of which no money moved',
    outcome => {
      const scenario = new Scenario()
      scenario.send(initiate())
      scenario.answer(answered(outcome, { code: 'why' }))
      expect(scenario.state?.payment).toMatchObject({
        status: 'FAILED',
        failure: { stage: 'AUTHORIZATION', code: 'why' },
        capturedAmount: 0
      })
    }
  )

  test('that a capture was declined leaves the payment authorized', () => {
    const scenario = authorized()
    scenario.send(capture(), { key: 'k2' })
    expect(typesOf(scenario.answer(answered('DECLINED')))).toEqual(['GatewayOperationFailed'])
    expect(scenario.state?.payment).toMatchObject({ status: 'AUTHORIZED', operation: null, failure: null })
  })

  test.each(['UNKNOWN', 'PENDING', 'NEEDS_CUSTOMER', 'UNRECOGNIZED'] as const)(
    '%s never fails the payment: the operation stays open and blocks what would conflict',
    outcome => {
      const scenario = authorized()
      scenario.send(capture(), { key: 'k2' })
      expect(typesOf(scenario.answer(answered(outcome)))).toEqual(['OutcomeUnknown'])
      expect(scenario.state?.payment).toMatchObject({
        status: 'AUTHORIZED',
        operation: { status: 'UNKNOWN' }
      })
      expect(scenario.send(capture(), { key: 'k3' })).toMatchObject({ code: 'operation_in_progress' })
    }
  )

  test('that is definite closes an operation whose outcome was unknown', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    scenario.answer(answered('UNKNOWN'))
    scenario.answer(answered('SUCCEEDED', { settled: true }))
    expect(scenario.status).toBe('COMPLETED')
  })

  test('of a decline of a kind that is not known here counts as hard', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    expect(scenario.answer(answered('DECLINED', { declineType: 'UNRECOGNIZED' }))).toMatchObject([
      { type: 'PaymentFailed', declineType: 'HARD' }
    ])
  })
})

describe('an answer to anything else changes nothing', () => {
  test('a repeat of an unknown outcome', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    scenario.answer(answered('UNKNOWN'))
    expect(scenario.answer(answered('UNKNOWN'))).toEqual([])
  })

  test('an operation that has ended', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    scenario.answer(answered('SUCCEEDED', { settled: true }))
    expect(scenario.answer(answered('DECLINED', { operationId: 'purchase-1' }))).toEqual([])
    expect(scenario.status).toBe('COMPLETED')
  })

  test('another attempt', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    expect(scenario.answer(answered('SUCCEEDED', { attempt: 2 }))).toEqual([])
  })

  test('a payment that does not exist', () => {
    expect(new Scenario().answer(answered('SUCCEEDED'))).toEqual([])
  })
})
