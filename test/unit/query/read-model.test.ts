import { expect, test } from '@jest/globals'
import { untilVisible } from '../../../src/query/read-model.ts'

const position = { input: 'outcomes', partition: 3, offset: 5 } as const

test('asks about the input and the partition of the position', async () => {
  const asked: unknown[] = []
  const handledThrough = (input: string, partition: number) => {
    asked.push([input, partition])
    return Promise.resolve(5)
  }
  await untilVisible({ handledThrough }, position)
  expect(asked).toEqual([['outcomes', 3]])
})

test('gives up when the wait is over', async () => {
  const model = { handledThrough: () => Promise.resolve(4) }
  await expect(untilVisible(model, position, 15)).rejects.toMatchObject({ code: 'read_model_behind' })
})
