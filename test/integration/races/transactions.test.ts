// Owners that hold one partition at the same time, and a transaction coordinator whose requests and answers come late,
// twice or never. Every rule is checked by a processor that counts: see core/counting-logic.ts.
import { expect, jest, test } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import { client, CountingTopics, until } from '../core/counting.ts'
import { Worker } from '../core/worker.ts'
import { api, errorOfEndTxn, INVALID_PRODUCER_EPOCH, type KafkaRequest } from './kafka-frames.ts'
import { describeOnOwnBroker } from './own-broker.ts'
import { startGroup } from './counting-group.ts'
import { transactionState } from './transaction-state.ts'

jest.setTimeout(60_000)

const never = (): Promise<void> => new Promise(() => undefined)
const asks =
  (of: number) =>
  (request: KafkaRequest): boolean =>
    request.api === of

/** The second request of the kind: after a new start, the first commit is that of the fence record. */
const asksAgain = (of: number) => {
  let seen = 0
  return (request: KafkaRequest) => request.api === of && ++seen === 2
}

const shortTerms = {
  // R10: ids that are not used are forgotten within seconds.
  'transactional.id.expiration.ms': 3_000,
  'transaction.remove.expired.transaction.cleanup.interval.ms': 200,
  'producer.id.expiration.ms': 3_000,
  'producer.id.expiration.check.interval.ms': 200
}

describeOnOwnBroker('while Kafka answers late, twice or never', shortTerms, broker => {
  const topicsOf = (name: string) => CountingTopics.create(name, 1, client([broker().direct]))
  const worker = (topics: CountingTopics, name: string, by: 'direct' | 'proxied') =>
    Worker.start(topics, name, client([broker()[by]]))

  /** An owner, by way of the proxy, that has counted some records. */
  async function settledOwner(topics: CountingTopics, membershipConfirmed?: () => Promise<void>) {
    const owner = await worker(topics, 'a', 'proxied')
    owner.own(membershipConfirmed === undefined ? {} : { membershipConfirmed })
    await topics.write(10)
    await topics.expectEachCountedOnce()
    return owner
  }

  test('R1 what an owner commits until it is fenced, its successor has read', async () => {
    const topics = await topicsOf('r1-reads')
    const owner = await worker(topics, 'a', 'direct')
    owner.own({ membershipConfirmed: never })
    await topics.write(10)
    await until(() => owner.transactions > 0)

    const fence = broker().clients.holdRequest(asks(api.initProducerId))
    const successor = await worker(topics, 'b', 'proxied')
    const taken = successor.own()
    const { release } = await fence
    for (let i = 0; i < 5; i++) {
      const { transactions } = owner
      await topics.write(10)
      await until(() => owner.transactions > transactions)
    }
    release()
    await until(() => taken.isRunning)
    await topics.write(10)
    await topics.expectEachCountedOnce()
  })

  test('R2 a position that is pending when the partition is taken over counts for nothing', async () => {
    const topics = await topicsOf('r2')
    const owner = await settledOwner(topics, never)
    const pending = broker().clients.holdRequest(asks(api.endTxn))
    await topics.write(10)
    const commit = await pending

    const successor = await worker(topics, 'b', 'direct')
    successor.own()
    await topics.expectEachCountedOnce()
    commit.release()
    expect(errorOfEndTxn(await commit.answer)).toBe(INVALID_PRODUCER_EPOCH)
    await until(() => owner.rebuilds.length > 0)
    await topics.expectEachCountedOnce()
  })

  test('R4 a successor waits until what its predecessor committed can be read', async () => {
    const topics = await topicsOf('r4-marker')
    const owner = await settledOwner(topics, never)
    const { transactions } = owner
    const markers = broker().itself.holdRequest(asks(api.writeTxnMarkers))
    await topics.write(10)
    const { release } = await markers
    // Its commit is certain, and nobody can read it yet.
    await until(() => owner.transactions > transactions)

    const asked = broker().clients.count(api.initProducerId)
    const successor = await worker(topics, 'b', 'proxied')
    const taken = successor.own()
    await until(() => broker().clients.count(api.initProducerId) > asked + 3)
    expect(taken.isRunning).toBe(false)
    release()
    await until(() => taken.isRunning)
    await topics.write(10)
    await topics.expectEachCountedOnce()
  })

  test('R4 restoring goes as far as the fence, also while a transaction of others hides the end of the log', async () => {
    const topics = await topicsOf('r4-hidden')
    const stranger = client([broker().direct]).producer({
      transactionalId: `${topics.name}.stranger`,
      transactionTimeout: 20_000,
      idempotent: true
    })
    await stranger.connect()
    const owner = await settledOwner(topics, never)
    const open = await stranger.transaction()
    const value = JSON.stringify({ type: 'fence' })
    await open.send({ topic: topics.state, messages: [{ key: 'stranger', value, partition: 0 }] })
    const { transactions } = owner
    await topics.write(10)
    await until(() => owner.transactions > transactions)

    const commits = broker().clients.count(api.endTxn)
    const successor = await worker(topics, 'b', 'proxied')
    const taken = successor.own()
    await until(() => broker().clients.count(api.endTxn) > commits)
    await open.abort()
    await until(() => taken.isRunning)
    await topics.write(10)
    await topics.expectEachCountedOnce()
    await stranger.disconnect()
  })

  test('R5 a commit that arrives late ends no later transaction', async () => {
    const topics = await topicsOf('r5')
    const owner = await settledOwner(topics)
    const firstCommit = broker().clients.holdRequest(asks(api.endTxn))
    await topics.write(10)
    const late = await firstCommit
    const nextCommit = broker().clients.holdRequest(asksAgain(api.endTxn))
    const counted = await topics.readCounted()
    late.cut()
    await topics.write(10)
    const next = await nextCommit
    // Now the next transaction is complete but for its commit.
    late.release()
    expect(errorOfEndTxn(await late.answer)).toBe(INVALID_PRODUCER_EPOCH)
    expect(await topics.readCounted()).toEqual(counted)
    next.release()
    await topics.expectEachCountedOnce()
    expect(owner.rebuilds).toHaveLength(1)
  })

  test.each([
    ['R6 a commit that never arrived is found out about in the log', 'holdRequest'],
    ['R6 a commit the answer to which was lost is found out about in the log', 'holdAnswer']
  ] as const)('%s', async (_, hold) => {
    const topics = await topicsOf(`r6-${hold}`)
    const owner = await settledOwner(topics)
    for (let i = 0; i < 5; i++) {
      const held = broker().clients[hold](asks(api.endTxn))
      const rebuilds = owner.rebuilds.length
      await topics.write(10)
      const commit = await held
      if (hold === 'holdAnswer') expect(errorOfEndTxn(await commit.answer)).toBe(0)
      commit.cut()
      await until(() => owner.rebuilds.length > rebuilds)
    }
    await topics.expectEachCountedOnce()
    expect(owner.told).toHaveLength(new Set(owner.told).size)
  })

  test('R7 an owner that loses its partition in the middle of a batch does not commit it', async () => {
    const { clients, direct, proxied } = broker()
    const topics = await CountingTopics.create('r7', 2, client([direct]))
    const first = await startGroup(topics, client([proxied]))
    await topics.write(10)
    await topics.expectEachCountedOnce()
    const acknowledged = [clients.holdAnswer(asks(api.produce)), clients.holdAnswer(asks(api.produce))]
    await topics.write(10)
    const held = await Promise.all(acknowledged)

    const second = await startGroup(topics, client([direct]))
    await until(() => second.partitions().some(({ isRunning }) => isRunning))
    expect([first, second].map(group => group.partitions().length)).toEqual([1, 1])
    const commits = clients.count(api.endTxn)
    for (const { release } of held) release()
    await topics.expectEachCountedOnce()
    // The one that it kept.
    expect(clients.count(api.endTxn)).toBe(commits + 1)
  })

  test('R10 an owner whose ids the brokers have forgotten starts anew', async () => {
    const topics = await topicsOf('r10')
    const owner = await settledOwner(topics)
    while ((await transactionState(broker().direct, `${topics.name}.0`)) !== 'none') await delay(100)
    await topics.write(10)
    await topics.expectEachCountedOnce()
    expect(owner.rebuilds.length).toBeGreaterThan(0)
  })

  test('R13 no commit is sent before every record is acknowledged', async () => {
    const topics = await topicsOf('r13')
    await settledOwner(topics)
    const FETCH = 1
    const { clients } = broker()
    for (let i = 0; i < 3; i++) {
      const written = clients.holdAnswer(asks(api.produce))
      const commits = clients.count(api.endTxn)
      await topics.write(10)
      const { release } = await written
      // Time enough, by what else the owner does, to send a commit.
      const fetches = clients.count(FETCH)
      await until(() => clients.count(FETCH) > fetches + 5)
      expect(clients.count(api.endTxn)).toBe(commits)
      release()
      await topics.expectEachCountedOnce()
    }
  })
})
