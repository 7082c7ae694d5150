import { randomUUID } from 'node:crypto'
import type { GatewayHealth } from '../../../generated/records.ts'
import type { AvroCodec } from '../../../platform/avro/codec.ts'
import type { BatchingProducer } from '../../../platform/kafka/batching-producer.ts'
import type { MonitorOptions } from './monitor.ts'

/** Writes what this executor sees, under a key for each gateway. */
export function healthPublisher(
  producer: BatchingProducer,
  codec: AvroCodec,
  topic: string,
  executor: string
): MonitorOptions['publish'] {
  const name = 'aegispay.gateway.GatewayHealth'
  return (gateway: string, health: GatewayHealth | null) =>
    producer.send({
      ...{ topic, partition: 0, key: `${gateway}/${executor}` },
      value: health === null ? null : codec.encode(name, health),
      headers: {
        ...{ ce_specversion: '1.0', ce_id: randomUUID(), ce_source: '/processors/gateway', ce_type: name }
      }
    })
}
