import { setTimeout as delay } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import type { AvroCodec } from '../src/platform/avro/codec.ts'
import { withAdmin } from '../src/platform/kafka/admin.ts'
import { GroupReader } from '../src/platform/kafka/group-reader.ts'
import { logBounds } from '../src/platform/kafka/log-bounds.ts'
import type { TopicNames } from '../src/topics.ts'
import { percentile } from './percentile.ts'
import { commandMessage } from './preload.ts'

export interface Latency {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

export interface LatencyOptions {
  readonly perSecond: number
  readonly warmUp_s: number
  /** Measured. */
  readonly seconds: number
  readonly partitions: number
}

const SESSION_TIMEOUT_MS = 10_000

/** Milliseconds from the producing of a command to the first event of its payment at a read_committed reader. */
export async function measureLatency(
  { kafka, codec, topics }: { kafka: Kafka; codec: AvroCodec; topics: TopicNames },
  { perSecond, warmUp_s, seconds, partitions }: LatencyOptions
): Promise<Latency> {
  const ends = await withAdmin(kafka, admin => logBounds(admin, topics.events))
  const sent = new Map<string, number>()
  const took: number[] = []
  const crashed = Promise.withResolvers<never>()
  const options = { groupId: `${topics.events}-latency`, topics: [topics.events] }
  const reader = await GroupReader.start(
    kafka,
    { ...options, sessionTimeoutMs: SESSION_TIMEOUT_MS },
    {
      joined: (_, reader) => {
        for (const [partition, { end }] of ends) reader.readFrom(topics.events, partition, end)
      },
      records: (_topic, _partition, records) => {
        const now = performance.now()
        for (const { key } of records) {
          const at = sent.get(String(key))
          if (at !== undefined && sent.delete(String(key))) took.push(now - at)
        }
      },
      crashed: crashed.reject
    }
  )
  const producer = kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  const began = performance.now()
  const sends: Promise<unknown>[] = []
  for (let n = 0; n < (warmUp_s + seconds) * perSecond; n++) {
    const early_ms = began + (n * 1000) / perSecond - performance.now()
    if (early_ms > 0) await delay(early_ms)
    if (n === warmUp_s * perSecond) took.length = 0
    const message = commandMessage(codec, `latency-${n}`, n, partitions)
    sent.set(message.key, performance.now())
    sends.push(producer.send({ topic: topics.commands, acks: -1, messages: [message] }))
  }
  await Promise.all(sends)
  const allSeen = async () => {
    while (sent.size > 0) await delay(20)
  }
  await Promise.race([allSeen(), crashed.promise])
  await Promise.all([reader.stop(), producer.disconnect()])
  took.sort((a, b) => a - b)
  return { p50: percentile(took, 50), p95: percentile(took, 95), p99: percentile(took, 99) }
}
