// How each role gets what it needs.
import type { Logger } from 'pino'
import { startAdmin } from './admin/index.ts'
import { LetterDesk } from './dead-letters/desk.ts'
import { AnchorFiles } from './audit/anchor-files.ts'
import { anchorWriter } from './audit/anchor-topic.ts'
import { Signer } from './audit/keys.ts'
import { startAdvisers } from './hooks/advisers.ts'
import { hookAdapters } from './hooks/gateways.ts'
import { startDelivery } from './delivery/index.ts'
import type { HookModules } from './hooks/load.ts'
import { startIngress } from './ingress/index.ts'
import { startListeners } from './listeners/index.ts'
import { LagDesk } from './lag/lag-desk.ts'
import { kafkaConnection } from './platform/config/kafka-connection.ts'
import type { AvroCodec } from './platform/avro/codec.ts'
import type { Settings } from './platform/config/settings.ts'
import { withAdmin } from './platform/kafka/admin.ts'
import type { Metrics } from './platform/metrics.ts'
import type { Tracing } from './platform/tracing/tracing.ts'
import { startGatewayExecutor } from './processors/gateway/index.ts'
import { GatewayNotifications } from './processors/gateway/notifications.ts'
import { UnknownCodes } from './processors/gateway/unknown-codes.ts'
import { startPaymentProcessor } from './processors/payments/index.ts'
import { assertPartitionsKept } from './processors/payments/partitions-kept.ts'
import { startProjections } from './projections/index.ts'
import { startQuery } from './query/index.ts'
import { RoutingReplays } from './replay/routing/replays.ts'
import type { SharedClients } from './shared-clients.ts'
import type { TopicNames } from './topics.ts'

/** What processes with roles are started with. */
export type StartSettings = Pick<
  Settings,
  | ('kafka' | 'schemaRegistry' | 'postgres' | 'redis' | 'http' | 'topics' | 'processing' | 'gateways')
  | ('hooks' | 'webhooks' | 'mail' | 'audit' | 'log' | 'tracing')
>

/** What a role is started with. */
export interface RoleContext {
  readonly clients: SharedClients
  readonly settings: StartSettings
  readonly topics: TopicNames
  readonly metrics: Metrics
  readonly tracing: Tracing | null
  readonly hooks: HookModules
  readonly log: Logger
  /** The role cannot go on, and the process ends. */
  readonly fatal: (error: Error) => void
}

export async function startIngressRole({ clients, settings, metrics, tracing, hooks, log }: RoleContext) {
  const [codec, control, partitions] = await Promise.all([
    clients.codec(),
    clients.control(),
    clients.partitions()
  ])
  const { prefix } = settings.topics
  const { answerWaitMs } = settings.http
  const connections = {
    kafka: clients.kafka,
    reads: clients.reads(),
    subscriber: clients.subscriber('replies')
  }
  const unknownCodes = new UnknownCodes(metrics)
  const protocols = new GatewayNotifications(
    () => control.gatewayProfiles(),
    settings.gateways.notificationSecrets ?? [],
    (profile, outcome) => unknownCodes.observe(profile, outcome),
    hookAdapters(await hooks.start('gateways'))
  )
  return startIngress({
    ...connections,
    codec,
    control,
    protocols,
    partitions,
    prefix,
    answerWaitMs,
    addressKey: settings.http.addressKey,
    maxWaitingPayments: settings.http.maxWaitingPayments,
    metrics,
    tracing,
    log
  })
}

export async function startQueryRole({ clients, settings, metrics, log }: RoleContext) {
  const [control, health, partitions] = await Promise.all([
    clients.control(),
    clients.health(),
    clients.partitions()
  ])
  return startQuery({
    control,
    health,
    metrics,
    partitions,
    reads: clients.reads(),
    redis: clients.redis(),
    subscriber: clients.subscriber('announcements'),
    prefix: settings.topics.prefix,
    streams: { perKey: settings.http.keyStreams, perProcess: settings.http.maxStreams },
    log
  })
}

export async function startProcessorRole(context: RoleContext) {
  const { clients, settings, topics, metrics, tracing, hooks, log, fatal } = context
  const { prefix } = settings.topics
  const { kafka } = clients
  const keptPartitions = async () => {
    const [codec, partitions] = await Promise.all([clients.codec(), clients.partitions()])
    await withAdmin(kafka, admin => assertPartitionsKept({ kafka, admin, codec, prefix }, partitions))
    return partitions
  }
  const [codec, control, health, partitions] = await Promise.all([
    clients.codec(),
    clients.control(),
    clients.health(),
    keptPartitions()
  ])
  return startPaymentProcessor({
    ...{ kafka, prefix, health },
    redis: clients.redis(),
    ...settings.processing,
    advisers: await startAdvisers(hooks, settings.hooks.decisionMs),
    ...{ codec, control, partitions, topics, metrics, tracing, log, fatal }
  })
}

export async function startGatewayRole(context: RoleContext) {
  const { clients, settings, topics, metrics, tracing, hooks, log, fatal } = context
  const [codec, control] = await Promise.all([clients.codec(), clients.control(), clients.partitions()])
  return startGatewayExecutor({
    kafka: clients.kafka,
    redis: clients.redis(),
    prefix: settings.topics.prefix,
    apiKeys: settings.gateways.apiKeys ?? [],
    hooks: hookAdapters(await hooks.start('gateways')),
    sessionTimeoutMs: settings.processing.sessionTimeoutMs,
    noProgressMs: settings.processing.noProgressMs,
    ...{ codec, control, topics, metrics, tracing, log, fatal }
  })
}

export async function startProjectorRole(context: RoleContext) {
  const { clients, settings, metrics, tracing, log, fatal } = context
  const events = metrics.counter('aegispay_projection_events_total')
  const passedOver = metrics.counter('aegispay_projection_skipped_total')
  const transactions = metrics.histogram('aegispay_projection_transaction_seconds')
  const lag = metrics.gauge('aegispay_projection_lag_records')
  const anchored = metrics.counter('aegispay_audit_anchors_total')
  const codec = await clients.codec()
  return startProjections({
    kafka: clients.kafka,
    pool: clients.projectorPool(),
    redis: clients.redis(),
    codec,
    anchors: await anchorPorts(context, codec),
    prefix: settings.topics.prefix,
    sessionTimeoutMs: settings.processing.sessionTimeoutMs,
    noProgressMs: settings.processing.noProgressMs,
    metrics: {
      applied: (view, { records, skipped, seconds }) => {
        events.inc({ view }, records)
        passedOver.inc({ view }, skipped)
        transactions.observe({ view }, seconds)
      },
      lag: (view, partition, records) => {
        if (records === null) lag.remove({ view, partition })
        else lag.set({ view, partition }, records)
      },
      anchored: topic => anchored.inc({ topic })
    },
    ...{ tracing, log, fatal }
  })
}

/** Null where there is no key. */
async function anchorPorts({ clients, settings, topics }: RoleContext, codec: AvroCodec) {
  const { key, anchorRecords, anchorMs, anchorDir } = settings.audit
  if (key === null) return null
  const producer = await clients.anchorProducer()
  return {
    signer: signerOf(key),
    ...{ everyRecords: anchorRecords, everyMs: anchorMs },
    write: anchorWriter(producer, codec, topics.anchors),
    files: anchorDir === null ? null : new AnchorFiles(anchorDir)
  }
}

function signerOf(key: string): Signer {
  try {
    return new Signer(key)
  } catch (error) {
    throw new Error(`AEGISPAY_AUDIT_KEY_FILE ${(error as Error).message}`, { cause: error })
  }
}

export async function startListenerRole({ clients, settings, metrics, hooks, log, fatal }: RoleContext) {
  const [codec, listeners] = await Promise.all([clients.codec(), hooks.start('listeners')])
  const { listenerMs } = settings.hooks
  return startListeners({
    kafka: clients.kafka,
    prefix: settings.topics.prefix,
    sessionTimeoutMs: settings.processing.sessionTimeoutMs,
    listeners: listeners.map(({ name, from, host }) => ({
      ...{ name, from },
      deliver: async events => (await host.ask('onEvents', events, listenerMs)).missing === null
    })),
    ...{ codec, metrics, fatal, log }
  })
}

export async function startDeliveryRole({ clients, settings, metrics, tracing, log, fatal }: RoleContext) {
  const [codec, control] = await Promise.all([clients.codec(), clients.control()])
  return startDelivery({
    kafka: clients.kafka,
    pool: clients.deliveryPool(),
    reads: clients.reads(),
    prefix: settings.topics.prefix,
    settings: settings.webhooks,
    mail: settings.mail,
    sessionTimeoutMs: settings.processing.sessionTimeoutMs,
    noProgressMs: settings.processing.noProgressMs,
    ...{ codec, control, metrics, tracing, log, fatal }
  })
}

export async function startAdminRole({ clients, settings, topics, metrics, log }: RoleContext) {
  const [codec, table, partitions] = await Promise.all([
    clients.codec(),
    clients.control(),
    clients.partitions()
  ])
  const { kafka } = clients
  const { prefix } = settings.topics
  return startAdmin({
    kafka,
    topic: topics.control,
    history: clients.controlHistory!,
    deadLetters: new LetterDesk({ kafka, prefix, log, readers: { codec, topics, partitions } }),
    lag: new LagDesk({ kafka, codec, prefix, reads: clients.reads() }),
    replays: new RoutingReplays({
      kafka: kafkaConnection(settings.kafka),
      schemaRegistryUrl: settings.schemaRegistry.url,
      prefix
    }),
    codec,
    table,
    metrics,
    log
  })
}
