import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { ControlTable } from '../control/table.ts'
import { ContactWriter } from '../customers/contact-writer.ts'
import { eraseCustomer, untilErased } from '../customers/erase-customer.ts'
import type { AvroCodec } from '../platform/avro/codec.ts'
import { BatchingProducer } from '../platform/kafka/batching-producer.ts'
import { producerMetrics } from '../platform/kafka/producer-metrics.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Role } from '../platform/role.ts'
import type { Tracing } from '../platform/tracing/tracing.ts'
import { heldContacts } from '../projections/customers/queries.ts'
import { findAnswer } from '../projections/payment-events/queries.ts'
import { countWaiting, merchantOf } from '../projections/payments/queries.ts'
import type { ReadDatabase } from '../projections/read-database.ts'
import { CONTACTS_ROLL_MS, topicNames } from '../topics.ts'
import type { ErasureService } from './erasure-routes.ts'
import { watchBacklog } from './backlog.ts'
import { addressDigest } from './address-digest.ts'
import { Ingress, type IngressPorts } from './ingress.ts'
import type { NotificationService } from './notification-routes.ts'
import { Notifications, type GatewayProtocols } from './notifications.ts'
import { PendingAnswers } from './pending-answers.ts'
import { followReplies } from './reply-channel.ts'
import type { ResolutionService } from './resolution-routes.ts'
import type { IngressService } from './routes.ts'

export interface IngressDeps {
  readonly kafka: Kafka
  readonly codec: AvroCodec
  readonly control: ControlTable
  readonly protocols: GatewayProtocols
  readonly reads: ReadDatabase
  /** Nobody else's: a connection that subscribes does nothing else. */
  readonly subscriber: Redis
  /** Of topics and Redis channels. */
  readonly prefix: string
  /** Of the commands' topic. */
  readonly partitions: number
  /** Milliseconds that a command waits for its answer. */
  readonly answerWaitMs: number
  /** Payments that may wait for a gateway. */
  readonly maxWaitingPayments: number
  /** For digests of customers' network addresses; null where none are made. */
  readonly addressKey: string | null
  readonly metrics: Metrics
  readonly tracing: Tracing | null
  readonly log: Logger
}

/**
 * Milliseconds after which a sender is told that Kafka does not take its command: within a second of its request, also
 * while Redis, which counts requests before, is away too.
 */
const SEND_TIMEOUT_MS = 800

/** Milliseconds that an erasure waits for the read model. */
const ERASURE_WAIT_MS = 2_000

export async function startIngress(
  deps: IngressDeps
): Promise<Role & IngressService & ErasureService & NotificationService & ResolutionService> {
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
  const outputs: Pick<IngressPorts, 'send' | 'encode' | 'topics' | 'partitions' | 'metrics'> = {
    send: record => producer.send(record),
    encode: (name, value) => codec.encode(name, value),
    topics,
    partitions: deps.partitions,
    metrics
  }
  const contacts = new ContactWriter({
    send: record => producer.send(record),
    topic: topics.customers,
    partitions: deps.partitions,
    source: '/ingress'
  })
  const rolling = rollContacts(contacts, log)
  const held = heldContacts(reads)
  const waitingPayments = metrics.gauge('aegispay_ingress_waiting_payments')
  const backlog = watchBacklog({
    cap: deps.maxWaitingPayments,
    count: upTo => countWaiting(reads, upTo),
    observe: payments => waitingPayments.set(payments),
    log
  })
  const ingress = new Ingress({
    ...outputs,
    contacts,
    digestOf: addressDigest(deps.addressKey),
    findAnswer: command => findAnswer(reads, command, topics.outcomes),
    controlOffset: () => control.offset,
    pending,
    replyTo,
    answerWaitMs: deps.answerWaitMs
  })
  return {
    name: 'ingress',
    ingress,
    isFull: () => backlog.isFull(),
    async erase(key, erasedBy) {
      const erasure = await eraseCustomer({ ...held, writer: contacts }, key, erasedBy)
      log.info({ ...key, erasedBy, wasHeld: erasure.wasHeld }, 'contact details erased')
      return { wasHeld: erasure.wasHeld, isApplied: await untilErased(held, erasure, ERASURE_WAIT_MS) }
    },
    notifications: new Notifications(deps.protocols, outputs),
    keys: control,
    merchantOf: paymentId => merchantOf(reads, paymentId),
    notReady: () => control.notReady(),
    stopWaiting: () => pending.stop(),
    async stop() {
      clearInterval(rolling)
      backlog.stop()
      await producer.stop()
    }
  }
}

/**
 * Lets the brokers compact what was erased, also where nobody writes: at the start, for instances may be replaced more
 * often than the interval, and then at every interval.
 */
function rollContacts(contacts: ContactWriter, log: Logger): NodeJS.Timeout {
  const roll = () => {
    contacts
      .roll()
      .catch((error: unknown) => log.warn({ error }, 'erased contact details wait for compaction'))
  }
  roll()
  return setInterval(roll, CONTACTS_ROLL_MS).unref()
}
