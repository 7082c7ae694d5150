import { describe, expect, jest, test } from '@jest/globals'
import { client, CountingTopics, silent, stopAll, until } from '../core/counting.ts'
import { Transactor } from '../../../src/processors/core/transactor.ts'
import { Worker, type OwnOptions } from '../core/worker.ts'
import { takeOverRounds } from './on-demand.ts'

jest.setTimeout(60_000)

const never = (): Promise<void> => new Promise(() => undefined)
/** Side by side, since a take-over mostly waits. */
const CHAINS = 4
/** Of one partition: each reads all of the changelog. */
const TAKE_OVERS = 75
const ROUNDS = takeOverRounds(CHAINS * TAKE_OVERS)
const COUNT = ROUNDS * CHAINS * TAKE_OVERS

test(
  `R3 ${COUNT} take-overs, each right after a commit of an owner that goes on, lose and double nothing`,
  async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const chains = Array.from({ length: CHAINS }, (_, chain) =>
        takeOverAgainAndAgain(`r3-${round}-${chain}`)
      )
      await Promise.all(chains)
      await stopAll()
    }
  },
  ROUNDS * 120_000
)

async function takeOverAgainAndAgain(name: string): Promise<void> {
  const topics = await CountingTopics.create(name)
  const workers = await Promise.all([Worker.start(topics, 'a'), Worker.start(topics, 'b')])
  const over = new AbortController()
  const writing = topics.writeUntil(over.signal, 2, 20)
  let zombie = null
  for (let i = 0; i < TAKE_OVERS; i++) {
    const successor = workers[i % 2]!
    const before = successor.transactions
    const owner = successor.own({ membershipConfirmed: never })
    await until(() => successor.transactions > before)
    // Until here it went on, against its successor.
    await zombie?.close()
    zombie = owner
  }
  over.abort()
  await writing
  await topics.expectEachCountedOnce()
}

describe('R8 a transaction that fails at any point counts for nothing, and its records are dealt with once', () => {
  const failure = new Error('made by the test')
  const points: [string, NonNullable<OwnOptions['intercept']>][] = [
    ['before anything is written', () => Promise.reject(failure)],
    [
      'when all is written and nothing is committed',
      (commit, records) =>
        commit(records, () => {
          throw failure
        })
    ],
    [
      'because another owner has fenced this one',
      async (commit, records, mayCommit) => {
        await fence(records[0]!.topic)
        return commit(records, mayCommit)
      }
    ],
    [
      'because another owner fences this one when all is written',
      (commit, records, mayCommit) => {
        const fenced = fence(records[0]!.topic)
        return fenced.then(() => commit(records, mayCommit))
      }
    ],
    [
      'after the commit, the answer to which was lost',
      async (commit, records, mayCommit) => {
        await commit(records, mayCommit)
        throw failure
      }
    ]
  ]

  /** Becomes the owner of the partition that the topic belongs to. */
  async function fence(topic: string): Promise<void> {
    const transactionalId = `${topic.replace(/-[a-z]+$/, '')}.0`
    const other = new Transactor(client(), { transactionalId, transactionTimeoutMs: 10_000 }, silent)
    await other.fence()
    await other.close()
  }

  test.each(points)('%s', async (point, sabotage) => {
    const topics = await CountingTopics.create(`point-${points.findIndex(([name]) => name === point)}`)
    const worker = await Worker.start(topics, 'a')
    let commits = 0
    worker.own({
      // The first is the fence record's.
      intercept: (commit, ...args) => (++commits % 3 === 0 ? sabotage(commit, ...args) : commit(...args))
    })
    for (let i = 0; i < 10; i++) {
      const steps = worker.transactions + worker.rebuilds.length
      await topics.write(10)
      await until(() => worker.transactions + worker.rebuilds.length > steps)
    }
    await topics.expectEachCountedOnce()
    expect(worker.rebuilds.length).toBeGreaterThan(0)
    expect(worker.told).toHaveLength(new Set(worker.told).size)
  })
})

test('a transaction that is larger than the broker takes is cut until it fits', async () => {
  const topics = await CountingTopics.create('too-large')
  const worker = await Worker.start(topics, 'a')
  await topics.write(100)
  let refused = 0
  worker.own({
    intercept: (commit, records, mayCommit) => {
      if (records.length <= 20) return commit(records, mayCommit)
      refused++
      throw new Error('MESSAGE_TOO_LARGE')
    }
  })
  await topics.expectEachCountedOnce()
  expect(refused).toBeGreaterThan(0)
})

test('nobody is told of a record before its commit is certain', async () => {
  const topics = await CountingTopics.create('told')
  const worker = await Worker.start(topics, 'a')
  const toldAtCommit: number[] = []
  worker.own({
    intercept: async (commit, ...args) => {
      const written = await commit(...args)
      toldAtCommit.push(worker.told.length)
      return written
    }
  })
  await topics.write(10)
  await topics.expectEachCountedOnce()
  // The fence's, then that of the first records.
  expect(toldAtCommit.slice(0, 2)).toEqual([0, 0])
  await until(() => worker.told.length === 20)
})

test('R2 what an aborted transaction left on the inputs or the changelog is never read', async () => {
  const topics = await CountingTopics.create('aborted')
  const transactional = client().producer({
    transactionalId: `${topics.name}.0`,
    transactionTimeout: 10_000,
    idempotent: true
  })
  await transactional.connect()
  const open = await transactional.transaction()
  const state = JSON.stringify({ type: 'state', key: 'key-0', state: 1000 })
  const checkpoint = JSON.stringify({ type: 'checkpoint', positions: { first: 1, second: 1 } })
  await open.sendBatch({
    topicMessages: [
      {
        topic: topics.state,
        messages: [
          { key: 'key-0', value: state, partition: 0 },
          { key: 'checkpoint', value: checkpoint, partition: 0 }
        ]
      },
      { topic: topics.inputs.first, messages: [{ key: 'key-0', value: 'aborted', partition: 0 }] }
    ]
  })
  await topics.write(20)
  // The owner's fence aborts what its predecessor left open.
  const worker = await Worker.start(topics, 'a')
  worker.own()
  await until(() => worker.transactions > 0)
  await topics.expectEachCountedOnce()
  await transactional.disconnect()
})

test('an owner that was fenced leaves its successor alone until it knows itself to be a member', async () => {
  const topics = await CountingTopics.create('membership')
  const [zombie, rightful] = await Promise.all([Worker.start(topics, 'a'), Worker.start(topics, 'b')])
  let confirm: () => void = () => undefined
  zombie.own({ membershipConfirmed: () => new Promise(resolve => (confirm = resolve)) })
  await topics.write(10)
  await until(() => zombie.transactions > 0)
  rightful.own({ membershipConfirmed: never })
  const noticed = new AbortController()
  const writing = topics.writeUntil(noticed.signal, 1)
  await until(() => zombie.rebuilds.length > 0 && rightful.transactions > 0)
  noticed.abort()
  await writing
  for (let i = 0; i < 20; i++) {
    const { transactions } = rightful
    await topics.write(10)
    await until(() => rightful.transactions > transactions)
  }
  expect(rightful.rebuilds).toEqual([])
  confirm()
  await until(() => zombie.rebuilds.length === 1)
  await topics.write(10)
  await topics.expectEachCountedOnce()
})

test('R7 an owner that is closed while its records are written does not commit them', async () => {
  const topics = await CountingTopics.create('closed')
  const [first, second] = await Promise.all([Worker.start(topics, 'a'), Worker.start(topics, 'b')])
  let commits = 0
  const closed = new Promise<void>(resolve => {
    const owner = first.own({
      intercept: (commit, records, mayCommit) =>
        commit(records, () => {
          if (++commits === 2) resolve(owner.close())
          return mayCommit()
        })
    })
  })
  await topics.write(10)
  await closed
  expect(await topics.readCounted()).toEqual([])
  second.own()
  await topics.expectEachCountedOnce()
})

test('R7 an owner that is closed while it takes over ends at once and leaves its successor alone', async () => {
  const topics = await CountingTopics.create('closed-early')
  await topics.write(10)
  const worker = await Worker.start(topics, 'a')
  for (let i = 0; i < 10; i++) {
    const early = worker.own()
    // Anywhere in its take-over.
    for (let turns = 0; turns < i * 20; turns++) await new Promise(resolve => setImmediate(resolve))
    const closed = early.close()
    const before = worker.transactions
    worker.own()
    await closed
    await topics.write(1)
    await until(() => worker.transactions > before)
  }
  await topics.expectEachCountedOnce()
})
