import type { Kafka } from 'kafkajs'
import { initiatePayment } from '../src/ingress/payment-request.ts'
import { paymentIdOf } from '../src/identity.ts'
import type { AvroCodec } from '../src/platform/avro/codec.ts'
import { partitionOf } from '../src/platform/kafka/partition-of.ts'
import { paymentOf } from './payment.ts'

/** A batch to one partition must stay below the topic's max.message.bytes, also when there is but one partition. */
const COMMANDS_PER_SEND = 500

/** Produces commands to initiate as many payments, as a producer other than the ingress would. */
export async function preload(
  { kafka, codec, topic }: { kafka: Kafka; codec: AvroCodec; topic: string },
  { commands, partitions }: { commands: number; partitions: number }
): Promise<void> {
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  try {
    for (let sent = 0; sent < commands; sent += COMMANDS_PER_SEND) {
      const messages = Array.from({ length: Math.min(COMMANDS_PER_SEND, commands - sent) }, (_, i) =>
        commandMessage(codec, `preloaded-${sent + i}`, sent + i, partitions)
      )
      await producer.send({ topic, acks: -1, messages })
    }
  } finally {
    await producer.disconnect()
  }
}

/** A command to initiate the nth payment, under an idempotency key. */
export function commandMessage(codec: AvroCodec, idempotencyKey: string, n: number, partitions: number) {
  const merchantId = 'demo'
  const paymentId = paymentIdOf(merchantId, idempotencyKey)
  const name = 'aegispay.commands.InitiatePayment'
  return {
    key: paymentId,
    partition: partitionOf(paymentId, partitions),
    value: codec.encode(name, initiatePayment(paymentOf(n), { merchantId, paymentId, idempotencyKey })),
    headers: { ce_specversion: '1.0', ce_id: idempotencyKey, ce_source: '/bench', ce_type: name }
  }
}
