import { randomUUID } from 'node:crypto'
import type { Kafka, Message } from 'kafkajs'
import { Owner } from '../dev/payment-owner.ts'
import { partitionOf } from '../src/platform/kafka/partition-of.ts'
import type { AvroCodec } from '../src/platform/avro/codec.ts'
import { PaymentChangelog } from '../src/processors/payments/changelog.ts'
import type { TopicNames } from '../src/topics.ts'
import { commandOf, paymentOf } from './payment.ts'

/** Those of a partition stay below the topic's max.message.bytes, also when there is but one partition. */
const PAYMENTS_PER_SEND = 2000

export interface Filling {
  readonly payments: number
  /** Of the payments' topics. */
  readonly partitions: number
  /** `closed` payments have completed; `open` ones are authorized and wait for a capture, with nothing in flight. */
  readonly are: 'closed' | 'open'
  /** The nth payment of `preload` is another one than the nth from here. */
  readonly keyPrefix?: string
}

/**
 * Writes the states of payments and a checkpoint for each partition to the changelog, as owners would have left them
 * before the inputs held anything. No owner may have the partitions meanwhile.
 */
export async function fillChangelog(
  { kafka, codec, topics }: { kafka: Kafka; codec: AvroCodec; topics: TopicNames },
  filling: Filling
): Promise<void> {
  const changelog = new PaymentChangelog(topics.state, codec, filling.partitions)
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  const send = (messages: Message[]) => producer.send({ topic: topics.state, acks: -1, messages })
  try {
    let underWay: Promise<unknown> = Promise.resolve()
    for (let first = 0; first < filling.payments; first += PAYMENTS_PER_SEND) {
      const messages = states(
        changelog,
        filling,
        first,
        Math.min(first + PAYMENTS_PER_SEND, filling.payments)
      )
      await underWay
      underWay = send(messages)
    }
    await underWay
    const checkpoint = changelog.encodeCheckpoint({ commands: 0, outcomes: 0 }, randomUUID())
    await send(Array.from({ length: filling.partitions }, (_, partition) => ({ ...checkpoint, partition })))
  } finally {
    await producer.disconnect()
  }
}

function states(
  changelog: PaymentChangelog,
  { are, partitions, keyPrefix = 'filled' }: Filling,
  from: number,
  to: number
): Message[] {
  // What these payments have come to need not be kept for others.
  const owner = new Owner(Date.now)
  return Array.from({ length: to - from }, (_, i) => {
    const n = from + i
    const capture = are === 'closed' ? 'automatic' : 'manual'
    const command = commandOf(`${keyPrefix}-${n}`, { ...paymentOf(n), capture })
    owner.completes(command)
    const { paymentId } = command
    const partition = partitionOf(paymentId, partitions)
    return { ...changelog.encodeState(paymentId, owner.state(paymentId)!), partition }
  })
}
