// What a process runs. The roles table below is the map of the product; nothing is started that does not stand in it.
import type { Logger } from 'pino'
import packageJson from '../package.json' with { type: 'json' }
import { startAdmin } from './admin/index.ts'
import { deadLetterRoutes } from './admin/dead-letter-routes.ts'
import { lagRoutes } from './admin/lag-routes.ts'
import { policyTrialRoutes } from './admin/replay-routes.ts'
import { adminRoutes } from './admin/routes.ts'
import { LetterDesk } from './dead-letters/desk.ts'
import { AnchorFiles } from './audit/anchor-files.ts'
import { anchorWriter } from './audit/anchor-topic.ts'
import { Signer } from './audit/keys.ts'
import { Dependencies, type Dependency } from './dependencies.ts'
import type { ControlTable } from './control/table.ts'
import { startAdvisers } from './hooks/advisers.ts'
import { hookAdapters } from './hooks/gateways.ts'
import { startDelivery } from './delivery/index.ts'
import { notificationRoutes as customerNotificationRoutes } from './delivery/mail/routes.ts'
import { webhookReadRoutes, webhookWriteRoutes } from './delivery/routes.ts'
import { HookModules } from './hooks/load.ts'
import { startIngress } from './ingress/index.ts'
import { erasureRoutes } from './ingress/erasure-routes.ts'
import { notificationRoutes } from './ingress/notification-routes.ts'
import { resolutionRoutes } from './ingress/resolution-routes.ts'
import { ingressRoutes } from './ingress/routes.ts'
import { startListeners } from './listeners/index.ts'
import { LagDesk } from './lag/lag-desk.ts'
import { kafkaConnection } from './platform/config/kafka-connection.ts'
import type { AvroCodec } from './platform/avro/codec.ts'
import type { Settings } from './platform/config/settings.ts'
import { Late } from './platform/http/late.ts'
import { operationsRoutes } from './platform/http/operations.ts'
import type { HttpApp, Routes } from './platform/http/app.ts'
import { logMadeLater } from './platform/http/request-log.ts'
import { createHttpServer, drain } from './platform/http/server.ts'
import { withAdmin } from './platform/kafka/admin.ts'
import { Metrics } from './platform/metrics.ts'
import type { Role, RoleName } from './platform/role.ts'
import { startTracing } from './platform/tracing/start-tracing.ts'
import type { Tracing } from './platform/tracing/tracing.ts'
import { startGatewayExecutor } from './processors/gateway/index.ts'
import { GatewayNotifications } from './processors/gateway/notifications.ts'
import { UnknownCodes } from './processors/gateway/unknown-codes.ts'
import { startPaymentProcessor } from './processors/payments/index.ts'
import { assertPartitionsKept } from './processors/payments/partitions-kept.ts'
import { startProjections } from './projections/index.ts'
import { startQuery } from './query/index.ts'
import { analyticsRoutes } from './query/analytics-routes.ts'
import { consoleRoutes } from './query/console-routes.ts'
import { graphqlRoutes } from './query/graphql/routes.ts'
import { gatewayHealthRoutes } from './query/gateway-health-routes.ts'
import { customerRoutes, queryRoutes, operatorRoutes } from './query/routes.ts'
import { sessionRoutes } from './query/session-routes.ts'
import { statementRoutes } from './query/statement-routes.ts'
import { RoutingReplays } from './replay/routing/replays.ts'
import { streamRoutes } from './query/stream/routes.ts'
import { refuseCardNumbers } from './screen.ts'
import { SharedClients } from './shared-clients.ts'
import { topicNames, type TopicNames } from './topics.ts'

/** What a role is started with. */
interface RoleContext {
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

interface RoleParts {
  readonly start: (context: RoleContext) => Promise<Role>
  readonly routes?: readonly Routes[]
}

interface RoleDefinition {
  readonly name: RoleName
  readonly reads: string
  readonly writes: string
  readonly guarantee: string
  /** Without these the role is not ready. */
  readonly needs: readonly Dependency[]
  readonly create: () => RoleParts
}

/** In the order of the way of a payment. */
export const roles: readonly RoleDefinition[] = [
  {
    name: 'ingress',
    reads: 'HTTP',
    writes: 'payments.commands, payments.outcomes, customers',
    guarantee: 'nothing is acknowledged that is not on all in-sync replicas',
    needs: ['kafka'],
    create: () =>
      withRoutes(
        'ingress',
        [ingressRoutes, resolutionRoutes, erasureRoutes, notificationRoutes],
        startIngressRole
      )
  },
  {
    name: 'query',
    reads: 'Postgres, gateways.health',
    writes: 'HTTP',
    guarantee: 'read only; as fresh as the position that is asked for',
    needs: ['postgres'],
    create: () =>
      withRoutes(
        'query',
        [
          queryRoutes,
          streamRoutes,
          analyticsRoutes,
          operatorRoutes,
          gatewayHealthRoutes,
          customerRoutes,
          statementRoutes,
          sessionRoutes,
          graphqlRoutes,
          app => consoleRoutes(app)
        ],
        startQueryRole
      )
  },
  {
    name: 'processor',
    reads: 'payments.commands, payments.outcomes, gateways.approvals, gateways.health',
    writes: 'payments.events, payments.state, gateway.requests, payments.dlq, gateways.approvals',
    guarantee: 'exactly once, by Kafka transaction; what is learnt of approvals, now and then',
    needs: ['kafka'],
    create: () => ({ start: startProcessorRole })
  },
  {
    name: 'gateway',
    reads: 'gateway.requests',
    writes: 'HTTP, payments.outcomes, gateways.health',
    guarantee: 'at least once, under an idempotency key that follows from the request',
    needs: ['kafka'],
    create: () => ({ start: startGatewayRole })
  },
  {
    name: 'projector',
    reads: 'payments.events, customers, control',
    writes: 'Postgres, audit.anchors',
    guarantee:
      'exactly once, by a position in the same Postgres transaction; anchors of the audit trail at least once, after the commit',
    needs: ['kafka', 'postgres'],
    create: () => ({ start: startProjectorRole })
  },
  {
    name: 'listener',
    reads: 'payments.events',
    writes: "what the user's own listeners write",
    guarantee: 'at least once, in the order of each payment',
    needs: ['kafka'],
    create: () => ({ start: startListenerRole })
  },
  {
    name: 'delivery',
    reads: 'payments.events, HTTP',
    writes: 'merchants’ HTTP, SMTP, Postgres',
    guarantee:
      'at least once and under the same id, of each payment in order at each endpoint; nothing again for being read again',
    needs: ['kafka', 'postgres'],
    create: () =>
      withRoutes(
        'delivery',
        [webhookReadRoutes, webhookWriteRoutes, customerNotificationRoutes],
        startDeliveryRole
      )
  },
  {
    name: 'admin',
    reads: 'HTTP, control, payments.dlq, payments.events',
    writes: 'control, payments.dlq, and what is redriven',
    guarantee:
      'of two changes that are based on the same version one wins; what is answered holds here already',
    needs: ['kafka'],
    create: () =>
      withRoutes('admin', [adminRoutes, policyTrialRoutes, deadLetterRoutes, lagRoutes], startAdminRole)
  }
]

type StartSettings = Pick<
  Settings,
  | ('kafka' | 'schemaRegistry' | 'postgres' | 'redis' | 'http' | 'topics' | 'processing' | 'gateways')
  | ('hooks' | 'webhooks' | 'mail' | 'audit' | 'log' | 'tracing')
>

/** A process with its roles, which may still be starting. */
export interface RunningRoles {
  /** Where it listens. */
  readonly url: string
  /** Resolves when every role runs; never when one fails. */
  readonly started: Promise<unknown>
  /** Resolves, with the reason, when a role cannot start or go on. */
  readonly failed: Promise<Error>
  /** Takes no more requests, finishes those under way, stops the roles and closes the clients. */
  stop(): Promise<void>
}

/**
 * Listens at once, so that the process can be seen to live, and starts the roles.
 *
 * @throws when the port cannot be listened on, or a module of hooks cannot be used
 */
export async function startRoles(
  settings: StartSettings,
  names: readonly RoleName[],
  log: Logger
): Promise<RunningRoles> {
  const metrics = new Metrics(names)
  const hooks = await HookModules.load(settings.hooks.modules ?? [], {
    memoryMb: settings.hooks.memoryMb,
    observe: {
      asked: (hook, result, seconds) => {
        metrics.counter('aegispay_hook_asks_total').inc({ hook, result })
        metrics.histogram('aegispay_hook_seconds').observe({ hook }, seconds)
      },
      restarted: hook => metrics.counter('aegispay_hook_restarts_total').inc({ hook })
    },
    log
  })
  const tracing = await startTracing(settings.tracing, refuseCardNumbers, packageJson.version, log)
  const clients = new SharedClients(settings, log, { keepControlHistory: names.includes('admin'), metrics })
  const chosen = roles
    .filter(({ name }) => names.includes(name))
    .map(({ name, needs, create }) => ({ name, needs, ...create() }))
  const dependencies = Dependencies.follow(new Set(chosen.flatMap(({ needs }) => needs)), clients, log)
  const running = new Map<RoleName, Role>()
  const failure = Promise.withResolvers<Error>()
  let isStopping = false

  const troubleOf = ({ name, needs }: { name: RoleName; needs: readonly Dependency[] }): string | null => {
    if (isStopping) return 'stopping'
    const role = running.get(name)
    return dependencies.troubleOf(needs) ?? (role === undefined ? 'starting' : role.notReady())
  }
  let control: ControlTable | undefined
  // No request is authenticated before it is there; a failure shows where the roles wait for it.
  if (chosen.some(({ routes }) => routes !== undefined)) {
    clients.control().then(
      table => (control = table),
      () => undefined
    )
  }
  const http = await createHttpServer({
    version: packageJson.version,
    routes: [
      operationsRoutes(metrics, () => ({
        roles: Object.fromEntries(chosen.map(role => [role.name, troubleOf(role)])),
        dependencies: dependencies.report()
      })),
      ...chosen.flatMap(({ routes }) => routes ?? [])
    ],
    screen: refuseCardNumbers,
    isStopping: () => isStopping,
    trustedProxies: settings.http.trustedProxies ?? [],
    load: settings.http,
    rates: {
      perAddress: settings.http.addressRequestsPerMinute,
      perKey: settings.http.keyRequestsPerMinute,
      ofMerchant: merchantId => control?.limits(merchantId)?.requestsPerMinute,
      redis: clients.redis(),
      prefix: settings.topics.prefix
    },
    metrics,
    tracing,
    logged: settings.log.requests,
    log
  })
  const { host, port } = settings.http
  const url = await http.listen({ host, port }).catch(async (error: unknown) => {
    await Promise.all([dependencies.stop(), tracing?.stop()])
    throw error
  })

  const starting = chosen.map(async ({ name, start }) => {
    const fatal = (error: Error) =>
      failure.resolve(new Error(`the role ${name} failed: ${error.message}`, { cause: error }))
    const topics = topicNames(settings.topics.prefix)
    try {
      running.set(
        name,
        await start({
          ...{ clients, settings, topics, metrics, tracing, hooks, log: log.child({ role: name }), fatal }
        })
      )
      log.info({ role: name }, 'running')
    } catch (error) {
      fatal(error as Error)
    }
  })

  return {
    url,
    started: Promise.all(starting).then(() => (running.size === chosen.length ? undefined : failure.promise)),
    failed: failure.promise,
    async stop() {
      const timed = async (part: string, stop: () => Promise<unknown>) => {
        const began = performance.now()
        await stop()
        log.info({ part, ms: Math.round(performance.now() - began) }, 'part stopped')
      }
      isStopping = true
      const drained = timed('http', () => drain(http))
      // Requests under way need the roles. Where none takes requests, others need the partitions sooner than probes the port.
      if (chosen.some(({ routes }) => routes !== undefined)) await drained
      await Promise.all(starting)
      // At once: with brokers that do not answer each may take seconds, and together they would take too long.
      const stops = chosen.map(({ name }) => timed(name, async () => running.get(name)?.stop()))
      const failures = (await Promise.allSettled([...stops, drained])).flatMap(stop =>
        stop.status === 'rejected' ? [stop.reason as unknown] : []
      )
      await timed('clients', async () => {
        await hooks.stop()
        await dependencies.stop()
        await clients.close()
      })
      await tracing?.stop()
      if (failures.length > 0) throw new AggregateError(failures)
    }
  }
}

/** A role that serves HTTP: its routes, each set in a scope of its own, are there before it is. */
function withRoutes<R extends Role>(
  name: RoleName,
  routes: readonly ((app: HttpApp, role: Late<R>) => void)[],
  start: (context: RoleContext) => Promise<R>
): RoleParts {
  const role = new Late<R>()
  return {
    routes: routes.map(add => app => {
      app.setChildLoggerFactory((log, bindings, options) =>
        logMadeLater(() => log.child({ role: name, ...bindings }, options), log.level)
      )
      add(app, role)
    }),
    start: async context => {
      const running = await start(context)
      role.arrive(running)
      return running
    }
  }
}

async function startIngressRole({ clients, settings, metrics, tracing, hooks, log }: RoleContext) {
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

async function startQueryRole({ clients, settings, metrics, log }: RoleContext) {
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

async function startProcessorRole(context: RoleContext) {
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

async function startGatewayRole(context: RoleContext) {
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

async function startProjectorRole(context: RoleContext) {
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

async function startListenerRole({ clients, settings, metrics, hooks, log, fatal }: RoleContext) {
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

async function startDeliveryRole({ clients, settings, metrics, tracing, log, fatal }: RoleContext) {
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

async function startAdminRole({ clients, settings, topics, metrics, log }: RoleContext) {
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
