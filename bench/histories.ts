import type { Kafka, Message } from 'kafkajs'
import type { Command, GatewayResult } from '../src/domain/payment/commands.ts'
import { decide } from '../src/domain/payment/decide.ts'
import { decideResult } from '../src/domain/payment/decide-result.ts'
import type { PaymentEvent, RecordedEvent } from '../src/domain/payment/events.ts'
import { foldDecision, recordEvents } from '../src/domain/payment/record.ts'
import type { PaymentState } from '../src/domain/payment/state.ts'
import { commandIdOf, fingerprintOf, paymentIdOf } from '../src/identity.ts'
import { contactIn, initiatePayment } from '../src/ingress/payment-request.ts'
import type { AvroCodec } from '../src/platform/avro/codec.ts'
import { partitionOf } from '../src/platform/kafka/partition-of.ts'
import { Outputs } from '../src/processors/payments/outputs.ts'
import type { TopicNames } from '../src/topics.ts'
import { paymentOf } from './payment.ts'

/** Payments of one send. Those of a partition make a batch about as large as an owner's transaction does. */
const PAYMENTS_PER_SEND = 2000

const gateways = [
  {
    id: 'alpha',
    priority: 1,
    currencies: ['EUR'],
    operations: ['AUTHORIZE' as const, 'PURCHASE' as const, 'CAPTURE' as const],
    callTimeoutMs: 1000,
    sendWithinMs: 1000
  }
]

const SUCCESS = {
  outcome: 'SUCCEEDED',
  declineType: null,
  reference: 'r1',
  amount: null,
  currency: null,
  settled: true,
  code: null,
  message: null,
  redirectUrl: null
} as const

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
      // All have begun before the first of them ends.
      const begun = numbers.map(n => writer.begin(n))
      const messages = [
        ...begun.flatMap(({ messages }) => messages),
        ...begun.flatMap(one => writer.end(one))
      ]
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

interface Begun {
  readonly n: number
  readonly state: PaymentState
  readonly partition: number
  readonly messages: readonly Message[]
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

  begin(n: number): Begun {
    const command = commandOf(n)
    const { merchantId, paymentId, commandId, fingerprint } = command
    const now = Date.now()
    const decision = decide(command, null, { now, merchantIsKnown: true, gateways })
    if (decision.type !== 'accepted') throw new Error(`the command is not accepted: ${decision.type}`)
    const cause = { paymentId, merchantId, causationId: commandId, commandFingerprint: fingerprint }
    const events = recordEvents(decision.events, null, cause, now)
    const partition = partitionOf(paymentId, this.#partitions)
    const messages = this.#messages(events, this.#topics.commands, partition, n)
    return { n, state: foldDecision(null, events)!, partition, messages }
  }

  /** What follows from the gateway's success. */
  end({ n, state, partition }: Begun): readonly Message[] {
    const { operationId, attempt, gateway } = state.payment!.operation!
    const result: GatewayResult = { ...SUCCESS, operationId, attempt, gateway }
    const now = Date.now()
    const decided: readonly PaymentEvent[] = decideResult(result, state, { now, gateways })
    const { paymentId } = commandOf(n)
    const cause = {
      paymentId,
      merchantId: state.merchantId,
      causationId: operationId,
      commandFingerprint: null
    }
    const events = recordEvents(decided, state, cause, now)
    return this.#messages(events, this.#topics.outcomes, partition, n)
  }

  contact(n: number): Message {
    const request = paymentOf(n)
    const customer = { ...request.customer, email: `${request.customer.id}@example.com` }
    const contact = contactIn({ ...request, customer }, 'demo', Date.now())!
    const key = `demo/${customer.id}`
    const value = this.#codec.encode('aegispay.customers.CustomerContact', contact)
    return { key, value, partition: partitionOf(key, this.#partitions) }
  }

  #messages(events: readonly RecordedEvent[], topic: string, partition: number, offset: number): Message[] {
    const origin = {
      ...{ inputTopic: topic, inputPartition: partition, inputOffset: offset, controlOffset: 0 },
      ...{ correlationId: `preloaded-${offset}`, traceparent: undefined }
    }
    return events.map(event => {
      const { key, value, headers } = this.#outputs.event(event, origin)
      return { key, value, partition, ...(headers && { headers }) }
    })
  }
}

function commandOf(n: number): Command {
  const merchantId = 'demo'
  const idempotencyKey = `preloaded-${n}`
  const paymentId = paymentIdOf(merchantId, idempotencyKey)
  const body = initiatePayment(paymentOf(n), { merchantId, paymentId, idempotencyKey })
  const commandId = commandIdOf(merchantId, paymentId, 'initiate', idempotencyKey)
  return { type: 'InitiatePayment', ...body, commandId, fingerprint: fingerprintOf(body) }
}
