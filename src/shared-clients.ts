import type { Redis } from 'ioredis'
import type { Kafka } from 'kafkajs'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { measureControl, measurePool, measureRedis } from './client-metrics.ts'
import { ControlHistory } from './control/history.ts'
import { ControlTable } from './control/table.ts'
import { HealthTable } from './health/table.ts'
import { AvroCodec } from './platform/avro/codec.ts'
import { kafkaConnection } from './platform/config/kafka-connection.ts'
import type { Settings } from './platform/config/settings.ts'
import { assertCoPartitioned } from './platform/kafka/admin.ts'
import { BatchingProducer } from './platform/kafka/batching-producer.ts'
import { connectKafka } from './platform/kafka/client.ts'
import type { Metrics } from './platform/metrics.ts'
import { connectPostgres, type PoolOptions } from './platform/postgres.ts'
import { connectRedis } from './platform/redis.ts'
import { ReadDatabase } from './projections/read-database.ts'
import { topicNames, topics, type TopicId } from './topics.ts'

type ClientSettings = Pick<Settings, 'kafka' | 'schemaRegistry' | 'postgres' | 'redis' | 'topics'>

const PROJECTOR_CONNECTIONS = 4
const DELIVERY_CONNECTIONS = 8
/** Milliseconds that the brokers may take to confirm an anchor, also of a process that stops. */
const ANCHOR_TIMEOUT_MS = 3_000

interface SharedClientsOptions {
  /** Whether old versions of control data are kept in memory, for those who show them. */
  readonly keepControlHistory?: boolean
  readonly metrics?: Metrics | null
}

/** The clients that the roles of a process share. Each is made when the first role asks for it. */
export class SharedClients {
  readonly kafka: Kafka
  readonly #settings: ClientSettings
  readonly #log: Logger
  readonly #metrics: Metrics | null
  readonly #made = new Map<string, unknown>()
  readonly #closings: (() => Promise<unknown>)[] = []

  /** Every version of the control data; null unless it is kept. */
  readonly controlHistory: ControlHistory | null

  constructor(
    settings: ClientSettings,
    log: Logger,
    { keepControlHistory = false, metrics = null }: SharedClientsOptions = {}
  ) {
    this.#metrics = metrics
    this.controlHistory = keepControlHistory ? new ControlHistory() : null
    this.kafka = connectKafka(kafkaConnection(settings.kafka), log)
    this.#settings = settings
    this.#log = log
  }

  codec(): Promise<AvroCodec> {
    return this.#once('codec', () => AvroCodec.connect(this.#settings.schemaRegistry.url))
  }

  control(): Promise<ControlTable> {
    return this.#once('control', async () => {
      const { prefix } = this.#settings.topics
      const table = await ControlTable.follow({
        kafka: this.kafka,
        topic: topicNames(prefix).control,
        codec: await this.codec(),
        groupPrefix: prefix,
        history: this.controlHistory,
        log: this.#log
      })
      if (this.#metrics !== null) measureControl(this.#metrics, table)
      this.#closings.push(() => table.stop())
      return table
    })
  }

  /** How gateways do, as executors see them. */
  health(): Promise<HealthTable> {
    return this.#once('health', async () => {
      const { prefix } = this.#settings.topics
      const table = await HealthTable.follow({
        kafka: this.kafka,
        topic: topicNames(prefix).gatewaysHealth,
        codec: await this.codec(),
        groupPrefix: prefix,
        log: this.#log
      })
      this.#closings.push(() => table.stop())
      return table
    })
  }

  /** For readers. */
  reads(): ReadDatabase {
    return this.#once('reads', () => {
      const reads = ReadDatabase.connect(this.#settings.postgres, this.#log)
      if (this.#metrics !== null) measurePool(this.#metrics, reads.connections, 'reads')
      this.#closings.push(() => reads.close())
      return reads
    })
  }

  /** For the projector: a catch-up must not keep readers waiting, and what it writes can be written again. */
  projectorPool(): Pool {
    return this.#once('projectorPool', () => {
      const pool = this.#connectPostgres({ maxConnections: PROJECTOR_CONNECTIONS, isReplayable: true })
      if (this.#metrics !== null) measurePool(this.#metrics, pool, 'projector')
      return pool
    })
  }

  /** For delivery: what it promises and records must outlast the server. */
  deliveryPool(): Pool {
    return this.#once('deliveryPool', () => {
      const pool = this.#connectPostgres({ maxConnections: DELIVERY_CONNECTIONS })
      if (this.#metrics !== null) measurePool(this.#metrics, pool, 'delivery')
      return pool
    })
  }

  /** For anchors of the audit trail. */
  anchorProducer(): Promise<BatchingProducer> {
    return this.#once('anchorProducer', async () => {
      const options = { sendTimeoutMs: ANCHOR_TIMEOUT_MS }
      const producer = await BatchingProducer.start(this.kafka, this.#log, options)
      this.#closings.push(() => producer.stop())
      return producer
    })
  }

  redis(): Redis {
    return this.#once('redis', () => this.#connectRedis('commands'))
  }

  /** A connection of the caller's own, for one that subscribes can do nothing else. */
  subscriber(of: 'replies' | 'announcements'): Redis {
    return this.#connectRedis(of)
  }

  /** The number of partitions that the payments' topics share on the cluster. */
  partitions(): Promise<number> {
    return this.#once('partitions', () => {
      const names = topicNames(this.#settings.topics.prefix)
      const family = (Object.keys(topics) as TopicId[]).filter(id => topics[id].partitions === 'payments')
      return assertCoPartitioned(
        this.kafka,
        family.map(id => names[id])
      )
    })
  }

  /** Closes what was made, the last first. */
  async close(): Promise<void> {
    for (const close of this.#closings.splice(0).reverse()) await close()
  }

  #connectPostgres(options: Omit<PoolOptions, 'url'>): Pool {
    const pool = connectPostgres({ ...this.#settings.postgres, ...options }, this.#log)
    this.#closings.push(() => pool.end())
    return pool
  }

  #connectRedis(connection: string): Redis {
    const redis = connectRedis(this.#settings.redis, this.#log)
    if (this.#metrics !== null) measureRedis(this.#metrics, redis, connection)
    this.#closings.push(() => {
      redis.disconnect()
      return Promise.resolve()
    })
    return redis
  }

  #once<T>(name: string, make: () => T): T {
    if (!this.#made.has(name)) this.#made.set(name, make())
    return this.#made.get(name) as T
  }
}
