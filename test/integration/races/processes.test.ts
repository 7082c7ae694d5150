// Processes that are frozen or killed between the acknowledgement of their records and their commit.
import { expect, jest, test } from '@jest/globals'
import { setTimeout as delay } from 'node:timers/promises'
import { client, CountingTopics } from '../core/counting.ts'
import { api, errorOfEndTxn, INVALID_PRODUCER_EPOCH, type KafkaRequest } from './kafka-frames.ts'
import { describeOnOwnBroker } from './own-broker.ts'
import { ProcessWorker } from './process-worker.ts'
import { transactionState } from './transaction-state.ts'

jest.setTimeout(60_000)

const SHORT_MS = 1_500
/** As long as the broker allows. */
const LONG_MS = 30_000
/** How often the coordinator looks for transactions whose time is over. */
const LOOK_MS = 100

const asks =
  (of: number) =>
  (request: KafkaRequest): boolean =>
    request.api === of

describeOnOwnBroker(
  'processes that come to a halt between acknowledgement and commit',
  { 'transaction.abort.timed.out.transaction.cleanup.interval.ms': LOOK_MS },
  broker => {
    const topicsOf = (name: string) => CountingTopics.create(name, 1, client([broker().direct]))

    /** A process that owns the partition and has counted some records. */
    async function settled(
      { name, stateDir }: CountingTopics,
      by: 'direct' | 'proxied',
      terms: { sessionTimeoutMs: number; transactionTimeoutMs: number }
    ): Promise<ProcessWorker> {
      const worker = ProcessWorker.start({ brokers: [broker()[by]], name, stateDir, ...terms })
      await worker.untilMore('takeover', 0)
      return worker
    }

    /** Freezes the process when all of its next transaction is acknowledged: it has only to read so, and to commit. */
    async function freezeBeforeCommit(topics: CountingTopics, worker: ProcessWorker): Promise<void> {
      const acknowledged = broker().clients.holdAnswer(asks(api.produce))
      await topics.write(10)
      const { release } = await acknowledged
      worker.freeze()
      release()
    }

    /** Lets the process go on, and says what the coordinator answered to its commit. */
    async function thawAndCommit(worker: ProcessWorker): Promise<number> {
      const commit = broker().clients.holdRequest(asks(api.endTxn))
      worker.thaw()
      const { release, answer } = await commit
      release()
      return errorOfEndTxn(await answer)
    }

    test('R1 a zombie that wakes between its acks and its EndTxn commits nothing', async () => {
      const topics = await topicsOf('r1')
      // Its transaction would last: the successor's fence alone ends it.
      const terms = { sessionTimeoutMs: SHORT_MS, transactionTimeoutMs: LONG_MS }
      const zombie = await settled(topics, 'proxied', terms)
      await freezeBeforeCommit(topics, zombie)
      const successor = await settled(topics, 'direct', terms)
      await topics.write(10)
      await topics.expectEachCountedOnce()

      expect(await thawAndCommit(zombie)).toBe(INVALID_PRODUCER_EPOCH)
      await zombie.untilMore('rebuild', 0)
      await topics.write(10)
      await topics.expectEachCountedOnce()
      expect(successor.count('rebuild')).toBe(0)
    })

    test('R9 an owner whose transaction the coordinator gave up starts anew', async () => {
      const topics = await topicsOf('r9')
      const owner = await settled(topics, 'proxied', {
        sessionTimeoutMs: LONG_MS,
        transactionTimeoutMs: SHORT_MS
      })
      await freezeBeforeCommit(topics, owner)
      const id = `${topics.name}.0`
      while ((await transactionState(broker().direct, id)) !== 'CompleteAbort') await delay(50)

      expect(await thawAndCommit(owner)).toBe(INVALID_PRODUCER_EPOCH)
      await owner.untilMore('rebuild', 0)
      await topics.expectEachCountedOnce()
    })

    test('R12 a transaction whose owner is killed holds readers up no longer than it may last', async () => {
      const topics = await topicsOf('r12')
      const killed = await settled(topics, 'proxied', {
        sessionTimeoutMs: LONG_MS,
        transactionTimeoutMs: SHORT_MS
      })
      const acknowledged = broker().clients.holdAnswer(asks(api.produce))
      await topics.write(10)
      await acknowledged
      const id = `${topics.name}.0`
      expect(await transactionState(broker().direct, id)).toBe('Ongoing')
      await killed.kill()
      const began = performance.now()
      while ((await transactionState(broker().direct, id)) !== 'CompleteAbort') await delay(10)
      // Writing the markers is all that comes on top.
      expect(performance.now() - began).toBeLessThan(SHORT_MS + LOOK_MS + 1_000)

      await settled(topics, 'direct', { sessionTimeoutMs: SHORT_MS, transactionTimeoutMs: SHORT_MS })
      await topics.expectEachCountedOnce()
    })
  }
)
