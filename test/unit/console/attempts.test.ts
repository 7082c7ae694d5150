import { expect, test } from '@jest/globals'
import { attemptsIn, type AttemptEvent } from '../../../console/src/pages/payment/attempts-in.ts'

let sequence = 0
const event = (type: string, data: object): AttemptEvent => ({
  sequence: ++sequence,
  type,
  occurredAt: new Date(Date.UTC(2026, 0, 1) + sequence * 1000).toISOString(),
  data: { operationId: 'purchase-1', gateway: 'one', ...data }
})

test('makes a row of every time a gateway was asked, with what came of it', () => {
  const attempts = attemptsIn([
    event('GatewayOperationRequested', { kind: 'PURCHASE', attempt: 1, amount: 1099 }),
    event('OutcomeUnknown', { message: 'No answer came.' }),
    event('RetryScheduled', { nextAttempt: 2, message: 'It comes to another attempt.' }),
    event('GatewayOperationRequested', { kind: 'PURCHASE', attempt: 2, amount: 1099, gateway: 'two' }),
    event('PaymentAuthorized', { amount: 1099, gateway: 'two' })
  ])
  expect(attempts).toMatchObject([
    { gateway: 'one', number: 1, tone: 'warn', tookMs: 2000 },
    { gateway: 'two', number: 2, result: 'authorized', tone: 'good', tookMs: 1000 }
  ])
})

test('shows an attempt that has no answer yet', () => {
  expect(attemptsIn([event('GatewayOperationRequested', { kind: 'CAPTURE', attempt: 1 })])).toMatchObject([
    { operation: 'capture', result: 'under way', tookMs: null }
  ])
})
