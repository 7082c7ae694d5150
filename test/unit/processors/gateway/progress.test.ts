import { expect, test } from '@jest/globals'
import { Progress } from '../../../../src/processors/gateway/progress.ts'

test('the position stays at the first request that has not finished, whatever has finished behind it', () => {
  const progress = new Progress(5)
  for (const offset of [5, 6, 8]) progress.begin(offset)
  progress.readTo(9)
  progress.finish(8)
  progress.finish(6)
  expect(progress.position).toBe(5)
  progress.finish(5)
  expect(progress.position).toBe(9)
})

test('with nothing open it follows the reading, over control records too', () => {
  const progress = new Progress(0)
  expect(progress.position).toBe(0)
  progress.readTo(4)
  expect(progress.position).toBe(4)
})
