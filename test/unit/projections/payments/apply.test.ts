import { describe, expect, test } from '@jest/globals'
import { CorruptHistoryError } from '../../../../src/domain/payment/statuses.ts'
import {
  applyEvent,
  type PaymentRow,
  type SequencedEvent
} from '../../../../src/projections/payments/apply.ts'
import { pairTerm, wordTerm } from '../../../../src/projections/payments/terms.ts'

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678)

const envelope = (sequence: number) => ({
  paymentId: 'pay_1',
  merchantId: 'm1',
  sequence,
  occurredAt: at + sequence,
  causationId: 'cmd_1',
  commandFingerprint: null
})

const initiated: SequencedEvent = {
  ...envelope(1),
  type: 'PaymentInitiated',
  amount: 1099,
  currency: 'EUR',
  capture: 'AUTOMATIC',
  captureDelayMs: null,
  customer: { id: 'c1', country: 'DE' },
  paymentMethod: { type: 'CARD', token: 'tok_visa', network: null },
  description: 'Tea',
  metadata: { order: '7' },
  giveUpAt: null
}
const selected: SequencedEvent = {
  ...envelope(2),
  type: 'GatewaySelected',
  gateway: 'alpha',
  policyId: 'by-priority',
  policyVersion: '1',
  probability: 1,
  ...{ variant: null, decidedBy: 'priority' },
  features: {},
  candidates: []
}
const requested: SequencedEvent = {
  ...envelope(3),
  type: 'GatewayOperationRequested',
  operationId: 'purchase-1',
  gateway: 'alpha',
  kind: 'PURCHASE',
  attempt: 1,
  idempotencyKey: 'pay_1.purchase-1.1',
  amount: 1099,
  currency: 'EUR',
  reference: null,
  sendBy: at + 1000,
  timeoutMs: 1000,
  ...{ purpose: null, refundId: null, reason: null }
}
const done = { operationId: 'purchase-1', gateway: 'alpha', reference: 'r1', amount: 1099 }
const authorized: SequencedEvent = {
  ...envelope(4),
  type: 'PaymentAuthorized',
  ...done,
  captureAt: null,
  expiresAt: null
}
const captured: SequencedEvent = { ...envelope(5), type: 'PaymentCaptured', ...done, lookUpAt: null }
const completed: SequencedEvent = {
  ...envelope(6),
  type: 'PaymentCompleted',
  amount: 1099,
  refundsUntil: null
}

const rowAfter = (...events: SequencedEvent[]): PaymentRow | null =>
  events.reduce<PaymentRow | null>(applyEvent, null)

describe('the row of a payment', () => {
  test('shows since when an outcome is not known, whatever is asked about it, until it is', () => {
    const unknown: SequencedEvent = {
      ...{ ...envelope(4), type: 'OutcomeUnknown', operationId: 'purchase-1', gateway: 'alpha' },
      ...{ code: 'timeout', message: 'No answer.', lookUpAt: at + 5000 }
    }
    const lookedUp: SequencedEvent = {
      ...{ ...envelope(5), type: 'OutcomeLookupRequested', operationId: 'purchase-1', gateway: 'alpha' },
      ...{ attempt: 1, lookUp: 1, lookUpAt: at + 9000 }
    }
    const known: SequencedEvent = { ...authorized, sequence: 6, occurredAt: at + 6 }
    const seen: (Date | null)[] = []
    let row: PaymentRow | null = null
    const asked: SequencedEvent = { ...requested, kind: 'AUTHORIZE' }
    for (const event of [initiated, selected, asked, unknown, lookedUp, known]) {
      row = applyEvent(row, event)
      seen.push(row.unknown_since)
    }
    const since = new Date(at + 4)
    expect(seen).toEqual([null, null, null, since, since, null])
  })

  test('shows what was to be undone until it is, and since when nobody knows what became of it', () => {
    const at2 = { operationId: 'compensate-2', gateway: 'alpha' }
    const call = { idempotencyKey: 'k', sendBy: at, timeoutMs: 1 }
    const failed: SequencedEvent = {
      ...{ ...envelope(4), type: 'PaymentFailed', stage: 'AUTHORIZATION', operationId: 'purchase-1' },
      ...{ code: 'declined', message: 'No.', declineType: 'HARD' }
    }
    const asked = (sequence: number, attempt: number): SequencedEvent => ({
      ...{ ...envelope(sequence), ...at2, ...call, type: 'CompensationRequested', attempt, kind: 'REFUND' },
      ...{ amount: 1099, currency: 'EUR', reference: 'r', compensates: 'purchase-1.1' }
    })
    const postponed = (sequence: number, next: 'LOOK_UP' | 'RETRY'): SequencedEvent => ({
      ...{ ...envelope(sequence), ...at2, type: 'CompensationPostponed', attempt: 1, next },
      ...{ dueAt: at, code: 'timeout', message: 'No answer.' }
    })
    const done: SequencedEvent = {
      ...{ ...envelope(9), ...at2, type: 'CompensationSucceeded', reference: 'r2' }
    }
    const seen: unknown[] = []
    let row = rowAfter(initiated, selected, requested, failed)
    const events = [asked(5, 1), postponed(6, 'LOOK_UP'), postponed(7, 'RETRY'), asked(8, 2), done]
    for (const event of events) {
      row = applyEvent(row, event)
      seen.push([row.compensations.map(({ kind, amount }) => [kind, amount]), row.unknown_since])
    }
    const open = [['REFUND', 1099]]
    expect(seen).toEqual([
      [open, null],
      [open, new Date(at + 6)],
      [open, null],
      [open, null],
      [[], null]
    ])
  })

  test('begins with the terms of the payment', () => {
    expect(rowAfter(initiated)).toEqual({
      id: 'pay_1',
      merchant_id: 'm1',
      status: 'INITIATED',
      amount: 1099,
      currency: 'EUR',
      capture: 'AUTOMATIC',
      authorized_amount: 0,
      captured_amount: 0,
      refunded_amount: 0,
      gateway: null,
      version: 1,
      customer_id: 'c1',
      customer_country: 'DE',
      description: 'Tea',
      metadata: { order: '7' },
      failure: null,
      operation: null,
      compensations: [],
      review: null,
      held_until: null,
      unknown_since: null,
      created_at: new Date(at + 1),
      updated_at: new Date(at + 1),
      terms: ['pay_1', 'pay', '1', 'c1', '7', 'tea']
        .map(word => wordTerm('m1', word))
        .toSpliced(0, 0, pairTerm('m1', 'order', '7'))
    })
  })

  test('follows the payment to its completion', () => {
    expect(rowAfter(initiated, selected, requested, authorized, captured, completed)).toMatchObject({
      status: 'COMPLETED',
      gateway: 'alpha',
      version: 6,
      authorized_amount: 1099,
      captured_amount: 1099,
      created_at: new Date(at + 1),
      updated_at: new Date(at + 6)
    })
  })

  test('says what the payment waits for, until it is answered', () => {
    const redirectUrl = 'https://bank.example/3ds'
    const operation = { operationId: 'purchase-1', kind: 'PURCHASE', status: 'NEEDS_CUSTOMER', redirectUrl }
    const asked: SequencedEvent = {
      ...envelope(4),
      ...{ type: 'CustomerActionRequired', operationId: 'purchase-1', gateway: 'alpha' },
      ...{ reference: 'r1', redirectUrl, lookUpAt: null }
    }
    expect(rowAfter(initiated, selected, requested, asked)).toMatchObject({ status: 'PROCESSING', operation })
    const answered = { ...authorized, sequence: 5 }
    const over = { ...captured, sequence: 6 }
    expect(rowAfter(initiated, selected, requested, asked, answered, over)?.operation).toBeNull()
  })

  test('says why the payment failed', () => {
    const failed: SequencedEvent = {
      ...envelope(4),
      ...{ type: 'PaymentFailed', stage: 'AUTHORIZATION', operationId: 'purchase-1', declineType: 'HARD' },
      ...{ code: 'card_declined', message: 'Declined.' }
    }
    expect(rowAfter(initiated, selected, requested, failed)).toMatchObject({
      status: 'FAILED',
      version: 4,
      failure: { stage: 'AUTHORIZATION', code: 'card_declined', message: 'Declined.' }
    })
  })
})

describe('refuses a history that cannot be', () => {
  test.each<[string, SequencedEvent[]]>([
    ['an event twice', [initiated, initiated]],
    ['a gap', [initiated, requested]],
    ['an event before the payment', [{ ...selected, sequence: 1 }]],
    ['an event that its status does not allow', [initiated, { ...captured, sequence: 2 }]]
  ])('%s', (_, events) => {
    expect(() => rowAfter(...events)).toThrow(CorruptHistoryError)
  })
})
