import { Kafka, logLevel, type KafkaConfig, type LogEntry } from 'kafkajs'
import type { Logger } from 'pino'

/** How to reach the cluster. */
export interface KafkaConnection {
  readonly brokers: readonly string[]
  /** Appears in the broker's logs and quotas. */
  readonly clientId: string
  readonly ssl?: KafkaConfig['ssl']
  readonly sasl?: KafkaConfig['sasl']
}

/** How long a client waits, in milliseconds, and how often it tries again. */
export type KafkaPatience = Required<Pick<KafkaConfig, 'connectionTimeout' | 'requestTimeout' | 'retry'>>

const OF_A_SERVICE: KafkaPatience = {
  connectionTimeout: 3000,
  requestTimeout: 10_000,
  retry: { initialRetryTime: 5, factor: 0, multiplier: 1.2, retries: 40 }
}

/**
 * A client whose retries, unless told otherwise, start after 5 ms: for some milliseconds after a commit the transaction coordinator answers
 * CONCURRENT_TRANSACTIONS, and the library's own first pause of 300 ms would be paid for every transaction.
 */
export function connectKafka(
  { brokers, clientId, ssl, sasl }: KafkaConnection,
  log: Logger,
  patience = OF_A_SERVICE
): Kafka {
  return new Kafka({
    clientId,
    brokers: [...brokers],
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
    logLevel: logLevel.WARN,
    logCreator: () => entry => forward(entry, log),
    ...patience
  })
}

/**
 * What goes wrong reaches the code as an exception, and is logged there if it matters. The library calls every retried
 * answer an error, hundreds a second after a commit, so only lost connections and readers are worth a line here.
 */
function forward({ level, namespace, log: { message, error, groupId } }: LogEntry, log: Logger): void {
  const fields = { kafka: namespace, error: error as unknown, groupId: groupId as unknown }
  const isWorthALine = level <= logLevel.ERROR && TELLING.has(namespace) && !message.startsWith('Response ')
  log[isWorthALine ? 'warn' : 'debug'](fields, message)
}

const TELLING = new Set(['Connection', 'Consumer'])
