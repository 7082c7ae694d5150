import type { Admin, Kafka } from 'kafkajs'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { AvroCodec } from '../platform/avro/codec.ts'
import { systemClock, type Clock } from '../platform/clock.ts'
import { GroupReader } from '../platform/kafka/group-reader.ts'
import { partitionBounds, type LogBounds } from '../platform/kafka/log-bounds.ts'
import type { Role } from '../platform/role.ts'
import type { Duty } from '../platform/stall-watch.ts'
import type { Tracing } from '../platform/tracing/tracing.ts'
import { PartitionProjection, type PartitionReader } from './partition-projection.ts'
import { SharedTransactions, type Share } from './shared-transactions.ts'
import type { Applied, Sink } from './view.ts'

/** Bytes that one fetch brings of one partition: about a transaction's worth. */
const FETCH_BYTES = 1024 * 1024
/** How stale a busy view may be for the sake of fewer, fuller transactions. */
const FETCH_INTERVAL_MS = 50

export interface ProjectorDeps {
  readonly kafka: Kafka
  /** Connected; stays so until the projector has stopped. */
  readonly admin: Admin
  readonly pool: Pool
  readonly codec: AvroCodec
  /** The name of the view's topic on this cluster. */
  readonly topic: string
  readonly groupId: string
  /** Milliseconds without a heartbeat after which the group gives this member's partitions to others. */
  readonly sessionTimeoutMs: number
  readonly applied: (view: string, applied: Applied) => void
  /** Told of each transaction once it has been committed; where the process dies it may not be. */
  readonly committed?: (shares: readonly Share[]) => void
  readonly tracing: Tracing | null
  /** The reader cannot go on. */
  readonly fatal: (error: Error) => void
  /** That of the system unless given. */
  readonly clock?: Clock
  readonly log: Logger
}

/**
 * Keeps one view up to date with the event store, exactly once: the position in the log is a row of the same database
 * and moves, by compare-and-set, in the transaction that applies the events. The consumer group only shares the
 * partitions out. It cannot keep two members from holding one partition for a while, and need not: of two transactions
 * from one position, one finds the position moved and is rolled back.
 */
export class Projector implements Role {
  readonly name: string
  readonly #deps: ProjectorDeps
  readonly #clock: Clock
  readonly #view: Sink
  readonly #transactions: SharedTransactions
  /** Set before `#started` resolves, which every projection waits for. */
  #reader: GroupReader | null = null
  readonly #started = Promise.withResolvers<undefined>()
  /** Of the present assignment. */
  #partitions = new Map<number, PartitionProjection>()
  /** Those that a new assignment has cancelled, until their last transaction has ended. */
  readonly #leaving = new Map<number, Promise<void>>()

  private constructor(deps: ProjectorDeps, view: Sink) {
    this.name = `projection ${view.name}`
    this.#deps = deps
    this.#clock = deps.clock ?? systemClock
    this.#view = view
    this.#transactions = new SharedTransactions(deps.pool, view, {
      clock: this.#clock,
      committed: deps.committed
    })
  }

  /** Joins the view's group; resolves when it has its first assignment, which may be none. */
  static async start(deps: ProjectorDeps, view: Sink): Promise<Projector> {
    const projector = new Projector({ ...deps, log: deps.log.child({ view: view.name }) }, view)
    const { kafka, topic, groupId, sessionTimeoutMs, fatal } = deps
    const options = {
      ...{ groupId, topics: [topic], sessionTimeoutMs },
      ...{ maxBytesPerPartition: FETCH_BYTES, fetchIntervalMs: FETCH_INTERVAL_MS },
      clock: projector.#clock
    }
    projector.#reader = await GroupReader.start(kafka, options, {
      joined: assigned => projector.#assign(assigned.get(topic) ?? []),
      records: (_, partition, records, nextOffset) =>
        projector.#partitions.get(partition)?.take(records, nextOffset),
      advanced: (_, partition, nextOffset) => projector.#partitions.get(partition)?.take([], nextOffset),
      crashed: fatal
    })
    projector.#started.resolve(undefined)
    return projector
  }

  /**
   * What the projector has to get on with.
   * @param bounds of the topic, by partition
   */
  duties(bounds: ReadonlyMap<number, LogBounds>): Duty[] {
    return [...this.#partitions].map(([partition, { position, progress, isAtWork }]) => ({
      name: `${this.name}, partition ${partition},`,
      progress,
      isDue: isAtWork && (position === null || position < bounds.get(partition)!.end)
    }))
  }

  notReady(): string | null {
    for (const [partition, { trouble }] of this.#partitions)
      if (trouble !== null) return `partition ${partition} ${trouble}`
    return null
  }

  /** The offset of the first event that is not applied, for each partition that is held here. */
  positions(): Map<number, number> {
    const known = [...this.#partitions].flatMap(([partition, { position }]) =>
      position === null ? [] : [[partition, position] as const]
    )
    return new Map(known)
  }

  async stop(): Promise<void> {
    this.#assign([])
    await Promise.all(this.#leaving.values())
    await this.#reader?.stop()
  }

  #assign(partitions: readonly number[]): void {
    for (const [partition, projection] of this.#partitions) {
      projection.cancel()
      this.#leaving.set(partition, projection.ended)
    }
    this.#partitions = new Map(partitions.map(partition => [partition, this.#project(partition)]))
  }

  #project(partition: number): PartitionProjection {
    const { pool, codec, topic, groupId, applied, tracing, log } = this.#deps
    return new PartitionProjection(
      {
        ...{ view: this.#view, transactions: this.#transactions },
        ...{ topic, groupId, partition, pool, codec, tracing },
        clock: this.#clock,
        reader: this.#readerOf(partition),
        applied: what => applied(this.#view.name, what),
        log: log.child({ partition })
      },
      Promise.all([this.#started.promise, this.#leaving.get(partition)])
    )
  }

  #readerOf(partition: number): PartitionReader {
    const { admin, topic } = this.#deps
    return {
      readFrom: offset => this.#reader!.readFrom(topic, partition, offset),
      pause: () => this.#reader!.pause(topic, partition),
      bounds: () => partitionBounds(admin, topic, partition, this.#clock)
    }
  }
}
