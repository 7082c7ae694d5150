import { expect, test } from '@jest/globals'
import { queryOf } from '../../../console/src/pages/payments/filters.ts'

test('asks for amounts in the minor units of their currency', () => {
  const { query, faults } = queryOf(new URLSearchParams('currency=KWD&min=1.5&max=20'))
  expect(query).toEqual({ currency: 'KWD', minAmount: '1500', maxAmount: '20000' })
  expect(faults).toEqual({})
})

test.each([
  ['min=1', 'currency'],
  ['currency=JPY&min=1.5', 'min'],
  ['currency=XXX', 'currency'],
  ['from=yesterday', 'from']
])('asks nothing where %s makes no sense', (search, field) => {
  expect(Object.keys(queryOf(new URLSearchParams(search)).faults)).toEqual([field])
})
