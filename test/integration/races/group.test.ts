import { expect, jest, test } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import { Transactor } from '../../../src/processors/core/transactor.ts'
import { client, CountingTopics, finallyStop, silent, until } from '../core/counting.ts'
import { startGroup } from './counting-group.ts'

jest.setTimeout(60_000)

test('R11 whoever owns a partition has its one transactional id, so that every other owner is fenced', async () => {
  const topics = await CountingTopics.create('one-id', 2)
  const rebuilds: string[] = []
  const group = await startGroup(topics, client(), rebuilds)
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
})

test('R11 members that come and go, as in a rolling restart, hand the partitions over under load, and lose and double nothing', async () => {
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
})

test('R14 whoever moves the offsets of the group moves nothing, and R2 nor does it hold anything up', async () => {
  const topics = await CountingTopics.create('offsets')
  const outsider = async (name: string) => {
    const producer = client().producer({
      transactionalId: `${topics.name}.${name}`,
      transactionTimeout: 20_000,
      idempotent: true
    })
    await producer.connect()
    finallyStop(() => producer.disconnect())
    const transaction = await producer.transaction()
    await transaction.sendOffsets({
      consumerGroupId: topics.name,
      topics: Object.values(topics.inputs).map((topic, i) => ({
        topic,
        partitions: [{ partition: 0, offset: i === 0 ? '0' : '777' }]
      }))
    })
    return transaction
  }
  const first = await startGroup(topics)
  await topics.write(20)
  await topics.expectEachCountedOnce()
  const moved = await outsider('moves')
  await moved.commit()
  const { second } = topics.inputs
  const groupOffset = async () => {
    const [of] = await topics.admin.fetchOffsets({ groupId: topics.name, topics: [second] })
    return of!.partitions[0]!.offset
  }
  // A commit shows when its marker is written.
  while ((await groupOffset()) !== '777') await delay(20)
  await topics.write(10)
  await topics.expectEachCountedOnce()
  await first.stop()

  const pending = await outsider('pending')
  await startGroup(topics)
  await topics.write(10)
  await topics.expectEachCountedOnce()
  await pending.abort()
})
