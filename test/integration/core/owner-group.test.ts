import { expect, jest, test } from '@jest/globals'
import { OwnerGroup } from '../../../src/processors/core/owner-group.ts'
import { Transactor } from '../../../src/processors/core/transactor.ts'
import { client, countingChangelog, CountingLogic, CountingTopics, silent, until } from './counting.ts'

jest.setTimeout(60_000)

async function startGroup(topics: CountingTopics, rebuilds: string[] = []): Promise<OwnerGroup<number>> {
  return OwnerGroup.start<number>({
    kafka: client(),
    groupId: topics.name,
    inputs: Object.entries(topics.inputs).map(([id, topic]) => ({ id, topic, throttled: false })),
    changelog: countingChangelog(topics.state),
    createLogic: () => new CountingLogic(topics.counted),
    sessionTimeoutMs: 6000,
    transactionTimeoutMs: 4000,
    processName: 'test',
    observe: {
      transaction: () => undefined,
      takeover: () => undefined,
      rebuild: reason => void rebuilds.push(reason)
    },
    fatal: error => {
      throw error
    },
    log: silent
  })
}

test('whoever owns a partition has its one transactional id, so that every other owner is fenced', async () => {
  const topics = await CountingTopics.create('one-id', 2)
  const rebuilds: string[] = []
  const group = await startGroup(topics, rebuilds)
  await until(() => group.partitions().every(({ isRunning }) => isRunning))
  for (const partition of [0, 1]) {
    const transactionalId = `${topics.name}.${partition}`
    const other = new Transactor(client(), { transactionalId, transactionTimeoutMs: 4000 }, silent)
    await other.fence()
    await other.close()
  }
  await topics.write(20)
  await until(() => rebuilds.length === 2)
  await topics.expectEachCountedOnce()
  await group.stop()
})

test('members that come and go hand the partitions over under load, and lose and double nothing', async () => {
  const topics = await CountingTopics.create('come-and-go', 4)
  const over = new AbortController()
  const writing = topics.writeUntil(over.signal, 20)
  let stays = await startGroup(topics)
  for (let i = 0; i < 4; i++) {
    const joins = await startGroup(topics)
    await until(() => joins.partitions().some(({ isRunning }) => isRunning))
    await stays.stop()
    stays = joins
  }
  over.abort()
  await writing
  await topics.expectEachCountedOnce()
  expect(
    stays
      .partitions()
      .map(({ partition }) => partition)
      .sort()
  ).toEqual([0, 1, 2, 3])
  await stays.stop()
})
