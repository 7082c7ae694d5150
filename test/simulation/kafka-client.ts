// Stands in for kafkajs, as far as the product uses it: producers, transactions and the admin here, consumers beside it.
import kafkajs from 'kafkajs'
import type { Admin, IHeaders, Kafka, Message, Producer, TopicMessages, Transaction } from 'kafkajs'
import type { Cluster } from './cluster.ts'
import { consumerOf, type ConsumerOptions } from './consumer.ts'
import type { Appended } from './log-model.ts'
import type { Machine } from './machine.ts'
import type { Network } from './network.ts'

/** The client of one machine. */
export function kafkaOf(machine: Machine, cluster: Cluster, network: Network): Kafka {
  const client = {
    producer: (options: ProducerOptions = {}) =>
      options.transactionalId === undefined
        ? plainProducer(machine, cluster, network)
        : transactionalProducer(machine, cluster, network, options as TransactionalOptions),
    consumer: (options: ConsumerOptions) => consumerOf(machine, cluster, network, options),
    admin: ({ readUncommitted = false } = {}) => adminOf(machine, cluster, network, readUncommitted)
  }
  return client as unknown as Kafka
}

interface ProducerOptions {
  readonly transactionalId?: string
  readonly transactionTimeout?: number
}
type TransactionalOptions = Required<ProducerOptions>

interface Written {
  readonly topicName: string
  readonly partition: number
  readonly baseOffset: string
}

type Append = (topic: string, partition: number, records: readonly Appended[]) => number

function plainProducer(machine: Machine, { log }: Cluster, network: Network): Partial<Producer> {
  return {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    sendBatch: ({ topicMessages = [] }) =>
      network.request(machine, 'produce', () =>
        appendAll(topicMessages, (topic, partition, records) => log.append(topic, partition, records))
      ) as ReturnType<Producer['sendBatch']>
  }
}

function transactionalProducer(
  machine: Machine,
  cluster: Cluster,
  network: Network,
  { transactionalId: id, transactionTimeout }: TransactionalOptions
): Partial<Producer> {
  const { log } = cluster
  let epoch: number | null = null
  /** While a transaction ends, and for good when that fails: then the client takes no other. */
  let isEnding = false
  const write = (topicMessages: readonly TopicMessages[]) => async () => {
    await cluster.whenEnded(id)
    const isFirst = log.openTransaction(id, epoch!) === null
    const written = appendAll(topicMessages, (topic, partition, records) =>
      log.appendTransactional(id, epoch!, topic, partition, records)
    )
    if (isFirst) cluster.limit(id, epoch!, transactionTimeout)
    return written
  }
  const begin = (): Partial<Transaction> => {
    let isEmpty = true
    // The client asks nobody to end what nothing was written in.
    const end = async (commits: boolean) => {
      if (isEmpty) return
      isEnding = true
      await network.request(machine, `${commits ? 'commit' : 'abort'} of ${id}`, () =>
        cluster.endTransaction(id, epoch!, commits)
      )
      isEnding = false
    }
    return {
      sendBatch: ({ topicMessages = [] }) => {
        isEmpty = false
        return network.request(machine, `write of ${id}`, write(topicMessages)) as ReturnType<
          Transaction['sendBatch']
        >
      },
      commit: () => end(true),
      abort: () => end(false)
    }
  }
  return {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    transaction: async () => {
      if (isEnding) throw new kafkajs.KafkaJSNonRetriableError('a transaction is still ending')
      epoch ??= await network.request(machine, `fence of ${id}`, () =>
        log.initProducer(id, transactionTimeout)
      )
      return begin() as Transaction
    }
  }
}

function adminOf(
  machine: Machine,
  cluster: Cluster,
  network: Network,
  readUncommitted: boolean
): Partial<Admin> {
  const { log } = cluster
  const isolation = readUncommitted ? 'read_uncommitted' : 'read_committed'
  const partitionsOf = (topic: string) =>
    Array.from({ length: log.partitionsOf(topic) }, (_, partition) => partition)
  return {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    fetchTopicOffsets: topic =>
      network.request(machine, 'bounds', () =>
        partitionsOf(topic).map(partition => {
          const high = String(log.end(topic, partition, isolation))
          return { partition, offset: high, high, low: '0' }
        })
      ),
    fetchOffsets: ({ groupId, topics = [] }) =>
      network.request(machine, 'offsets', () =>
        topics.map(topic => ({
          topic,
          partitions: partitionsOf(topic).map(partition => ({
            partition,
            offset: String(cluster.committed(groupId, topic, partition)),
            metadata: null
          }))
        }))
      )
  }
}

/** Each partition's records in one batch, as one request has them. */
function appendAll(topicMessages: readonly TopicMessages[], append: Append): Written[] {
  return topicMessages.flatMap(({ topic, messages }) =>
    [...Map.groupBy(messages, ({ partition }) => partition!)].map(([partition, own]) => ({
      topicName: topic,
      partition,
      baseOffset: String(append(topic, partition, own.map(appended)))
    }))
  )
}

const appended = ({ key, value, headers }: Message): Appended => ({
  key: bytesOf(key ?? null),
  value: bytesOf(value),
  headers: headersOf(headers ?? {})
})

const bytesOf = (given: Buffer | string | null): Buffer | null =>
  typeof given === 'string' ? Buffer.from(given) : given

function headersOf(headers: IHeaders): Record<string, Buffer> {
  const known = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || Array.isArray(value) ? [] : [[name, Buffer.from(value)] as const]
  )
  return Object.fromEntries(known)
}
