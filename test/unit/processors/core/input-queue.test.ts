import { describe, expect, test } from '@jest/globals'
import { InputQueue } from '../../../../src/processors/core/input-queue.ts'
import type { InputRecord } from '../../../../src/processors/core/logic.ts'

const record = (offset: number, bytes = 10): InputRecord => ({
  input: 'commands',
  partition: 0,
  offset,
  key: null,
  value: Buffer.alloc(bytes),
  headers: {},
  timestamp: 0
})

function queueOf(...batches: { offsets: number[]; next: number }[]): InputQueue {
  const queue = new InputQueue()
  for (const { offsets, next } of batches) {
    queue.push(
      offsets.map(offset => record(offset)),
      next
    )
  }
  return queue
}

describe('what is taken', () => {
  test('comes in order, over the bounds of fetched batches', () => {
    const taken = queueOf({ offsets: [0, 1], next: 2 }, { offsets: [2, 3], next: 4 }).take(3, 1000)
    expect(taken?.records.map(({ offset }) => offset)).toEqual([0, 1, 2])
    expect(taken?.next).toBe(3)
  })

  test('moves the position over control records behind the last record of a batch', () => {
    expect(queueOf({ offsets: [0, 1], next: 5 }).take(10, 1000)?.next).toBe(5)
  })

  test('does not move the position past records that were not taken', () => {
    const queue = queueOf({ offsets: [0, 1], next: 5 })
    expect(queue.take(1, 1000)?.next).toBe(1)
    expect(queue.take(1, 1000)?.next).toBe(5)
    expect(queue.take(1, 1000)).toBeNull()
  })

  test('is bounded by bytes, but one record always goes', () => {
    const queue = new InputQueue()
    queue.push([record(0, 500), record(1, 10), record(2, 10)], 3)
    expect(queue.take(10, 100)?.records).toHaveLength(1)
    expect(queue.take(10, 15)?.records).toHaveLength(1)
  })
})

test('a reset forgets what was fetched and goes on from the offset', () => {
  const queue = queueOf({ offsets: [0, 1, 2], next: 3 })
  queue.take(1, 1000)
  queue.reset(7)
  expect([queue.length, queue.position, queue.take(1, 1000)]).toEqual([0, 7, null])
})
