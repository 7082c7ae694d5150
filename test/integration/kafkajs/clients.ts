import { Kafka, logLevel, type LogEntry, type Producer, type RetryOptions, type Transaction } from 'kafkajs'
import { createTopics } from '../create-topics.ts'
import { stack } from '../stack.ts'

const { kafkaBrokers, prefix } = stack()

/** Enough quick tries that a coordinator which is still writing markers is waited for, whatever the defaults are. */
const patient: RetryOptions = { initialRetryTime: 5, factor: 0, multiplier: 1, retries: 2_000 }

let names = 0

/** A name that no other test file and no other test of this one uses. */
export const unique = (name: string): string => `${prefix}${name}-${++names}`

/** A client of the test brokers; `onLog` receives all it logs, down to DEBUG. */
export function client(retry = patient, onLog: (entry: LogEntry) => void = () => undefined): Kafka {
  return new Kafka({
    clientId: 'aegispay-test',
    brokers: [...kafkaBrokers],
    logLevel: logLevel.DEBUG,
    logCreator: () => onLog,
    retry
  })
}

/** A producer that places records where their `partition` says. The caller disconnects it. */
export async function transactionalProducer(kafka: Kafka, transactionalId: string): Promise<Producer> {
  const producer = kafka.producer({
    transactionalId,
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: 20_000,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
    retry: { retries: Number.MAX_SAFE_INTEGER }
  })
  await producer.connect()
  return producer
}

/** Creates a topic of one partition. */
export async function createTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const created = { topic, numPartitions: 1, replicationFactor: 1 }
    await createTopics(admin, [created])
  } finally {
    await admin.disconnect()
  }
}

export async function append(
  transaction: Transaction,
  topic: string,
  values: readonly string[],
  key: Buffer | string = 'key'
): Promise<void> {
  await transaction.send({ topic, messages: values.map(value => ({ key, value })) })
}

const END = 'end of what the test wrote'

/**
 * Commits a last record to `topic` and returns what a read_committed consumer is given of partition 0 before it.
 *
 * @param from the first offset to fetch
 * @throws what the consumer gave up with
 */
export async function readCommitted(kafka: Kafka, topic: string, from = 0): Promise<string[]> {
  const writer = await transactionalProducer(kafka, unique('end'))
  const last = await writer.transaction()
  await append(last, topic, [END])
  await last.commit()
  await writer.disconnect()

  const consumer = kafka.consumer({ groupId: unique('reader'), maxWaitTimeInMs: 50 })
  const read: string[] = []
  try {
    await consumer.connect()
    await consumer.subscribe({ topic })
    consumer.on(consumer.events.GROUP_JOIN, () =>
      consumer.seek({ topic, partition: 0, offset: String(from) })
    )
    await new Promise<void>((resolve, reject) => {
      // A broker that is new may still be loading the group's coordinator: the client then starts the consumer anew.
      consumer.on(consumer.events.CRASH, ({ payload }) => {
        if (!payload.restart) reject(payload.error)
      })
      const eachMessage = ({ message }: { message: { value: Buffer | null } }): Promise<void> => {
        const value = String(message.value)
        if (value === END) resolve()
        else read.push(value)
        return Promise.resolve()
      }
      consumer.run({ autoCommit: false, eachMessage }).catch(reject)
    })
    return read
  } finally {
    await consumer.disconnect()
  }
}
