import type { Kafka, Message } from 'kafkajs'
import { Owner, type Decided } from '../dev/payment-owner.ts'
import { contactIn } from '../src/ingress/payment-request.ts'
import type { AvroCodec } from '../src/platform/avro/codec.ts'
import { partitionOf } from '../src/platform/kafka/partition-of.ts'
import { Outputs } from '../src/processors/payments/outputs.ts'
import type { TopicNames } from '../src/topics.ts'
import { commandOf, paymentOf } from './payment.ts'

/** Payments of one send. Those of a partition make a batch about as large as an owner's transaction does. */
const PAYMENTS_PER_SEND = 2000

/**
 * Writes the events of payments that complete, as their owners would, and a customer's contact details for each.
 *
 * @returns how many events there are
 */
export async function preloadHistories(
  { kafka, codec, topics }: { kafka: Kafka; codec: AvroCodec; topics: TopicNames },
  { payments, partitions }: { payments: number; partitions: number }
): Promise<number> {
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  const writer = new HistoryWriter(codec, topics, partitions)
  let events = 0
  try {
    for (let first = 0; first < payments; first += PAYMENTS_PER_SEND) {
      const numbers = Array.from(
        { length: Math.min(PAYMENTS_PER_SEND, payments - first) },
        (_, i) => first + i
      )
      const messages = writer.events(numbers)
      const contacts = numbers.map(n => writer.contact(n))
      await producer.sendBatch({
        acks: -1,
        topicMessages: [
          { topic: topics.events, messages },
          { topic: topics.customers, messages: contacts }
        ]
      })
      events += messages.length
    }
  } finally {
    await producer.disconnect()
  }
  return events
}

class HistoryWriter {
  readonly #codec: AvroCodec
  readonly #topics: TopicNames
  readonly #partitions: number
  readonly #outputs: Outputs

  constructor(codec: AvroCodec, topics: TopicNames, partitions: number) {
    this.#codec = codec
    this.#topics = topics
    this.#partitions = partitions
    this.#outputs = new Outputs(codec, topics)
  }

  /** All begin before the first of them ends. */
  events(numbers: readonly number[]): Message[] {
    // What is over with these payments need not be kept for others.
    const owner = new Owner(Date.now)
    const begun = numbers.map(n => this.#messages(owner.command(nth(n)), this.#topics.commands, n))
    const ended = numbers.map(n =>
      this.#messages(owner.result(nth(n).paymentId, {}), this.#topics.outcomes, n)
    )
    return [...begun, ...ended].flat()
  }

  contact(n: number): Message {
    const request = paymentOf(n)
    const customer = { ...request.customer, email: `${request.customer.id}@example.com` }
    const contact = contactIn({ ...request, customer }, 'demo', Date.now())!
    const key = `demo/${customer.id}`
    const value = this.#codec.encode('aegispay.customers.CustomerContact', contact)
    return { key, value, partition: partitionOf(key, this.#partitions) }
  }

  #messages({ events }: Decided, topic: string, offset: number): Message[] {
    const partition = partitionOf(events[0]!.paymentId, this.#partitions)
    const origin = {
      partition,
      ...{ inputTopic: topic, inputPartition: partition, inputOffset: offset, controlOffset: 0 },
      ...{ correlationId: `preloaded-${offset}`, traceparent: undefined, requestedBy: null }
    }
    return events.map(event => {
      const { key, value, headers } = this.#outputs.event(event, origin)
      return { key, value, partition, ...(headers && { headers }) }
    })
  }
}

const nth = (n: number) => commandOf(`preloaded-${n}`, paymentOf(n))
