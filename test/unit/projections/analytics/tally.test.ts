import { describe, expect, test } from '@jest/globals'
import { CorruptHistoryError } from '../../../../src/domain/payment/statuses.ts'
import { binOf } from '../../../../src/projections/analytics/sketch.ts'
import { Tally } from '../../../../src/projections/analytics/tally.ts'
import type { SequencedEvent } from '../../../../src/projections/analytics/tracked-payment.ts'
import type { StoredEvent } from '../../../../src/projections/view.ts'

const HOUR = Date.UTC(2026, 0, 2, 3)

type Event = SequencedEvent['type']
type Fields<T extends Event> = Partial<SequencedEvent & { type: T }>

/** A history of one payment; every event a second after the one before. */
class History {
  readonly events: StoredEvent[] = []
  readonly #paymentId: string

  constructor(paymentId = 'pay_1') {
    this.#paymentId = paymentId
  }

  then<T extends Event>(type: T, fields: Fields<T> = {}): this {
    const sequence = this.events.length + 1
    const envelope = {
      paymentId: this.#paymentId,
      merchantId: 'm1',
      sequence,
      occurredAt: HOUR + 1000 * sequence
    }
    const value = { ...envelope, ...fields }
    this.events.push({ type, value, partition: 3, offset: sequence } as unknown as StoredEvent)
    return this
  }

  begins(amount = 1099): this {
    return this.then('PaymentInitiated', {
      ...{ amount, currency: 'EUR', paymentMethod: { type: 'CARD', token: 't', network: null } }
    })
  }

  chooses(gateway: string, cost?: number): this {
    const terms = cost === undefined ? {} : { cost }
    const candidates = [{ gateway, excludedBy: null, score: null, terms: terms as Record<string, number> }]
    return this.then('GatewaySelected', { gateway, candidates, variant: 'base' })
  }

  asks(kind: 'AUTHORIZE' | 'PURCHASE' | 'CAPTURE' | 'REFUND' = 'PURCHASE', gateway = 'alpha'): this {
    return this.then('GatewayOperationRequested', { kind, gateway, operationId: 'op' })
  }

  completes(amount = 1099): this {
    const done = { gateway: 'alpha', amount }
    return this.then('PaymentAuthorized', done)
      .then('PaymentCaptured', done)
      .then('PaymentCompleted', { amount })
  }
}

function tallied(...histories: History[]) {
  const tally = new Tally(new Map())
  for (const { events } of histories) for (const event of events) tally.take(event as never)
  return tally.rows()
}

type Row = Record<string, unknown>

/** Of the hours, what was added for a gateway, without what was not. */
function of(gateway: string, rows: object[]): Row {
  const row = (rows as Row[]).find(one => one['grain'] === 'hour' && one['gateway'] === gateway) ?? {}
  return Object.fromEntries(Object.entries(row).filter(([, value]) => ![0, '0'].includes(value as number)))
}

describe('a payment that completes', () => {
  const rows = tallied(new History().begins().chooses('alpha', 12.5).asks().completes())

  test('is counted where it was initiated, and where each thing happened', () => {
    expect(of('', rows.analytics)).toMatchObject({ initiated: 1, initiated_amount: '1099', method: 'card' })
    expect(of('alpha', rows.analytics)).toMatchObject({
      ...{ authorized: 1, captured: 1, completed: 1, attempts_approved: 1, completed_amount: '1099' },
      ...{ merchant_id: 'm1', currency: 'EUR', variant: 'base', partition: 3 },
      starts_at: new Date(HOUR).toISOString()
    })
  })

  test('has cost what its gateway was known to take', () => {
    expect(of('alpha', rows.analytics)).toMatchObject({ charged: 1, charged_amount: '125000' })
  })

  test('took as long as from its beginning, and its gateway as long as from being asked', () => {
    const bins = (column: string): unknown[] => Object.values(of('alpha', rows.analytics)[column] as object)
    expect([bins('authorization_ms'), bins('completion_ms'), bins('answer_ms')]).toEqual([[1], [1], [1]])
  })

  test('is counted by the day, too', () => {
    const days = (rows.analytics as Row[]).filter(({ grain }) => grain === 'day')
    expect(days.map(({ starts_at }) => starts_at)).toEqual([
      '2026-01-02T00:00:00.000Z',
      '2026-01-02T00:00:00.000Z'
    ])
  })

  test('is not under way any more, and leaves rows that say so', () => {
    expect((rows.analytics_in_flight as Row[]).map(({ in_flight }) => in_flight)).toEqual([0, 0, 0, 0])
  })
})

describe('attempts', () => {
  const soft = { declineType: 'SOFT', code: 'insufficient_funds', kind: 'PURCHASE' } as const

  test('one that is declined counts at its gateway, and the payment where it ends', () => {
    const { analytics, analytics_declines } = tallied(
      new History()
        .begins()
        .chooses('alpha')
        .asks()
        .then('GatewayOperationFailed', soft)
        .chooses('beta')
        .asks()
        .completes()
    )
    expect(of('alpha', analytics)).toMatchObject({ attempts_declined: 1 })
    expect(of('beta', analytics)).toMatchObject({ attempts_approved: 1, authorized: 1 })
    expect(of('alpha', analytics_declines)).toMatchObject({
      subject: 'attempt',
      code: 'insufficient_funds',
      declines: 1
    })
  })

  test('one that came to nothing counts when the next begins', () => {
    const again = { operationId: 'op', neverLeft: false, isProven: true }
    const { analytics } = tallied(
      new History().begins().chooses('alpha').asks().then('RetryScheduled', again).asks().completes()
    )
    expect(of('alpha', analytics)).toMatchObject({ attempts_failed: 1, attempts_approved: 1 })
  })

  test('one that never left counts as none, and took the gateway no time', () => {
    const again = { operationId: 'op', neverLeft: true, isProven: true }
    const { analytics } = tallied(
      new History().begins().chooses('alpha').asks().then('RetryScheduled', again).asks().completes()
    )
    expect(of('alpha', analytics)).not.toHaveProperty('attempts_failed')
    expect(Object.values(of('alpha', analytics)['answer_ms'] as object)).toEqual([1])
  })

  test('a refusal before any gateway was asked is no attempt', () => {
    const blocked = { stage: 'FRAUD', code: 'fraud_suspected', declineType: null, operationId: null } as const
    const { analytics, analytics_declines } = tallied(new History().begins().then('PaymentFailed', blocked))
    expect(of('', analytics)).toMatchObject({ initiated: 1, failed: 1, failed_amount: '1099' })
    expect(of('', analytics)).not.toHaveProperty('attempts_failed')
    expect(of('', analytics_declines)).toMatchObject({ subject: 'payment', stage: 'FRAUD', declines: 1 })
  })
})

describe('a payment that failed and is tried again', () => {
  const failed = { stage: 'AUTHORIZATION', code: 'no', declineType: 'HARD', operationId: 'op' } as const
  const first = new History().begins().chooses('alpha').asks().then('PaymentFailed', failed)
  const retried = first.then('PaymentRetried')
  const { sequence: begun } = retried.events.at(-1)!.value as { sequence: number }
  const rows = tallied(retried.chooses('beta').asks().completes())

  test('is counted as retried, where no gateway is chosen again yet', () => {
    expect(of('', rows.analytics)).toMatchObject({ initiated: 1, retried: 1 })
    expect(of('alpha', rows.analytics)).not.toHaveProperty('retried')
  })

  test('took as long as from the retry', () => {
    const { sequence } = retried.events.find(({ type }) => type === 'PaymentAuthorized')!.value as {
      sequence: number
    }
    expect(of('beta', rows.analytics)['authorization_ms']).toEqual({ [binOf(1000 * (sequence - begun))]: 1 })
  })
})

test.each([
  ['the first instant', 0],
  ['the last', 3_599_999]
])('what happened at %s of an hour is counted in it, and in its day', (_, after) => {
  // The last hour of the day, so that what is behind it lies in another day, too.
  const [hour, day] = ['2026-01-02T23:00:00.000Z', '2026-01-02T00:00:00.000Z']
  const occurredAt = Date.parse(hour) + after
  const { analytics } = tallied(new History().begins().then('PaymentCancelled', { occurredAt }))
  const cancelled = (analytics as Row[]).filter(row => row['cancelled'] === 1)
  expect(cancelled.map(({ grain, starts_at }) => [grain, starts_at])).toEqual([
    ['day', day],
    ['hour', hour]
  ])
})

describe('under way', () => {
  const at = (rows: object[]) =>
    (rows as Row[])
      .filter(({ in_flight }) => in_flight !== 0)
      .map(({ status, in_flight, in_flight_amount }) => [status, in_flight, in_flight_amount])

  test('is the amount that each status has', () => {
    const authorized = new History('pay_1').begins().chooses('alpha').asks('AUTHORIZE')
    authorized.then('PaymentAuthorized', { gateway: 'alpha', amount: 900 })
    const rows = tallied(authorized, new History('pay_2').begins(5), new History('pay_3').begins(7))
    expect(at(rows.analytics_in_flight)).toEqual([
      ['AUTHORIZED', 1, '900'],
      ['INITIATED', 2, '12']
    ])
  })

  test('is a refund until it has ended, whatever came of it', () => {
    const paid = () => new History().begins().chooses('alpha').asks().completes()
    const begun = () => paid().then('RefundAccepted', { refundId: 'r', amount: 300 }).asks('REFUND')
    expect(at(tallied(begun()).analytics_in_flight)).toEqual([['REFUNDING', 1, '300']])
    const succeeded = begun().then('PaymentPartiallyRefunded', {
      refundId: 'r',
      amount: 300,
      refundedAmount: 300
    })
    expect(at(tallied(succeeded).analytics_in_flight)).toEqual([])
    expect(of('alpha', tallied(succeeded).analytics)).toMatchObject({ refunded: 1, refunded_amount: '300' })
    const failed = begun().then('RefundFailed', {
      refundId: 'r',
      code: 'no',
      declineType: 'HARD',
      operationId: 'op'
    })
    expect(at(tallied(failed).analytics_in_flight)).toEqual([])
    expect(of('alpha', tallied(failed).analytics)).toMatchObject({
      refund_failed: 1,
      refund_failed_amount: '300'
    })
  })
})

test('sums grow beyond what a number can hold', () => {
  const most = Number.MAX_SAFE_INTEGER
  const rows = tallied(...[1, 2, 3].map(n => new History(`pay_${n}`).begins(most)))
  expect(of('', rows.analytics)).toMatchObject({ initiated_amount: String(3n * BigInt(most)) })
})

test('a code of any length has its row', () => {
  const failed = {
    stage: 'AUTHORIZATION',
    code: 'x'.repeat(5000),
    declineType: 'HARD',
    operationId: 'op'
  } as const
  const history = new History().begins().chooses('alpha').asks().then('PaymentFailed', failed)
  const [row] = tallied(history).analytics_declines as Row[]
  expect(row!['code']).toHaveLength(200)
})

test('an event that cannot happen is not counted, but told', () => {
  const impossible = new History().then('PaymentCaptured', { amount: 1 })
  expect(() => tallied(impossible)).toThrow(
    expect.objectContaining({ cause: expect.any(CorruptHistoryError) })
  )
})
