import { expect, test } from '@jest/globals'
import { parseContactKey } from '../../../src/customers/contact-key.ts'
import { eraseCustomer, untilErased } from '../../../src/customers/erase-customer.ts'
import { ApiError } from '../../../src/errors.ts'

const key = { merchantId: 'demo', customerId: 'cus_1' }
const away = () => Promise.reject(new ApiError('read_model_unavailable'))
const writer = { erase: () => Promise.resolve([7, 3]) }

test('erases while the database is away', async () => {
  const erasure = await eraseCustomer({ isHeld: away, writer }, key, 'key:1')
  expect(erasure).toEqual({ wasHeld: null, tombstones: [7, 3] })
  expect(await untilErased({ applied: away }, erasure, 15)).toBe(false)
})

test('has not erased what Kafka does not confirm, however much is held', async () => {
  const refusing = { erase: () => Promise.reject(new Error('not acknowledged')) }
  const isHeld = () => Promise.resolve(false)
  await expect(eraseCustomer({ isHeld, writer: refusing }, key, 'key:1')).rejects.toThrow('not acknowledged')
})

test('is shown when every partition is past its tombstone, not before', async () => {
  const erasure = { wasHeld: true, tombstones: [7, 3] }
  const seen = [
    [[0, 8]],
    [
      [0, 8],
      [1, 3]
    ],
    [
      [0, 9],
      [1, 4]
    ]
  ] as [number, number][][]
  const applied = () => Promise.resolve(new Map(seen.shift()))
  expect(await untilErased({ applied }, erasure, 5_000)).toBe(true)
  expect(seen).toEqual([])
})

test.each([
  ['demo/cus_1', { merchantId: 'demo', customerId: 'cus_1' }],
  ['demo/a/b', { merchantId: 'demo', customerId: 'a/b' }],
  ['/', null],
  ['/cus_1', null],
  ['demo/', null],
  ['demo', null]
])('the key %j names %j', (text, named) => {
  expect(parseContactKey(text)).toEqual(named)
})
