// Where anchors come from: their topic, and files beside it.
import type { Admin, Kafka, KafkaMessage } from 'kafkajs'
import type { AnchorFiles } from '../../audit/anchor-files.ts'
import type { Anchor } from '../../generated/records.ts'
import { UndecodableError, type AvroCodec } from '../../platform/avro/codec.ts'
import { TopicReader } from '../../platform/kafka/topic-reader.ts'
import type { AuditFindings } from './audit-findings.ts'

const PARTITION = 0
/** Anchors that are held at one moment. */
const TOGETHER = 2_000

/** An anchor and where it was found; null where what stands there is none. */
export interface SourcedAnchor {
  readonly anchor: Anchor | null
  /** For people. */
  readonly place: string
  readonly topic: string
  readonly partition: number
  readonly offset: number | null
}

export interface AnchorTopic {
  readonly kafka: Kafka
  readonly admin: Admin
  readonly codec: AvroCodec
  readonly topic: string
  readonly groupPrefix: string
  readonly findings: AuditFindings
}

/** All anchors on the topic. A topic that is not there, or of which records are gone, is a finding. */
export async function* anchorsOnTopic(source: AnchorTopic): AsyncGenerator<SourcedAnchor[]> {
  const { kafka, admin, topic, groupPrefix, findings } = source
  const missing = (offset: number, detail: string) =>
    findings.add({ fault: 'missing_anchors', topic, partition: PARTITION, offset, detail })
  if (!(await admin.listTopics()).includes(topic)) {
    missing(0, 'the topic is not there: nothing says what the trail was')
    return
  }
  const reader = await TopicReader.open(kafka, admin, { topic, groupPrefix })
  try {
    const bounds = await reader.bounds(PARTITION)
    if (bounds.start > 0)
      missing(0, `the topic begins at offset ${bounds.start}: what stood before was deleted`)
    let next = bounds.start
    for await (const { records } of reader.stretches(PARTITION, bounds, TOGETHER)) {
      for (const { offset } of records) {
        if (Number(offset) !== next) missing(next, `from offset ${next} to ${offset} there is nothing`)
        next = Number(offset) + 1
      }
      await source.codec.learn(records.map(({ value }) => value))
      yield records.map(record => sourced(source, record))
    }
  } finally {
    await reader.close()
  }
}

/** All anchors in files. */
export async function* anchorsInFiles(files: AnchorFiles, topic: string): AsyncGenerator<SourcedAnchor[]> {
  let some: SourcedAnchor[] = []
  for await (const { place, anchor } of files.read()) {
    some.push({ anchor, place, topic, partition: anchor?.partition ?? PARTITION, offset: null })
    if (some.length < TOGETHER) continue
    yield some
    some = []
  }
  if (some.length > 0) yield some
}

function sourced({ codec, topic }: AnchorTopic, { value, offset }: KafkaMessage): SourcedAnchor {
  const place = { place: `${topic} @${offset}`, topic, partition: PARTITION, offset: Number(offset) }
  try {
    const decoded = value === null ? null : codec.decode(value)
    return { anchor: decoded?.name === 'aegispay.audit.Anchor' ? decoded.value : null, ...place }
  } catch (error) {
    if (error instanceof UndecodableError) return { anchor: null, ...place }
    throw error
  }
}
