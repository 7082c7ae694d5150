import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import {
  createEosManager,
  createRetry,
  createSendMessages,
  groupMessagesPerPartition,
  RequestQueue,
  type BrokerDouble,
  type ClusterDouble
} from './internals.ts'

describe('messages of one send, grouped by partition', () => {
  const group = (
    messages: readonly { partition: number; n: number }[],
    partitionMetadata: unknown[] = [{}]
  ) =>
    groupMessagesPerPartition({
      topic: 'payments.events',
      partitionMetadata,
      messages,
      partitioner: ({ message }) => message.partition
    })

  test('keep their order within a partition', () => {
    const messages = [2, 0, 2, 1, 0, 2].map((partition, n) => ({ partition, n }))

    const grouped = group(messages)

    expect(Object.entries(grouped).map(([partition, of]) => [partition, of.map(({ n }) => n)])).toEqual([
      ['0', [1, 4]],
      ['1', [3]],
      ['2', [0, 2, 5]]
    ])
  })

  test('are none for a topic without partitions', () => {
    expect(group([{ partition: 0, n: 0 }], [])).toEqual({})
  })

  test('share no list with the caller', () => {
    const messages = [{ partition: 0, n: 0 }]

    group(messages)[0]!.push({ partition: 0, n: 1 })

    expect(messages).toHaveLength(1)
  })
})

/**
 * Sends a message to the one partition of each topic, on a cluster of doubles.
 *
 * @param leaderOf who leads the topic's partition; undefined when nobody is known to
 * @param refreshed called when the client asks for metadata anew
 */
async function sendTo(
  leaderOf: (topic: string) => BrokerDouble | undefined,
  topics: readonly string[],
  refreshed: () => void = () => undefined
): Promise<{ topicName: string }[]> {
  const cluster: ClusterDouble = {
    refreshMetadataIfNecessary: () => Promise.resolve(),
    refreshMetadata: () => {
      refreshed()
      return Promise.resolve()
    },
    removeBroker: () => undefined,
    addMultipleTargetTopics: () => Promise.resolve(),
    isConnected: () => true,
    findTopicPartitionMetadata: topic => [{ partitionId: 0, leader: leaderOf(topic)?.nodeId ?? '' }],
    findLeaderForPartitions: (topic, partitions) => {
      const leader = leaderOf(topic)
      return leader === undefined || partitions.length === 0 ? {} : { [leader.nodeId]: [0] }
    },
    findBroker: ({ nodeId }) =>
      Promise.resolve(topics.map(leaderOf).find(broker => broker?.nodeId === nodeId)!),
    findControllerBroker: () =>
      Promise.resolve({ initProducerId: () => Promise.resolve({ producerId: '1', producerEpoch: 0 }) })
  }
  const logger = { debug: () => undefined, warn: () => undefined, error: () => undefined }
  const eosManager = createEosManager({ logger, cluster, transactional: false })
  await eosManager.initProducerId()
  const retrier = createRetry({ initialRetryTime: 1, factor: 0, multiplier: 1, retries: 3 })
  const send = createSendMessages({ logger, cluster, partitioner: () => 0, eosManager, retrier })
  const topicMessages = topics.map(topic => ({ topic, messages: [{ value: topic }] }))
  return (await send({ acks: -1, topicMessages })) as { topicName: string }[]
}

describe('a send to two brokers', () => {
  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  test('is retried for the one that refused without repeating it to the one that has yet to answer', async () => {
    const concurrent = { name: 'KafkaJSProtocolError', type: 'CONCURRENT_TRANSACTIONS', retriable: true }
    const written: string[] = []
    const slowAnswer = Promise.withResolvers<{ topics: never[] }>()
    const refusesOnce: BrokerDouble = {
      nodeId: '1',
      produce: () => {
        const isFirst = !written.includes('events')
        written.push('events')
        return isFirst
          ? Promise.reject(Object.assign(new Error(), concurrent))
          : Promise.resolve({ topics: [] })
      }
    }
    const slow: BrokerDouble = {
      nodeId: '2',
      produce: () => {
        written.push('state')
        return slowAnswer.promise
      }
    }
    const sending = sendTo(topic => (topic === 'events' ? refusesOnce : slow), ['events', 'state'])
    await jest.advanceTimersByTimeAsync(1_000) // a retry that does not wait for the slow broker happens here
    slowAnswer.resolve({ topics: [] })
    await jest.advanceTimersByTimeAsync(1_000)
    await sending

    expect(written.toSorted()).toEqual(['events', 'events', 'state'])
  })
})

describe('a send to topics of which one changes its leader before it is acknowledged', () => {
  const closed = { name: 'KafkaJSConnectionClosedError', retriable: true }

  /** Brokers 1 and 2, of which the first send to 2 fails, and what each was sent, by topic. */
  async function sendWhile(leaders: { before: Record<string, string>; after: Record<string, string> }) {
    let leaderOf = leaders.before
    const sent: string[] = []
    const broker = (nodeId: string): BrokerDouble => ({
      nodeId,
      produce: ({ topicData }) => {
        sent.push(...topicData.map(({ topic }) => `${topic} to ${nodeId}`))
        if (nodeId === '2' && leaderOf === leaders.before)
          return Promise.reject(Object.assign(new Error(), closed))
        return Promise.resolve({
          topics: topicData.map(({ topic }) => ({ topicName: topic, partitions: [{ partition: 0 }] }))
        })
      }
    })
    const brokers: Record<string, BrokerDouble> = { 1: broker('1'), 2: broker('2') }
    const answers = await sendTo(
      topic => brokers[leaderOf[topic] ?? ''],
      ['state', 'events'],
      () => {
        leaderOf = leaders.after
      }
    )
    return { sent, answered: answers.map(({ topicName }) => topicName) }
  }

  test('sends it to a leader that has acknowledged another already', async () => {
    const before = { state: '1', events: '2' }
    const { sent, answered } = await sendWhile({ before, after: { state: '1', events: '1' } })
    expect(sent).toEqual(['state to 1', 'events to 2', 'events to 1'])
    expect(answered).toEqual(['state', 'events'])
  })

  test('sends nothing again that was acknowledged, whoever leads it by then', async () => {
    const before = { state: '1', events: '2' }
    const { sent, answered } = await sendWhile({ before, after: { state: '2', events: '2' } })
    expect(sent).toEqual(['state to 1', 'events to 2', 'events to 2'])
    expect(answered).toEqual(['state', 'events'])
  })

  test('fails when nobody is known to lead it', async () => {
    const before = { state: '1', events: '2' }
    await expect(sendWhile({ before, after: { state: '1' } })).rejects.toThrow('without metadata')
  })
})

describe('the queue of requests to a broker', () => {
  const silent = { debug: () => undefined, warn: () => undefined }
  const ignore = () => undefined
  let queue: RequestQueue
  let sent: number[]

  beforeEach(() => {
    jest.useFakeTimers()
    sent = []
    queue = new RequestQueue({
      maxInFlightRequests: 1,
      requestTimeout: 30_000,
      enforceRequestTimeout: false,
      clientId: 'aegispay',
      broker: 'broker:9092',
      logger: silent
    })
  })
  afterEach(() => {
    queue.destroy()
    jest.useRealTimers()
  })

  const request = (correlationId: number) =>
    queue.push({
      entry: { correlationId, resolve: ignore, reject: ignore },
      expectResponse: true,
      sendRequest: () => sent.push(correlationId)
    })
  const response = (correlationId: number) =>
    queue.fulfillRequest({ correlationId, payload: Buffer.alloc(0), size: 0 })

  test('sets no timer when nothing waits', () => {
    request(1)
    response(1)

    expect(jest.getTimerCount()).toBe(0)
  })

  test('sends what waited for a response, in order', () => {
    for (const id of [1, 2, 3]) request(id)
    expect(sent).toEqual([1])

    response(1)
    response(2)

    expect(sent).toEqual([1, 2, 3])
  })

  test('sends what was throttled when the throttle ends, and not before', () => {
    queue.maybeThrottle(500)
    request(1)

    jest.advanceTimersByTime(499)
    expect(sent).toEqual([])

    jest.advanceTimersByTime(1)
    expect(sent).toEqual([1])
  })

  test('sends what was throttled although a response came in between', () => {
    request(1)
    queue.maybeThrottle(500)
    response(1)
    request(2)

    jest.advanceTimersByTime(500)

    expect(sent).toEqual([1, 2])
  })
})
