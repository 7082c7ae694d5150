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
import type { LagDesk } from '../lag/lag-desk.ts'
import type { LetterDesk } from '../dead-letters/desk.ts'
import type { DeadLetterService } from './dead-letter-routes.ts'
import type { LagService } from './lag-routes.ts'
import type { Replays, ReplayService } from './replay-routes.ts'
import type { AdminService } from './routes.ts'

export interface AdminDeps {
  readonly kafka: Kafka
  /** The control topic's name on this cluster. */
  readonly topic: string
  readonly codec: AvroCodec
  readonly table: ControlTable
  /** Of the same table. */
  readonly history: ControlHistory
  readonly deadLetters: LetterDesk
  readonly lag: LagDesk
  readonly replays: Replays & { stop(): void }
  readonly metrics: Metrics
  readonly log: Logger
}

/** Milliseconds after which whoever changes something is told that Kafka does not confirm it. */
const SEND_TIMEOUT_MS = 900

/**
 * Serves those who run the installation: what control data there are, what they were, and changes of them; what could
 * not be processed, and how far everything is.
 */
export async function startAdmin(
  deps: AdminDeps
): Promise<Role & AdminService & DeadLetterService & LagService & ReplayService> {
  const { kafka, topic, codec, table, history, deadLetters, lag, replays, metrics, log } = deps
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
    ...{ deadLetters, lag, replays },
    notReady: () => table.notReady(),
    async stop() {
      replays.stop()
      await Promise.all([producer.stop(), deadLetters.stop(), lag.stop()])
    }
  }
}
