import type { Anchor } from '../generated/records.ts'
import type { AvroCodec } from '../platform/avro/codec.ts'
import type { BatchingProducer } from '../platform/kafka/batching-producer.ts'

const RECORD = 'aegispay.audit.Anchor'
const PARTITION = 0

/** @returns what resolves when all in-sync replicas have the anchor */
export function anchorWriter(producer: Pick<BatchingProducer, 'send'>, codec: AvroCodec, topic: string) {
  return (anchor: Anchor): Promise<unknown> => {
    const key = `${anchor.topic}/${anchor.partition}`
    const headers = {
      ...{ ce_specversion: '1.0', ce_id: `${key}/${anchor.number}` },
      ...{ ce_source: '/projector', ce_type: RECORD }
    }
    return producer.send({ topic, partition: PARTITION, key, value: codec.encode(RECORD, anchor), headers })
  }
}
