import type { Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import { ApiKeys } from '../control/api-keys.ts'
import { ControlEditor } from '../control/editor.ts'
import type { ControlHistory } from '../control/history.ts'
import type { ControlTable } from '../control/table.ts'
import { ControlWriter } from '../control/writer.ts'
import type { AvroCodec } from '../platform/avro/codec.ts'
import { BatchingProducer } from '../platform/kafka/batching-producer.ts'
import { producerMetrics } from '../platform/kafka/producer-metrics.ts'
import type { Metrics } from '../platform/metrics.ts'
import type { Role } from '../platform/role.ts'
import type { AdminService } from './routes.ts'

export interface AdminDeps {
  readonly kafka: Kafka
  /** The control topic's name on this cluster. */
  readonly topic: string
  readonly codec: AvroCodec
  readonly table: ControlTable
  /** Of the same table. */
  readonly history: ControlHistory
  readonly metrics: Metrics
  readonly log: Logger
}

/** Milliseconds after which whoever changes something is told that Kafka does not confirm it. */
const SEND_TIMEOUT_MS = 900

/** Serves those who run the installation: what control data there are, what they were, and changes of them. */
export async function startAdmin(deps: AdminDeps): Promise<Role & AdminService> {
  const { kafka, topic, codec, table, history, metrics, log } = deps
  const producer = await BatchingProducer.start(kafka, log, {
    sendTimeoutMs: SEND_TIMEOUT_MS,
    observe: producerMetrics(metrics, 'admin')
  })
  const editor = new ControlEditor(new ControlWriter(producer, codec, topic), table)
  return {
    name: 'admin',
    table,
    history,
    editor,
    apiKeys: new ApiKeys({ editor, table, now: Date.now }),
    notReady: () => table.notReady(),
    stop: () => producer.stop()
  }
}
