import { describe, expect, test } from '@jest/globals'
import { NOT_AT_GATEWAY } from '../../../../src/domain/payment/proof.ts'
import { answered, authorized, capture, initiate, oneAttempt, Scenario, typesOf } from './scenario.ts'

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

  test.each([
    ['DECLINED', 'why'],
    ['NOT_SENT', NOT_AT_GATEWAY]
  ] as const)('%s because of %s fails a payment of which no money moved', (outcome, code) => {
    const scenario = oneAttempt()
    scenario.send(initiate())
    scenario.answer(answered(outcome, { code }))
    expect(scenario.state?.payment).toMatchObject({
      status: 'FAILED',
      failure: { stage: 'AUTHORIZATION', code },
      capturedAmount: 0
    })
  })

  test('that a capture was declined leaves the payment authorized', () => {
    const scenario = authorized()
    scenario.send(capture(), { key: 'k2' })
    expect(typesOf(scenario.answer(answered('DECLINED')))).toEqual(['GatewayOperationFailed'])
    expect(scenario.state?.payment).toMatchObject({ status: 'AUTHORIZED', operation: null, failure: null })
  })

  test.each([
    ['UNKNOWN', 'OutcomeUnknown', 'UNKNOWN'],
    ['PENDING', 'OutcomePending', 'PENDING'],
    ['NEEDS_CUSTOMER', 'CustomerActionRequired', 'NEEDS_CUSTOMER'],
    ['UNRECOGNIZED', 'OutcomeUnknown', 'UNKNOWN']
  ] as const)(
    '%s never fails the payment: the operation stays open and blocks what would conflict',
    (outcome, event, status) => {
      const scenario = authorized()
      scenario.send(capture(), { key: 'k2' })
      expect(typesOf(scenario.answer(answered(outcome)))).toEqual([event])
      expect(scenario.state?.payment).toMatchObject({ status: 'AUTHORIZED', operation: { status } })
      expect(scenario.state?.commands.at(-1)?.answer).toMatchObject({ operation: { status } })
      expect(scenario.send(capture(), { key: 'k3' })).toMatchObject({ code: 'operation_in_progress' })
    }
  )

  test.each(['UNKNOWN', 'PENDING', 'NEEDS_CUSTOMER'] as const)(
    'that is definite closes it after %s',
    open => {
      const scenario = new Scenario()
      scenario.send(initiate())
      scenario.answer(answered(open))
      scenario.answer(answered('SUCCEEDED', { settled: true }))
      expect(scenario.status).toBe('COMPLETED')
      expect(scenario.state?.payment?.operation).toBeNull()
    }
  )

  test('that waits for the customer says where to send them', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    scenario.answer(answered('NEEDS_CUSTOMER', { redirectUrl: 'https://bank.example/3ds' }))
    expect(scenario.state?.commands[0]?.answer?.operation).toEqual({
      ...{ operationId: 'purchase-1', kind: 'PURCHASE', status: 'NEEDS_CUSTOMER' },
      redirectUrl: 'https://bank.example/3ds'
    })
  })

  test('that waits for the customer without saying where is not known', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    expect(scenario.answer(answered('NEEDS_CUSTOMER', { redirectUrl: null }))).toMatchObject([
      { type: 'OutcomeUnknown', code: 'customer_action_required' }
    ])
  })

  test.each(
    (['PENDING', 'NEEDS_CUSTOMER'] as const).flatMap(open =>
      (['UNKNOWN', 'REFUSED', 'NOT_SENT'] as const).map(later => [later, open] as const)
    )
  )('%s, of another call, does not take back that it was %s', (later, open) => {
    const scenario = new Scenario()
    scenario.send(initiate())
    scenario.answer(answered(open, { redirectUrl: 'https://bank.example/3ds' }))
    expect(scenario.answer(answered(later))).toEqual([])
    expect(scenario.state?.payment?.operation?.status).toBe(open)
  })

  test.each([
    ['DECLINED', ['OutcomeUnknown']],
    ['SUCCEEDED', ['ContradictoryOutcome', 'OutcomeUnknown']]
  ] as const)('%s about another sum closes nothing, and is never lost', (outcome, events) => {
    for (const sum of [
      { amount: 1098, currency: 'EUR' },
      { amount: 1099, currency: 'USD' }
    ]) {
      const scenario = new Scenario()
      scenario.send(initiate())
      expect(typesOf(scenario.answer(answered(outcome, sum)))).toEqual(events)
      expect(scenario.state?.payment).toMatchObject({
        status: 'PROCESSING',
        operation: { status: 'UNKNOWN' }
      })
      expect(scenario.answer(answered(outcome, sum))).toEqual([])
    }
  })

  test('of a decline of a kind that is not known here counts as hard', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    expect(scenario.answer(answered('DECLINED', { declineType: 'UNRECOGNIZED' }))).toMatchObject([
      { type: 'PaymentFailed', declineType: 'HARD' }
    ])
  })
})

describe('the first definite outcome closes an operation', () => {
  const purchase = { operationId: 'purchase-1' }
  const settled = { settled: true, amount: 1099, currency: 'EUR' }
  /** A payment after this answer to its purchase. */
  const after = (answer: Parameters<Scenario['answer']>[0]): Scenario => {
    const scenario = oneAttempt()
    scenario.send(initiate())
    scenario.answer(answer)
    return scenario
  }
  const succeeded = () => after(answered('SUCCEEDED', settled))
  const failed = () => after(answered('DECLINED'))

  test.each(['SUCCEEDED', 'REFUSED', 'NOT_SENT', 'PENDING', 'NEEDS_CUSTOMER', 'UNKNOWN'] as const)(
    'after a success %s changes nothing',
    outcome => {
      const scenario = succeeded()
      expect(scenario.answer(answered(outcome, purchase))).toEqual([])
    }
  )

  test.each(['DECLINED', 'REFUSED', 'NOT_SENT', 'PENDING', 'NEEDS_CUSTOMER', 'UNKNOWN'] as const)(
    'after a decline %s changes nothing',
    outcome => {
      const scenario = failed()
      expect(scenario.answer(answered(outcome, purchase))).toEqual([])
    }
  )

  test('a decline after a success is recorded as contradictory, once, and changes nothing', () => {
    const scenario = succeeded()
    const before = scenario.state!.payment!
    const decline = answered('DECLINED', { ...purchase, code: 'card_declined' })
    expect(scenario.answer(decline)).toMatchObject([
      { type: 'ContradictoryOutcome', stated: 'DECLINED', recorded: 'SUCCEEDED', code: 'card_declined' }
    ])
    const { endings, version, ...rest } = scenario.state!.payment!
    expect(endings).toMatchObject([{ contradictedBy: 'DECLINED' }])
    expect({ ...rest, version: version - 1, endings: before.endings }).toEqual(before)
    expect(scenario.answer(decline)).toEqual([])
  })

  test.each([
    ['DECLINED', 'card_declined'],
    ['NOT_SENT', NOT_AT_GATEWAY]
  ] as const)(
    'a success after %s because of %s is recorded with what the gateway holds, which is asked to give it back; the payment stays failed',
    (outcome, code) => {
      const scenario = after(answered(outcome, { code }))
      const success = answered('SUCCEEDED', { ...purchase, ...settled })
      expect(scenario.answer(success)).toMatchObject([
        {
          ...{ type: 'ContradictoryOutcome', stated: 'SUCCEEDED', recorded: 'FAILED' },
          ...{ amount: 1099, currency: 'EUR', reference: 'ref-1', gateway: 'alpha' }
        },
        {
          ...{ type: 'CompensationRequested', kind: 'REFUND', amount: 1099, reference: 'ref-1' },
          compensates: 'purchase-1.1'
        }
      ])
      expect(scenario.status).toBe('FAILED')
      expect(scenario.answer(success)).toEqual([])
    }
  )

  test.each([
    ['another sum', { amount: 1 }],
    ['another attempt', { attempt: 2 }],
    ['another gateway', { gateway: 'beta' }],
    ['what was never asked for', { operationId: 'purchase-9' }]
  ])('a success of %s is recorded, once', (_what, changes) => {
    const scenario = succeeded()
    const success = answered('SUCCEEDED', { ...purchase, ...settled, ...changes })
    expect(typesOf(scenario.answer(success))).toEqual(['ContradictoryOutcome'])
    expect(scenario.answer(success)).toEqual([])
    expect(scenario.status).toBe('COMPLETED')
  })

  test('a success of a superseded attempt is recorded while another operation is in flight, which goes on', () => {
    const scenario = authorized()
    scenario.send(capture(), { key: 'k2' })
    expect(typesOf(scenario.answer(answered('SUCCEEDED', { attempt: 2 })))).toEqual(['ContradictoryOutcome'])
    scenario.answer(answered('SUCCEEDED', { settled: true }))
    expect(scenario.status).toBe('COMPLETED')
  })

  test('one gateway cannot answer for another', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    expect(scenario.answer(answered('DECLINED', { gateway: 'beta' }))).toEqual([])
    expect(scenario.state?.payment?.operation).toMatchObject({ status: 'REQUESTED' })
  })
})

describe('nothing comes of', () => {
  test('a repeat of an unknown outcome', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    scenario.answer(answered('UNKNOWN'))
    expect(scenario.answer(answered('UNKNOWN'))).toEqual([])
  })

  test('a decline of what was never asked for', () => {
    const scenario = new Scenario()
    scenario.send(initiate())
    expect(scenario.answer(answered('DECLINED', { attempt: 2 }))).toEqual([])
  })

  test('an answer for a payment that does not exist', () => {
    expect(new Scenario().answer(answered('SUCCEEDED'))).toEqual([])
  })
})
