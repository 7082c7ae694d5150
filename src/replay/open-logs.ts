import type { Kafka } from 'kafkajs'
import type { AvroCodec } from '../platform/avro/codec.ts'
import { assertCoPartitioned } from '../platform/kafka/admin.ts'
import { TopicReader } from '../platform/kafka/topic-reader.ts'
import { PaymentChangelog } from '../processors/payments/changelog.ts'
import { topicNames } from '../topics.ts'
import { EventLog } from './event-log.ts'
import { StateLog } from './stored-states.ts'

export interface Logs {
  readonly events: EventLog
  readonly states: StateLog
  /** How many each of them has. */
  readonly partitions: number
}

/** Lets `work` read the event store and the changelog of an installation, whether it runs or not. */
export async function withLogs<T>(
  kafka: Kafka,
  codec: AvroCodec,
  prefix: string,
  work: (logs: Logs) => Promise<T>
): Promise<T> {
  const topics = topicNames(prefix)
  const partitions = await assertCoPartitioned(kafka, [topics.events, topics.state])
  const admin = kafka.admin()
  await admin.connect()
  const opened: TopicReader[] = []
  try {
    const [events, states] = await Promise.all(
      [topics.events, topics.state].map(async topic => {
        const reader = await TopicReader.open(kafka, admin, { topic, groupPrefix: `${prefix}replay` })
        opened.push(reader)
        return reader
      })
    )
    const changelog = new PaymentChangelog(topics.state, codec, partitions)
    return await work({
      events: new EventLog(events!, codec),
      states: new StateLog(states!, changelog, topics),
      partitions
    })
  } finally {
    for (const reader of opened) await reader.close()
    await admin.disconnect()
  }
}
