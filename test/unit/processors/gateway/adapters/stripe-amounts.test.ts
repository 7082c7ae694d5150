import { expect, test } from '@jest/globals'
import { currencies } from '../../../../../src/domain/money/currencies.ts'
import { fromStripe, toStripe } from '../../../../../src/processors/gateway/adapters/stripe-amounts.ts'

test.each([
  [1099, 'EUR', 1099],
  [500, 'JPY', 500],
  [5, 'ISK', 500],
  [1200, 'MGA', 12],
  [5120, 'KWD', 5120],
  [10.5, 'EUR', null],
  [1250, 'MGA', null],
  [5124, 'KWD', null],
  [500, 'UGX', null],
  [1, 'IQD', null],
  [Number.MAX_SAFE_INTEGER, 'ISK', null],
  [100, 'XXXX', null]
])('%d %s is told as %p', (amount, currency, told) => {
  expect(toStripe(amount, currency)).toBe(told)
})

test('what Stripe is told it says again, in every currency', () => {
  for (const currency of currencies()) {
    const told = toStripe(120_000, currency)
    if (told === null) continue
    expect(fromStripe(told, currency.toLowerCase())).toEqual({ amount: 120_000, currency })
  }
})

test.each([
  [1.5, 'eur'],
  ['100', 'eur'],
  [50, 'isk'],
  [100, 'ugx'],
  [100, null]
])('%p %p is no amount of ours', (amount, currency) => {
  expect(fromStripe(amount, currency)).toBeNull()
})
