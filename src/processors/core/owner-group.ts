import { join } from 'node:path'
import type { Admin, Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import { systemClock, type Clock } from '../../platform/clock.ts'
import { GroupReader, SOLE_OWNERS_HEARTBEAT_MS } from '../../platform/kafka/group-reader.ts'
import { logBounds, partitionBounds } from '../../platform/kafka/log-bounds.ts'
import { StretchReader } from '../../platform/kafka/stretch-reader.ts'
import { watchForStalls, type Duty } from '../../platform/stall-watch.ts'
import { coPartitioned } from './co-partitioned.ts'
import { levelDisk, type Disk } from './disk.ts'
import { LocalStore, provideFolder } from './local-store.ts'
import type { Changelog, PartitionLogic } from './logic.ts'
import { Membership } from './membership.ts'
import type { InputTopic, OwnerObserver } from './owner-ports.ts'
import { PartitionOwner } from './partition-owner.ts'
import { Transactor } from './transactor.ts'
import { Turns } from './turns.ts'

export interface OwnerGroupOptions<State> {
  readonly kafka: Kafka
  /** The consumer group of the owners; also begins the transactional ids, `<groupId>.<partition>`. */
  readonly groupId: string
  /** Co-partitioned, in order of precedence. */
  readonly inputs: readonly InputTopic[]
  readonly changelog: Changelog<State>
  /** Folder on this machine's disk for the local stores. */
  readonly stateDir: string
  readonly createLogic: (partition: number) => PartitionLogic<State>
  readonly sessionTimeoutMs: number
  /** Below the session timeout, so that an abandoned transaction has ended when another member takes over. */
  readonly transactionTimeoutMs: number
  /** Milliseconds without progress, with work there, after which the group cannot go on. */
  readonly noProgressMs: number
  readonly processName: string
  readonly observe: OwnerObserver
  /** The group cannot go on. */
  readonly fatal: (error: Error) => void
  /** That of the system unless given. */
  readonly clock?: Clock
  /** That of this machine unless given. */
  readonly disk?: Disk
  readonly log: Logger
}

/** Milliseconds without a record of the changelog after which restoring begins anew. */
const RESTORE_PATIENCE_MS = 10_000
/** Inputs that come within this time of each other share a transaction, the dearest thing that a payment needs. */
const FETCH_INTERVAL_MS = 5
const TURN_PATIENCE_MS = 20

interface PartitionLag {
  readonly input: string
  readonly partition: number
  readonly behind: number
  readonly queued: number
  /** Records behind those: of a transaction that its producer has not ended, and all that follow it. */
  readonly hidden: number
}

/** The partitions that this process owns, following what the consumer group gives it. */
export class OwnerGroup<State> {
  readonly #options: OwnerGroupOptions<State>
  readonly #owners = new Map<number, PartitionOwner<State>>()
  /** Those whose last commit has not ended yet, by partition. */
  readonly #closing = new Map<number, Promise<void>>()
  readonly #membership = new Membership()
  readonly #clock: Clock
  readonly #disk: Disk
  readonly #turns: Turns
  readonly #admin: Admin
  /** Sees the logs to their very ends. */
  readonly #uncommitted: Admin
  #changelogReader!: StretchReader
  #reader!: GroupReader
  #stopWatching: () => void = () => undefined
  #stopped = false

  private constructor(options: OwnerGroupOptions<State>) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#disk = options.disk ?? levelDisk
    this.#turns = new Turns(TURN_PATIENCE_MS, this.#clock)
    this.#admin = options.kafka.admin()
    this.#uncommitted = options.kafka.admin({ readUncommitted: true })
  }

  static async start<State>(options: OwnerGroupOptions<State>): Promise<OwnerGroup<State>> {
    const group = new OwnerGroup(options)
    await group.#start()
    return group
  }

  async #start(): Promise<void> {
    const { kafka, groupId, inputs, changelog, stateDir, sessionTimeoutMs, noProgressMs, fatal } =
      this.#options
    await provideFolder(stateDir, this.#disk)
    await Promise.all([this.#admin.connect(), this.#uncommitted.connect()])
    this.#changelogReader = await StretchReader.start(kafka, {
      topic: changelog.topic,
      groupPrefix: `${groupId}.restore`,
      sessionTimeoutMs,
      noProgressMs: RESTORE_PATIENCE_MS,
      crashed: fatal,
      clock: this.#clock
    })
    const topics = inputs.map(({ topic }) => topic)
    await GroupReader.start(
      kafka,
      {
        ...{ groupId, topics, sessionTimeoutMs },
        ...{ heartbeatMs: SOLE_OWNERS_HEARTBEAT_MS, fetchIntervalMs: FETCH_INTERVAL_MS },
        clock: this.#clock,
        assigner: coPartitioned(() => this.#owners.keys())
      },
      {
        joined: (assigned, reader) => {
          this.#reader = reader
          this.#assigned(new Set(assigned.get(topics[0]!) ?? []))
        },
        records: (topic, partition, records, next) =>
          this.#owners.get(partition)?.accept(topic, records, next),
        advanced: (topic, partition, next) => this.#owners.get(partition)?.accept(topic, [], next),
        heartbeat: () => this.#membership.heartbeat(),
        crashed: fatal
      }
    )
    const look = () => this.#duties()
    this.#stopWatching = watchForStalls({
      limitMs: noProgressMs,
      look,
      stalled: fatal,
      clock: this.#clock
    })
  }

  /** The partitions owned, and whether each deals with its inputs already. */
  partitions(): { partition: number; isRunning: boolean }[] {
    return [...this.#owners.values()].map(({ partition, isRunning }) => ({ partition, isRunning }))
  }

  /**
   * How far each partition that runs here is behind the ends of its inputs, in records: behind what can be read, how many of
   * them wait here, and what cannot be read yet.
   */
  async lag(): Promise<PartitionLag[]> {
    const { inputs } = this.#options
    const perInput = await Promise.all(
      inputs.map(async ({ id, topic }) => {
        // In this order the difference is never more than what is hidden.
        const all = await logBounds(this.#uncommitted, topic, this.#clock)
        const readable = await logBounds(this.#admin, topic, this.#clock)
        return [...this.#owners].flatMap(([partition, owner]) => {
          const own = owner.positions()?.get(id)
          const end = readable.get(partition)?.end
          const veryEnd = all.get(partition)?.end
          if (own === undefined || end === undefined || veryEnd === undefined) return []
          const behind = Math.max(0, end - own.position)
          const hidden = Math.max(0, veryEnd - end)
          return [{ input: id, partition, behind, queued: own.queued, hidden }]
        })
      })
    )
    return perInput.flat()
  }

  /** Ends the transactions under way, leaves the group and closes everything. */
  async stop(): Promise<void> {
    this.#stopWatching()
    this.#stopped = true
    const owners = [...this.#owners.values()]
    this.#assigned(new Set())
    await Promise.all(owners.map(({ ended }) => ended))
    // A local store may take a while to close, and is nothing that a successor waits for.
    await Promise.all([this.#reader.stop(), ...this.#closing.values()])
    await this.#changelogReader.stop()
    await Promise.all([this.#admin.disconnect(), this.#uncommitted.disconnect()])
  }

  /** @throws while Kafka does not say how far the inputs reach: nobody gets on then */
  async #duties(): Promise<Duty[]> {
    const lags = Map.groupBy(await this.lag(), ({ partition }) => partition)
    return [...this.#owners].map(([partition, owner]) => {
      const behind = new Map(lags.get(partition)?.map(({ input, behind }) => [input, behind]))
      return { name: `partition ${partition}`, progress: owner.progress, isDue: owner.isDue(behind) }
    })
  }

  #assigned(partitions: ReadonlySet<number>): void {
    for (const [partition, owner] of this.#owners) {
      if (partitions.has(partition)) continue
      this.#owners.delete(partition)
      this.#close(owner)
    }
    for (const owner of this.#owners.values()) owner.rejoined()
    // A process that is stopping may be given partitions once more before it has left.
    if (this.#stopped) return
    for (const partition of partitions) if (!this.#owners.has(partition)) this.#own(partition)
    this.#membership.joined()
  }

  #close(owner: PartitionOwner<State>): void {
    const { partition } = owner
    const closed = owner.close().finally(() => {
      if (this.#closing.get(partition) === closed) this.#closing.delete(partition)
    })
    this.#closing.set(partition, closed)
  }

  #own(partition: number): void {
    const { kafka, groupId, inputs, changelog, createLogic, stateDir, transactionTimeoutMs, fatal, log } =
      this.#options
    const owner = new PartitionOwner<State>(partition, {
      inputs,
      changelog,
      changelogReader: this.#changelogReader,
      turns: this.#turns,
      transactor: new Transactor(
        kafka,
        { transactionalId: `${groupId}.${partition}`, transactionTimeoutMs },
        log
      ),
      openLocalStore: of =>
        LocalStore.open(join(stateDir, changelog.topic, String(of)), this.#disk, this.#clock),
      createLogic: () => createLogic(partition),
      logBounds: (topic, of) => partitionBounds(this.#admin, topic, of, this.#clock),
      readFrom: (topic, of, offset) => this.#reader.readFrom(topic, of, offset),
      pause: (topic, of) => this.#reader.pause(topic, of),
      membershipConfirmed: () => this.#membership.confirmed(),
      clock: this.#clock,
      fatal,
      observe: this.#options.observe,
      processName: this.#options.processName,
      log
    })
    this.#owners.set(partition, owner)
    owner.start(this.#closing.get(partition))
  }
}
