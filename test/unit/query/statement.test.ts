import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { StatementEntry } from '../../../src/projections/statements/queries.ts'
import { csvOf, statementOf } from '../../../src/query/statement.ts'

const JANUARY = new Date('2026-01-01T00:00:00Z')
const FEBRUARY = new Date('2026-02-01T00:00:00Z')
const MARCH = new Date('2026-03-01T00:00:00Z')

const entry = (change: Partial<StatementEntry> = {}): StatementEntry => ({
  ...{ kind: 'capture', paymentId: 'pay_a', refundId: null, currency: 'EUR', amount: 1099 },
  occurredAt: new Date('2026-01-15T10:00:00Z'),
  ...change
})

const refund = (amount: number, change: Partial<StatementEntry> = {}) =>
  entry({ kind: 'refund', refundId: 'ref_a', amount: -amount, ...change })

describe('a statement', () => {
  test('counts on from the opening balance, of each currency by itself', () => {
    const entries = [entry(), refund(99), entry({ currency: 'JPY', amount: 500 })]
    const opening = new Map([
      ['EUR', 1000],
      ['USD', 7]
    ])
    const { currencies } = statementOf('cus_1', { from: JANUARY, to: FEBRUARY }, { opening, entries })
    expect(
      currencies.map(({ entries: stated, ...rest }) => [rest, stated.map(({ balance }) => balance)])
    ).toEqual([
      [
        { currency: 'EUR', exponent: 2, opening: 1000, captured: 1099, refunded: 99, closing: 2000 },
        [2099, 2000]
      ],
      [{ currency: 'JPY', exponent: 0, opening: 0, captured: 500, refunded: 0, closing: 500 }, [500]],
      [{ currency: 'USD', exponent: 2, opening: 7, captured: 0, refunded: 0, closing: 7 }, []]
    ])
  })

  test('ends where that of the next period begins, whatever has happened', () => {
    const movement = fc.record({
      currency: fc.constantFrom('EUR', 'JPY'),
      isCapture: fc.boolean(),
      amount: fc.nat({ max: 1_000_000 }),
      occurredAt: fc.date({ min: JANUARY, max: new Date(MARCH.getTime() - 1), noInvalidDate: true })
    })
    fc.assert(
      fc.property(fc.array(movement), movements => {
        const entries = movements
          .map(({ isCapture, amount, ...rest }) =>
            isCapture ? entry({ amount, ...rest }) : refund(amount, rest)
          )
          .sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime())
        const during = (from: Date, to: Date, opening: ReadonlyMap<string, number>) =>
          statementOf(
            'cus_1',
            { from, to },
            { opening, entries: entries.filter(({ occurredAt: at }) => at >= from && at < to) }
          ).currencies
        const first = during(JANUARY, FEBRUARY, new Map())
        const second = during(
          FEBRUARY,
          MARCH,
          new Map(first.map(({ currency, closing }) => [currency, closing]))
        )
        const whole = during(JANUARY, MARCH, new Map())
        expect(second.map(({ closing }) => closing)).toEqual(whole.map(({ closing }) => closing))
        for (const { opening, captured, refunded, closing } of [...first, ...second, ...whole])
          expect(opening + captured - refunded).toBe(closing)
      })
    )
  })

  test('is written as CSV in units of each currency, exactly', () => {
    const entries = [entry({ amount: 5 }), refund(105), entry({ currency: 'JPY', amount: 500 })]
    const period = { from: JANUARY, to: FEBRUARY }
    expect(
      csvOf(statementOf('cus_1', period, { opening: new Map([['EUR', 9007199254740000]]), entries }))
    ).toBe(
      [
        'currency,occurred_at,kind,payment_id,refund_id,amount,balance',
        'EUR,2026-01-01T00:00:00.000Z,opening,,,,90071992547400.00',
        'EUR,2026-01-15T10:00:00.000Z,capture,pay_a,,0.05,90071992547400.05',
        'EUR,2026-01-15T10:00:00.000Z,refund,pay_a,ref_a,-1.05,90071992547399.00',
        'EUR,2026-02-01T00:00:00.000Z,closing,,,,90071992547399.00',
        'JPY,2026-01-01T00:00:00.000Z,opening,,,,0',
        'JPY,2026-01-15T10:00:00.000Z,capture,pay_a,,500,500',
        'JPY,2026-02-01T00:00:00.000Z,closing,,,,500',
        ''
      ].join('\r\n')
    )
  })
})
