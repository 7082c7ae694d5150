// The thread of one replay: it reads the log and decodes it, which would keep the event loop of the process too busy.
import { pino } from 'pino'
import { parentPort, workerData } from 'node:worker_threads'
import type { RoutingPolicy } from '../../domain/routing/policy.ts'
import { AvroCodec } from '../../platform/avro/codec.ts'
import { connectKafka, type KafkaConnection } from '../../platform/kafka/client.ts'
import { withLogs } from '../open-logs.ts'
import { replayRouting, type Period } from './replay-routing.ts'
import type { RoutingReport } from './tally.ts'

export interface ThreadData {
  readonly kafka: KafkaConnection
  readonly schemaRegistryUrl: string
  /** Of topics. */
  readonly prefix: string
  readonly policy: RoutingPolicy
  readonly period: Period
}

export type Told =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'report'; readonly report: RoutingReport }

const { kafka, schemaRegistryUrl, prefix, policy, period } = workerData as ThreadData
const tell = (told: Told) => parentPort!.postMessage(told)

const client = connectKafka(kafka, pino({ level: 'silent' }))
const codec = await AvroCodec.connect(schemaRegistryUrl)
const report = await withLogs(client, codec, prefix, ({ events }) =>
  replayRouting(events, policy, period, (done, total) => tell({ type: 'progress', done, total }))
)
tell({ type: 'report', report })
