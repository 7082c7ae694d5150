import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formatAmount, parseAmount } from '../../../../src/domain/money/amounts.ts'
import { currencies, exponentOf, isCurrency } from '../../../../src/domain/money/currencies.ts'
import { limits } from '../../../../src/domain/payment/limits.ts'

/** One currency for each number of decimals that there is. */
const byExponent = { 0: 'JPY', 2: 'EUR', 3: 'KWD', 4: 'CLF' }

test('currencies have no, two, three or four decimals', () => {
  expect(new Set(currencies().map(exponentOf))).toEqual(new Set(Object.keys(byExponent).map(Number)))
  for (const [exponent, currency] of Object.entries(byExponent))
    expect(exponentOf(currency)).toBe(Number(exponent))
})

test.each(['XAU', 'XXX', 'HRK', 'eur', '', 'toString'])('%p is no currency that anybody pays in', code => {
  expect(isCurrency(code)).toBe(false)
  expect(parseAmount('1', code)).toBeNull()
  expect(() => formatAmount(1, code)).toThrow(RangeError)
})

describe('a sum is written and read with the decimals of its currency', () => {
  test.each([
    [0, 'JPY', '0'],
    [1234, 'JPY', '1234'],
    [0, 'EUR', '0.00'],
    [7, 'EUR', '0.07'],
    [1234, 'EUR', '12.34'],
    [7, 'KWD', '0.007'],
    [12_340, 'KWD', '12.340'],
    [7, 'CLF', '0.0007'],
    [123_456, 'CLF', '12.3456'],
    [limits.maxAmount, 'EUR', '90071992547409.90']
  ])('%d %s is %s', (amount, currency, text) => {
    expect(formatAmount(amount, currency)).toBe(text)
    expect(parseAmount(text, currency)).toBe(amount)
  })
})

describe('no sum is', () => {
  test.each([
    ['', 'EUR'],
    ['12', 'EUR'],
    ['12.', 'EUR'],
    ['12.3', 'EUR'],
    ['12.345', 'EUR'],
    ['12.00', 'JPY'],
    ['12.', 'JPY'],
    ['12.34', 'KWD'],
    ['12.340', 'CLF'],
    ['.34', 'EUR'],
    ['012.34', 'EUR'],
    ['-12.34', 'EUR'],
    ['+12.34', 'EUR'],
    ['1e3', 'JPY'],
    ['1.2e3', 'EUR'],
    ['0x10', 'JPY'],
    ['1,234.00', 'EUR'],
    ['12,34', 'EUR'],
    [' 12.34', 'EUR'],
    ['12.34\n', 'EUR'],
    ['١٢', 'JPY'],
    ['NaN', 'JPY'],
    ['Infinity', 'JPY'],
    ['90071992547409.91', 'EUR'],
    ['9007199254740993', 'JPY'],
    ['9'.repeat(400), 'JPY']
  ])('%p of %s', (text, currency) => {
    expect(parseAmount(text, currency)).toBeNull()
  })

  test.each([-1, 0.5, NaN, Infinity, limits.maxAmount + 1])('%p minor units', amount => {
    for (const currency of Object.values(byExponent))
      expect(() => formatAmount(amount, currency)).toThrow(RangeError)
  })
})

const amounts = fc.integer({ min: 0, max: limits.maxAmount })
const anyCurrency = fc.constantFrom(...currencies())

test('every sum comes back from its text', () => {
  fc.assert(
    fc.property(amounts, anyCurrency, (amount, currency) => {
      expect(parseAmount(formatAmount(amount, currency), currency)).toBe(amount)
    }),
    { seed: 4217, numRuns: 1000 }
  )
})

test('a text that is read is the one that is written', () => {
  const texts = fc.stringMatching(/^[-+ ]?[0-9]{0,17}[.,eE]?[0-9]{0,5}$/)
  fc.assert(
    fc.property(texts, anyCurrency, (text, currency) => {
      const amount = parseAmount(text, currency)
      if (amount !== null) expect(formatAmount(amount, currency)).toBe(text)
    }),
    { seed: 4217, numRuns: 5000 }
  )
})
