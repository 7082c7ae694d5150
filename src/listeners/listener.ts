import type { Admin, Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { AvroCodec } from '../platform/avro/codec.ts'
import { sleep, systemClock } from '../platform/clock.ts'
import { GroupReader } from '../platform/kafka/group-reader.ts'
import { logBounds } from '../platform/kafka/log-bounds.ts'
import { ListenedPartition, type Deliver } from './listened-partition.ts'

/** Bytes that one fetch brings of one partition. */
const FETCH_BYTES = 1024 * 1024
const RETRY_MS = 500

/** Somebody to tell of events. */
export interface ListenerPort {
  readonly name: string
  /** Where it begins when its group has no position yet. */
  readonly from: 'beginning' | 'end'
  readonly deliver: Deliver
}

export interface ListenerDeps {
  readonly kafka: Kafka
  /** Connected; stays so until the listener has stopped. */
  readonly admin: Admin
  readonly codec: AvroCodec
  /** The event store's name on this cluster. */
  readonly topic: string
  readonly groupId: string
  /** Milliseconds without a heartbeat after which the group gives this member's partitions to others. */
  readonly sessionTimeoutMs: number
  /** The reader cannot go on. */
  readonly fatal: (error: Error) => void
  readonly log: Logger
}

/** Hands the event store on to one listener, at least once. Its group shares the partitions out and keeps the positions. */
export class Listener {
  readonly name: string
  readonly #deps: ListenerDeps
  readonly #port: ListenerPort
  #reader!: GroupReader
  #partitions = new Map<number, ListenedPartition>()
  readonly #leaving = new Map<number, Promise<void>>()
  #generation = 0

  private constructor(deps: ListenerDeps, port: ListenerPort) {
    this.name = port.name
    this.#deps = { ...deps, log: deps.log.child({ listener: port.name }) }
    this.#port = port
  }

  /** Joins the listener's group; resolves when it has its first assignment, which may be none. */
  static async start(deps: ListenerDeps, port: ListenerPort): Promise<Listener> {
    const listener = new Listener(deps, port)
    const { kafka, topic, groupId, sessionTimeoutMs, fatal } = deps
    await GroupReader.start(
      kafka,
      { groupId, topics: [topic], sessionTimeoutMs, maxBytesPerPartition: FETCH_BYTES },
      {
        joined: (assigned, reader) => {
          listener.#reader = reader
          listener.#assigned(assigned.get(topic) ?? [])
        },
        records: (_, partition, records, next) => listener.#partitions.get(partition)?.take(records, next),
        advanced: (_, partition, next) => listener.#partitions.get(partition)?.take([], next),
        crashed: fatal
      }
    )
    return listener
  }

  /** The offset of the first event that is not dealt with, for each partition that is held here. */
  positions(): ReadonlyMap<number, number> {
    return new Map([...this.#partitions].map(([partition, { position }]) => [partition, position]))
  }

  /** Leaves without waiting for what is under way: it is handed on again where it goes on. */
  async stop(): Promise<void> {
    this.#generation++
    this.#cancelAll()
    await this.#reader.stop()
  }

  #cancelAll(): void {
    for (const [partition, listened] of this.#partitions) {
      listened.cancel()
      this.#leaving.set(partition, listened.ended)
    }
    this.#partitions = new Map()
  }

  #assigned(partitions: readonly number[]): void {
    this.#cancelAll()
    const generation = ++this.#generation
    const isCurrent = () => generation === this.#generation
    void (async () => {
      while (isCurrent() && !(await this.#tryBegin(partitions, isCurrent))) await sleep(systemClock, RETRY_MS)
    })()
  }

  async #tryBegin(partitions: readonly number[], isCurrent: () => boolean): Promise<boolean> {
    try {
      await this.#begin(partitions, isCurrent)
      return true
    } catch (error) {
      this.#deps.log.warn({ error }, 'the positions of a listener are not known yet')
      return false
    }
  }

  async #begin(partitions: readonly number[], isCurrent: () => boolean): Promise<void> {
    if (partitions.length === 0) return
    const { admin, groupId, topic, codec, log } = this.#deps
    const [[committed], bounds] = await Promise.all([
      admin.fetchOffsets({ groupId, topics: [topic] }),
      logBounds(admin, topic)
    ])
    if (!isCurrent()) return
    for (const partition of partitions) {
      const { start, end } = bounds.get(partition)!
      const stored = Number(
        committed?.partitions.find(offsets => offsets.partition === partition)?.offset ?? -1
      )
      const position = positionIn({ start, end }, stored, this.#port.from)
      const reader = {
        readFrom: (offset: number) => this.#reader.readFrom(topic, partition, offset),
        pause: () => this.#reader.pause(topic, partition),
        commit: (offset: number) => this.#reader.commit(topic, partition, offset)
      }
      // At once: what happens while nobody listens must not be passed over because nothing has happened before.
      if (stored < 0) await reader.commit(position)
      if (!isCurrent()) return
      const deps = { partition, reader, codec, deliver: this.#port.deliver, log: log.child({ partition }) }
      const previous = this.#leaving.get(partition) ?? Promise.resolve()
      this.#partitions.set(partition, new ListenedPartition(deps, position, previous))
    }
  }
}

/** A position of -1 is none. One outside of the log is of another log: the topic was made anew. */
function positionIn(
  { start, end }: { readonly start: number; readonly end: number },
  stored: number,
  from: 'beginning' | 'end'
): number {
  if (stored < 0) return from === 'beginning' ? start : end
  return stored > end ? start : Math.max(stored, start)
}
