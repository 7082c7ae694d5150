import { expect, test } from '@jest/globals'
import { LogEnds } from '../../../src/projections/log-ends.ts'

const end = (offset: number, seenAt: number, partition = 0) => ({ partition, offset, seenAt })
const at = (position: number, partition = 0) => new Map([[partition, position]])

test('a view that is at the end is as of when the end was looked at', () => {
  const ends = new LogEnds()
  expect(ends.reached([end(5, 100)], at(5))).toEqual([end(5, 100)])
  expect(ends.reached([end(5, 200)], at(5))).toEqual([end(5, 200)])
})

test('a view that never comes to the end of a growing log is as of the last end that it has come to', () => {
  const ends = new LogEnds()
  expect(ends.reached([end(10, 100)], at(8))).toEqual([])
  expect(ends.reached([end(20, 200)], at(18))).toEqual([end(10, 100)])
  expect(ends.reached([end(30, 300)], at(29))).toEqual([end(20, 200)])
})

test('a view that stands still stays as of when it came there', () => {
  const ends = new LogEnds()
  ends.reached([end(5, 100)], at(5))
  expect(ends.reached([end(6, 200)], at(5))).toEqual([])
  expect(ends.reached([end(7, 300)], at(5))).toEqual([])
})

test('tells partitions apart, and nothing of those whose position is not known', () => {
  const ends = new LogEnds()
  const positions = new Map([
    [0, 5],
    [1, 6]
  ])
  expect(ends.reached([end(5, 100, 0), end(7, 100, 1), end(0, 100, 2)], positions)).toEqual([end(5, 100, 0)])
})

test('forgets what it saw of a partition that was away', () => {
  const ends = new LogEnds()
  ends.reached([end(5, 100)], at(4))
  ends.reached([end(9, 200)], new Map())
  expect(ends.reached([end(9, 300)], at(5))).toEqual([])
})

test('keeps few ends of a view that is far behind, and never says that it is newer than it is', () => {
  const ends = new LogEnds()
  const seen = 10_000
  for (let i = 1; i <= seen; i++) expect(ends.reached([end(i, i)], at(0))).toEqual([])
  for (let position = 1000; position <= seen; position += 1000) {
    for (const { offset } of ends.reached([end(seen, seen)], at(position)))
      expect(offset).toBeLessThanOrEqual(position)
  }
  expect(ends.reached([end(seen, seen + 1)], at(seen))).toEqual([end(seen, seen + 1)])
})
