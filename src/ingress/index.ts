import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { ControlTable } from '../control/table.ts'
import type { AvroCodec } from '../platform/avro/codec.ts'
import { BatchingProducer } from '../platform/kafka/batching-producer.ts'
import { producerMetrics } from '../platform/kafka/producer-metrics.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Role } from '../platform/role.ts'
import type { Tracing } from '../platform/tracing/tracing.ts'
import { findAnswer } from '../projections/payment-events/queries.ts'
import type { ReadDatabase } from '../projections/read-database.ts'
import { topicNames } from '../topics.ts'
import { Ingress } from './ingress.ts'
import { PendingAnswers } from './pending-answers.ts'
import { followReplies } from './reply-channel.ts'
import type { IngressService } from './routes.ts'

export interface IngressDeps {
  readonly kafka: Kafka
  readonly codec: AvroCodec
  readonly control: ControlTable
  readonly reads: ReadDatabase
  /** Nobody else's: a connection that subscribes does nothing else. */
  readonly subscriber: Redis
  /** Of topics and Redis channels. */
  readonly prefix: string
  /** Of the commands' topic. */
  readonly partitions: number
  /** Milliseconds that a command waits for its answer. */
  readonly answerWaitMs: number
  readonly metrics: Metrics
  readonly tracing: Tracing | null
  readonly log: Logger
}

/** Milliseconds after which a sender is told that Kafka does not take its command. */
const SEND_TIMEOUT_MS = 900

export async function startIngress(deps: IngressDeps): Promise<Role & IngressService> {
  const { kafka, codec, control, reads, subscriber, prefix, metrics, tracing, log } = deps
  const producer = await BatchingProducer.start(kafka, log, {
    sendTimeoutMs: SEND_TIMEOUT_MS,
    tracing,
    observe: producerMetrics(metrics, 'ingress')
  })
  const pending = new PendingAnswers(log)
  const waiting = metrics.gauge('aegispay_ingress_waiting_requests')
  metrics.beforeReading(() => waiting.set(pending.size))
  const topics = topicNames(prefix)
  const replyTo = `${prefix}replies.${randomUUID()}`
  followReplies(subscriber, replyTo, reply => pending.take(reply), log)
  const ingress = new Ingress({
    send: record => producer.send(record),
    encode: (name, value) => codec.encode(name, value),
    findAnswer: command => findAnswer(reads, command, topics.outcomes),
    controlOffset: () => control.offset,
    pending,
    replyTo,
    topics,
    partitions: deps.partitions,
    answerWaitMs: deps.answerWaitMs,
    metrics
  })
  return {
    name: 'ingress',
    ingress,
    keys: control,
    notReady: () => control.notReady(),
    stopWaiting: () => pending.stop(),
    async stop() {
      await producer.stop()
    }
  }
}
