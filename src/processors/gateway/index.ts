import { hostname } from 'node:os'
import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import { groupNames } from '../../groups.ts'
import type { AvroCodec } from '../../platform/avro/codec.ts'
import { systemClock } from '../../platform/clock.ts'
import { BatchingProducer } from '../../platform/kafka/batching-producer.ts'
import { producerMetrics } from '../../platform/kafka/producer-metrics.ts'
import type { Metrics } from '../../platform/metrics.ts'
import { repeat } from '../../platform/repeat.ts'
import type { Role } from '../../platform/role.ts'
import type { Tracing } from '../../platform/tracing/tracing.ts'
import type { TopicNames } from '../../topics.ts'
import { openGateway, type HookAdapters } from './adapters/index.ts'
import { Caller } from './caller.ts'
import { GatewayExecutor } from './executor.ts'
import { HealthMonitor } from './health/monitor.ts'
import { healthPublisher } from './health/publisher.ts'
import { guardMetrics } from './guard-metrics.ts'
import { Leases } from './leases.ts'
import type { GatewayProfile } from './spi.ts'
import { UnknownCodes } from './unknown-codes.ts'

export interface GatewayExecutorDeps {
  readonly kafka: Kafka
  readonly redis: Redis
  /** Before the name of the group and of keys in Redis. */
  readonly prefix: string
  readonly topics: TopicNames
  readonly codec: AvroCodec
  readonly control: { gatewayProfiles(): readonly GatewayProfile[]; notReady(): string | null }
  /** `<gateway id>=<API key>`. */
  readonly apiKeys: readonly string[]
  /** The user's own adapters. */
  readonly hooks: HookAdapters
  readonly metrics: Metrics
  readonly tracing: Tracing | null
  readonly sessionTimeoutMs: number
  /** Milliseconds without progress, with requests there, after which the role cannot go on. */
  readonly noProgressMs: number
  readonly fatal: (error: Error) => void
  readonly log: Logger
}

/** Milliseconds that the brokers may take to confirm an outcome before it is sent again. */
const SEND_TIMEOUT_MS = 5000

const LAG_INTERVAL_MS = 2000

/** Makes the calls that payments ask for. */
export async function startGatewayExecutor(deps: GatewayExecutorDeps): Promise<Role> {
  const {
    kafka,
    redis,
    prefix,
    topics,
    codec,
    control,
    apiKeys,
    hooks,
    metrics,
    tracing,
    sessionTimeoutMs,
    noProgressMs,
    fatal,
    log
  } = deps
  const calls = metrics.counter('aegispay_gateway_calls_total')
  const seconds = metrics.histogram('aegispay_gateway_call_seconds')
  const leases = metrics.counter('aegispay_gateway_leases_total')
  const inFlight = metrics.gauge('aegispay_gateway_in_flight')
  const producer = await BatchingProducer.start(kafka, log, {
    sendTimeoutMs: SEND_TIMEOUT_MS,
    tracing,
    observe: producerMetrics(metrics, 'gateway')
  })
  const unknownCodes = new UnknownCodes(metrics)
  const caller = new Caller({
    profiles: () => control.gatewayProfiles(),
    leases: new Leases(redis, prefix),
    open: profile =>
      unknownCodes.watching(profile, openGateway(profile, { apiKey: apiKeyOf(profile.id, apiKeys) }, hooks)),
    observeLease: lease => leases.inc({ lease }),
    observeGuard: guardMetrics(metrics),
    log
  })
  const executor = await GatewayExecutor.start({
    ...{ kafka, codec, producer, tracing, sessionTimeoutMs, noProgressMs, fatal, log },
    groupId: groupNames(prefix).gateway,
    requestsTopic: topics.gatewayRequests,
    outcomesTopic: topics.outcomes,
    caller,
    observe: {
      call: (gateway, action, outcome, took) => {
        calls.inc({ gateway, action, outcome })
        seconds.observe({ gateway }, took)
      },
      inFlight: count => inFlight.set(count)
    }
  })
  const executorName = `${hostname()}/${process.pid}`
  const monitor = HealthMonitor.start({
    guards: () => caller.guards(),
    executor: executorName,
    publish: healthPublisher(producer, codec, topics.gatewaysHealth, executorName),
    clock: systemClock,
    log
  })
  const lag = metrics.gauge('aegispay_gateway_lag_records')
  const stopReporting = repeat(
    LAG_INTERVAL_MS,
    async () => {
      const unfinished = await executor.unfinished()
      lag.reset()
      for (const [partition, records] of unfinished) lag.set({ partition }, records)
    },
    error => log.debug({ error }, 'the lag of the gateway requests is not known')
  )
  return {
    name: 'gateway',
    notReady: () => control.notReady(),
    stop: async () => {
      stopReporting()
      await Promise.all([executor.stop(), monitor.stop()])
      await producer.stop()
    }
  }
}

const apiKeyOf = (gateway: string, apiKeys: readonly string[]): string | null =>
  apiKeys.find(key => key.startsWith(`${gateway}=`))?.slice(gateway.length + 1) ?? null
