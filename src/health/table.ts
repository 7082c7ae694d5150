import { randomUUID } from 'node:crypto'
import type { Admin, Kafka, KafkaMessage } from 'kafkajs'
import type { Logger } from 'pino'
import type { SignalsByGateway } from '../domain/routing/signals.ts'
import type { GatewayHealth } from '../generated/records.ts'
import type { AvroCodec } from '../platform/avro/codec.ts'
import { GroupReader } from '../platform/kafka/group-reader.ts'
import { partitionBounds } from '../platform/kafka/log-bounds.ts'
import { signalsOf } from './merge.ts'

const PARTITION = 0
const SESSION_TIMEOUT_MS = 10_000
/** Milliseconds for which signals are not worked out anew, though some may have run out meanwhile. */
const FRESH_MS = 250
/** What is older says nothing any more, whatever it says itself: clocks differ, and so may versions. */
const OLDEST_MS = 60_000

export interface HealthTableDeps {
  readonly kafka: Kafka
  /** The name of `gateways.health` on this cluster. */
  readonly topic: string
  readonly codec: AvroCodec
  /** Of the consumer group, which this table has for itself: every process reads all of the topic. */
  readonly groupPrefix: string
  readonly log: Logger
}

/** What one executor sees of one gateway, and since when it is known here. */
interface Held {
  readonly health: GatewayHealth
  /** Until when it counts; milliseconds of this process's own clock, so that no other clock needs to be right. */
  readonly until: number
}

/**
 * The health of gateways in memory, following the topic live. It is there to choose well by. Nothing is wrong without it:
 * a gateway of which nothing is known is taken for well.
 */
export class HealthTable {
  readonly #deps: HealthTableDeps
  readonly #admin: Admin
  /** By the key of their records. */
  readonly #held = new Map<string, Held>()
  #reader: GroupReader | null = null
  #next = 0
  #reading: Promise<void> = Promise.resolve()
  #signals: { readonly byGateway: SignalsByGateway; readonly at: number } | null = null

  private constructor(deps: HealthTableDeps) {
    this.#deps = deps
    this.#admin = deps.kafka.admin()
  }

  /** Begins with what may still be valid. */
  static async follow(deps: HealthTableDeps): Promise<HealthTable> {
    const table = new HealthTable(deps)
    const { kafka, topic, groupPrefix, log } = deps
    await table.#admin.connect()
    table.#next = await table.#beginning()
    const options = {
      groupId: `${groupPrefix}health.${randomUUID()}`,
      topics: [topic],
      sessionTimeoutMs: SESSION_TIMEOUT_MS
    }
    table.#reader = await GroupReader.start(kafka, options, {
      joined: (_assigned, reader) => reader.readFrom(topic, PARTITION, table.#next),
      records: (_topic, _partition, records, next) => table.#read(records, next),
      advanced: (_topic, _partition, next) => {
        table.#next = next
      },
      crashed: error => log.error({ err: error }, 'the health of gateways is no longer followed')
    })
    return table
  }

  /** What routing may weigh, by gateway; the same map for a moment. */
  signals(): SignalsByGateway {
    const now = performance.now()
    if (this.#signals === null || now - this.#signals.at > FRESH_MS) {
      const seen = Map.groupBy(this.seen(), ({ gateway }) => gateway)
      const byGateway = new Map([...seen].map(([gateway, all]) => [gateway, signalsOf(all)]))
      this.#signals = { byGateway, at: now }
    }
    return this.#signals.byGateway
  }

  /** What executors see that are alive, each of each gateway. */
  seen(): readonly GatewayHealth[] {
    const now = performance.now()
    for (const [key, { until }] of this.#held) if (until < now) this.#held.delete(key)
    return [...this.#held.values()].map(({ health }) => health)
  }

  async stop(): Promise<void> {
    await this.#admin.disconnect()
    await this.#reader?.stop()
    await this.#reading
  }

  /** Records of dead executors stay on the topic for long: it is read from where the living have written. */
  async #beginning(): Promise<number> {
    const { topic } = this.#deps
    const [{ end }, written] = await Promise.all([
      partitionBounds(this.#admin, topic, PARTITION),
      this.#admin.fetchTopicOffsetsByTimestamp(topic, Date.now() - OLDEST_MS)
    ])
    const offset = Number(written.find(({ partition }) => partition === PARTITION)?.offset ?? -1)
    return offset < 0 ? end : offset
  }

  #read(records: readonly KafkaMessage[], next: number): void {
    this.#next = next
    this.#reading = this.#reading
      .then(() => this.#deps.codec.learn(records.map(({ value }) => value)))
      .then(() => {
        for (const record of records) this.#apply(record)
      })
      // What is missed is said again within seconds.
      .catch((error: unknown) =>
        this.#deps.log.warn({ err: error }, 'records on the health of gateways cannot be read')
      )
  }

  #apply({ key, value, timestamp }: KafkaMessage): void {
    this.#signals = null
    const of = String(key)
    if (value === null) {
      this.#held.delete(of)
      return
    }
    const { name, value: health } = this.#deps.codec.decode(value)
    if (name !== 'aegispay.gateway.GatewayHealth') return
    // What has waited on the topic is older than its arrival here.
    const ageMs = Math.max(0, Date.now() - Number(timestamp))
    this.#held.set(of, {
      health,
      until: performance.now() + Math.min(health.validForMs, OLDEST_MS) - ageMs
    })
  }
}
