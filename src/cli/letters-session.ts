import { Letters } from '../dead-letters/letters.ts'
import { AvroCodec } from '../platform/avro/codec.ts'
import { readSettings } from '../platform/config/read-settings.ts'
import { assertCoPartitioned, withAdmin } from '../platform/kafka/admin.ts'
import { withTopicReader } from '../platform/kafka/topic-reader.ts'
import { createLog, stderr } from '../platform/log.ts'
import { topicNames } from '../topics.ts'
import { reachKafka } from './reach-kafka.ts'

/** Works on the dead letters as they are now, without a running AegisPay: Kafka's permissions say who may. */
export async function withLetters(work: (letters: Letters) => Promise<void>): Promise<void> {
  const settings = readSettings(['kafka', 'schemaRegistry', 'topics', 'log'])
  // What goes well is told on stdout.
  const log = createLog({ ...settings.log, level: 'warn' }, stderr())
  const { prefix } = settings.topics
  const topics = topicNames(prefix)
  const kafka = await reachKafka(settings.kafka, log)
  const codec = await AvroCodec.connect(settings.schemaRegistry.url)
  const partitions = await assertCoPartitioned(kafka, [topics.deadLetters, topics.commands, topics.outcomes])
  const readers = { codec, topics, partitions }
  const read = { topic: topics.deadLetters, groupPrefix: `${prefix}dlq` }
  await withAdmin(kafka, admin =>
    withTopicReader(kafka, admin, read, reader =>
      work(new Letters({ ...{ kafka, reader, readers, prefix, log }, most: Infinity }))
    )
  )
}
