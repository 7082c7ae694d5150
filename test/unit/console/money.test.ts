import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { exponents } from '../../../console/src/money/exponents.ts'
import { formatMoney, toMajor, toMinor } from '../../../console/src/money/money.ts'

test.each([
  [1099, 'EUR', '10.99'],
  [5, 'EUR', '0.05'],
  [0, 'EUR', '0.00'],
  [1099, 'JPY', '1099'],
  [1099, 'KWD', '1.099'],
  [-250, 'EUR', '-2.50'],
  [9007199254740991, 'EUR', '90071992547409.91']
])('writes %i of %s as %s', (minor, currency, major) => {
  expect(toMajor(minor, currency)).toBe(major)
})

test('reads back what it wrote, in every currency', () => {
  const amounts = fc.tuple(fc.maxSafeNat(), fc.constantFrom(...Object.keys(exponents)))
  fc.assert(
    fc.property(amounts, ([minor, currency]) => {
      expect(toMinor(toMajor(minor, currency), currency)).toEqual({ ok: true, minor })
    })
  )
})

test.each([
  ['0.29', 29],
  ['1.1', 110],
  ['4', 400],
  ['  4,5 ', 450],
  ['90071992547409.91', 9007199254740991]
])('takes %j of EUR for %i, where floats would not', (typed, minor) => {
  expect(toMinor(typed, 'EUR')).toEqual({ ok: true, minor })
})

test.each([
  ['', 'EUR'],
  ['-1', 'EUR'],
  ['1e3', 'EUR'],
  ['1,000.00', 'EUR'],
  ['10.999', 'EUR'],
  ['1,050', 'KWD'],
  ['10.5', 'JPY'],
  ['90071992547409.92', 'EUR']
])('refuses %j of %s', (typed, currency) => {
  expect(toMinor(typed, currency).ok).toBe(false)
})

test('shows every digit of an amount that no float holds', () => {
  expect(formatMoney(9007199254740991, 'EUR').replaceAll(/[^\d]/g, '')).toBe('9007199254740991')
})
