import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { shareOut } from '../../../../src/processors/core/co-partitioned.ts'

const member = (memberId: string, owned: number[] = []) => ({ memberId, owned })

test('a newcomer gets its share, and the others keep the rest of what they own', () => {
  const shares = shareOut([member('a', [0, 1, 2, 3, 4, 5]), member('b')], 6)
  expect(shares.get('a')).toHaveLength(3)
  expect([0, 1, 2, 3, 4, 5]).toEqual(expect.arrayContaining(shares.get('a')!))
  expect([...shares.values()].flat().sort()).toEqual([0, 1, 2, 3, 4, 5])
})

test('when a member is gone, the ones that stay keep all they own', () => {
  const shares = shareOut([member('a', [0, 1]), member('b', [2, 3])], 6)
  expect(shares.get('a')).toEqual(expect.arrayContaining([0, 1]))
  expect(shares.get('b')).toEqual(expect.arrayContaining([2, 3]))
})

test('a partition that two members claim goes to one of them', () => {
  const shares = shareOut([member('a', [0, 1]), member('b', [0, 1])], 2)
  expect([...shares.values()].flat().sort()).toEqual([0, 1])
})

test('whatever the members own, every partition has one owner and shares differ by one at most', () => {
  const claims = fc.array(fc.array(fc.integer({ min: 0, max: 11 }), { maxLength: 12 }), {
    minLength: 1,
    maxLength: 15
  })
  fc.assert(
    fc.property(claims, owned => {
      const shares = shareOut(
        owned.map((partitions, i) => member(`m${i}`, partitions)),
        12
      )
      const counts = [...shares.values()].map(({ length }) => length)
      expect([...shares.values()].flat().sort((a, b) => a - b)).toEqual(
        Array.from({ length: 12 }, (_, i) => i)
      )
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    })
  )
})
