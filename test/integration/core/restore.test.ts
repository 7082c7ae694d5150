import { expect, jest, test } from '@jest/globals'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { LocalStore, LocalStoreError } from '../../../src/processors/core/local-store.ts'
import { CountingTopics, until } from './counting.ts'
import { Worker, type OwnOptions } from './worker.ts'

jest.setTimeout(60_000)

/** Deals with some more records in an ownership of its own, and returns what that had to read of the changelog. */
async function ownFor(
  worker: Worker,
  topics: CountingTopics,
  { records = 100, ...options }: OwnOptions & { records?: number } = {}
): Promise<number> {
  const takeovers = worker.restored.length
  const owner = worker.own(options)
  await until(() => worker.restored.length > takeovers)
  const told = worker.told.length
  await topics.write(records)
  await until(() => worker.told.length === told + 2 * records)
  await owner.close()
  return worker.restored.at(-1)!
}

/** Its checkpoint, and fences before and after it. */
const CHECKPOINT_AND_FENCES = 3

test('an owner goes on from the states on its disk, and reads of the changelog only what they lack', async () => {
  const topics = await CountingTopics.create('disk')
  const worker = await Worker.start(topics, 'a')
  await ownFor(worker, topics)
  expect(await ownFor(worker, topics)).toBeLessThanOrEqual(CHECKPOINT_AND_FENCES)
  await topics.expectEachCountedOnce()
})

test('states on a disk that another owner has left behind are brought up to the changelog', async () => {
  const topics = await CountingTopics.create('behind')
  const worker = await Worker.start(topics, 'a')
  await ownFor(worker, topics)
  await ownFor(worker, topics, { stateDir: join(topics.stateDir, 'another machine') })
  const read = await ownFor(worker, topics)
  expect(read).toBeGreaterThan(CHECKPOINT_AND_FENCES)
  expect(await ownFor(worker, topics)).toBeLessThanOrEqual(CHECKPOINT_AND_FENCES)
  await topics.expectEachCountedOnce()
})

test('an owner whose disk is empty restores everything from the changelog', async () => {
  const topics = await CountingTopics.create('empty')
  const worker = await Worker.start(topics, 'a')
  await ownFor(worker, topics)
  rmSync(topics.stateDir, { recursive: true })
  expect(await ownFor(worker, topics)).toBeGreaterThan(CHECKPOINT_AND_FENCES)
  await topics.expectEachCountedOnce()
})

test('states on a disk that are of another changelog of the same name are wiped', async () => {
  const [old, topics] = [await CountingTopics.create('old'), await CountingTopics.create('anew')]
  await ownFor(await Worker.start(old, 'a'), old, { records: 50 })
  const worker = await Worker.start(topics, 'a')
  await ownFor(worker, topics)
  // The other's mark lies within this one, and most states before it.
  for (let i = 0; i < 3; i++) await ownFor(worker, topics, { records: 1 })
  rmSync(topics.stateDir, { recursive: true })
  cpSync(old.stateDir, topics.stateDir, { recursive: true })
  expect(await ownFor(worker, topics)).toBeGreaterThan(CHECKPOINT_AND_FENCES)
  await topics.expectEachCountedOnce()
})

test('a disk that fails costs a rebuild, and nothing else', async () => {
  const topics = await CountingTopics.create('failing')
  const worker = await Worker.start(topics, 'a')
  await ownFor(worker, topics)
  const reading = jest.spyOn(LocalStore.prototype, 'getMany')
  reading.mockRejectedValueOnce(new LocalStoreError('made by the test'))
  await ownFor(worker, topics)
  expect(worker.rebuilds).toEqual(['LocalStoreError'])
  expect(worker.restored.at(-1)).toBeGreaterThan(CHECKPOINT_AND_FENCES)
  reading.mockRestore()
  await topics.expectEachCountedOnce()
})
