// A process that owns a partition, as far as an owner can tell: with clients of its own, in a group of its own, so that
// a test may let two of them hold the same partition.
import { join } from 'node:path'
import type { Admin, Kafka } from 'kafkajs'
import { GroupReader } from '../../../src/platform/kafka/group-reader.ts'
import { partitionBounds } from '../../../src/platform/kafka/log-bounds.ts'
import { StretchReader } from '../../../src/platform/kafka/stretch-reader.ts'
import { LocalStore } from '../../../src/processors/core/local-store.ts'
import { PartitionOwner } from '../../../src/processors/core/partition-owner.ts'
import { Transactor } from '../../../src/processors/core/transactor.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { Turns } from '../../../src/processors/core/turns.ts'
import { jsonChangelog } from '../../json-changelog.ts'
import { CountingLogic } from './counting-logic.ts'
import { client, finallyStop, silent, type CountingTopics } from './counting.ts'

type Commit = Transactor['commit']

export interface OwnOptions {
  /** Stands between the owner and its commits. */
  readonly intercept?: (commit: Commit, ...args: Parameters<Commit>) => ReturnType<Commit>
  readonly membershipConfirmed?: () => Promise<void>
  /** The machine's folder for local stores. */
  readonly stateDir?: string
}

const SESSION_TIMEOUT_MS = 10_000
const PARTITION = 0

export class Worker {
  /** The records that were told to be committed, in order. */
  readonly told: string[] = []
  transactions = 0
  /** Records of the changelog that each take-over had to read. */
  readonly restored: number[] = []
  /** Names of the errors that led to a rebuild. */
  readonly rebuilds: string[] = []
  readonly #topics: CountingTopics
  readonly #kafka: Kafka
  readonly #admin: Admin
  #changelogReader!: StretchReader
  #reader!: GroupReader
  #owner: PartitionOwner<number> | null = null

  private constructor(topics: CountingTopics, kafka: Kafka) {
    this.#topics = topics
    this.#kafka = kafka
    this.#admin = kafka.admin()
  }

  /** @param kafka its way to the brokers: the plain one of the test run, unless given */
  static async start(topics: CountingTopics, name: string, kafka = client()): Promise<Worker> {
    const worker = new Worker(topics, kafka)
    await worker.#start(`${topics.name}.${name}`)
    return worker
  }

  async #start(groupId: string): Promise<void> {
    await this.#admin.connect()
    this.#changelogReader = await StretchReader.start(this.#kafka, {
      topic: this.#topics.state,
      groupPrefix: groupId,
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      noProgressMs: 10_000,
      crashed: fail
    })
    const topics = Object.values(this.#topics.inputs)
    this.#reader = await GroupReader.start(
      this.#kafka,
      { groupId, topics, sessionTimeoutMs: SESSION_TIMEOUT_MS },
      {
        joined: () => this.#owner?.rejoined(),
        records: (topic, _partition, records, next) => this.#owner?.accept(topic, records, next),
        advanced: (topic, _partition, next) => this.#owner?.accept(topic, [], next),
        crashed: fail
      }
    )
    finallyStop(() => this.#stop())
  }

  /** Takes the partition over from whoever has it. An owner that this worker had before must have been closed. */
  own(options: OwnOptions = {}): PartitionOwner<number> {
    const { inputs, counted, state } = this.#topics
    const {
      intercept,
      membershipConfirmed = () => Promise.resolve(),
      stateDir = this.#topics.stateDir
    } = options
    const transactor = new InterceptedTransactor(this.#kafka, `${this.#topics.name}.${PARTITION}`, intercept)
    const owner = new PartitionOwner<number>(PARTITION, {
      inputs: Object.entries(inputs).map(([id, topic]) => ({ id, topic, throttled: false })),
      changelog: jsonChangelog<number>(state),
      changelogReader: this.#changelogReader,
      transactor,
      openLocalStore: partition => LocalStore.open(join(stateDir, String(partition))),
      turns: new Turns(0),
      clock: systemClock,
      createLogic: () => new CountingLogic(counted, record => this.told.push(record)),
      logBounds: (topic, partition) => partitionBounds(this.#admin, topic, partition),
      readFrom: (topic, partition, offset) => this.#reader.readFrom(topic, partition, offset),
      pause: (topic, partition) => this.#reader.pause(topic, partition),
      membershipConfirmed,
      fatal: fail,
      observe: {
        transaction: () => {
          this.transactions++
        },
        restoring: () => undefined,
        takeover: (_seconds, restored) => void this.restored.push(restored),
        rebuild: reason => void this.rebuilds.push(reason)
      },
      processName: 'test',
      log: silent
    })
    this.#owner = owner
    owner.start()
    return owner
  }

  async #stop(): Promise<void> {
    await this.#owner?.close()
    await this.#reader.stop()
    await this.#changelogReader.stop()
    await this.#admin.disconnect()
  }
}

class InterceptedTransactor extends Transactor {
  readonly #intercept: OwnOptions['intercept']

  constructor(kafka: Kafka, transactionalId: string, intercept: OwnOptions['intercept']) {
    super(kafka, { transactionalId, transactionTimeoutMs: 10_000 }, silent)
    this.#intercept = intercept
  }

  override commit(...args: Parameters<Commit>): ReturnType<Commit> {
    const commit: Commit = (...of) => super.commit(...of)
    return this.#intercept === undefined ? commit(...args) : this.#intercept(commit, ...args)
  }
}

function fail(error: Error): void {
  throw error
}
