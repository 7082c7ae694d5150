import { expect, test } from '@jest/globals'
import { shownAmount } from '../../../src/cli/shown-amount.ts'

test('a sum is shown in units of its currency', () => {
  expect(shownAmount(1099, 'EUR')).toBe('10.99 EUR')
  expect(shownAmount(1099, 'JPY')).toBe('1099 JPY')
})

test('a sum in a currency that has gone out of use is shown as it is kept', () => {
  expect(shownAmount(1099, 'HRK')).toBe('1099 minor units of HRK')
})
