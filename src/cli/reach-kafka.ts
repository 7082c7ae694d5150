import kafkajs, { type Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import { kafkaConnection } from '../platform/config/kafka-connection.ts'
import type { Settings } from '../platform/config/settings.ts'
import { connectKafka, type KafkaPatience } from '../platform/kafka/client.ts'

/** About a second where connections are refused, and seven where nothing answers: whoever waits sits at a terminal. */
const PATIENCE: KafkaPatience = {
  connectionTimeout: 2000,
  requestTimeout: 2000,
  retry: { initialRetryTime: 300, factor: 0, multiplier: 2, retries: 2 }
}

/**
 * The client of a cluster that has just answered. The clients that do the work try for most of a minute, as a service
 * should, so a command asks first.
 * @throws Error `kafka_unavailable: …` when no broker answers
 */
export async function reachKafka(settings: Settings['kafka'], log: Logger): Promise<Kafka> {
  const connection = kafkaConnection(settings)
  const admin = connectKafka(connection, log, PATIENCE).admin()
  try {
    await admin.connect()
  } catch (error) {
    if (!(error instanceof kafkajs.KafkaJSNumberOfRetriesExceeded)) throw error
    const brokers = settings.brokers.join(', ')
    throw new Error(`kafka_unavailable: none of ${brokers} answers`, { cause: error })
  } finally {
    await admin.disconnect()
  }
  return connectKafka(connection, log)
}
