// Stands in for the consumer of kafkajs, as far as the product's one reader uses it: a member of a group, and a loop of
// fetches whose positions the reader seeks. What was fetched before a seek arrives after it, as with the client.
import type { Assigner, Consumer, EachBatchPayload, KafkaMessage, PartitionAssigner } from 'kafkajs'
import type { Cluster } from './cluster.ts'
import type { Fetched, LoggedRecord } from './log-model.ts'
import type { Machine } from './machine.ts'
import type { Network } from './network.ts'

export interface ConsumerOptions {
  readonly groupId: string
  readonly sessionTimeout: number
  readonly partitionAssigners?: readonly PartitionAssigner[]
  readonly readUncommitted?: boolean
}

interface Place {
  readonly topic: string
  readonly partition: number
  /** The next offset to fetch; null until it is sought. */
  position: number | null
  isPaused: boolean
}

type EachBatch = (payload: EachBatchPayload) => Promise<void>

const EVENTS = {
  GROUP_JOIN: 'group_join',
  HEARTBEAT: 'heartbeat',
  CRASH: 'crash',
  END_BATCH_PROCESS: 'end_batch_process',
  FETCH_START: 'fetch_start'
}
/** Milliseconds: rarer than in truth, for the sake of fewer steps. */
const HEARTBEAT_MS = 1_000
const RECORDS_PER_FETCH = 20

export function consumerOf(
  machine: Machine,
  cluster: Cluster,
  network: Network,
  options: ConsumerOptions
): Consumer {
  return new SimulatedConsumer(machine, cluster, network, options) as unknown as Consumer
}

class SimulatedConsumer {
  readonly events = EVENTS
  readonly #machine: Machine
  readonly #cluster: Cluster
  readonly #network: Network
  readonly #options: ConsumerOptions
  readonly #assigner: Assigner | null
  readonly #listeners = new Map<string, ((event: { payload: unknown }) => void)[]>()
  #topics: readonly string[] = []
  #eachBatch: EachBatch = () => Promise.resolve()
  #places = new Map<string, Place>()
  #memberId: string | null = null
  #generation = 0
  #isToJoin = true
  #isStopped = false
  #wake: () => void = () => undefined

  constructor(machine: Machine, cluster: Cluster, network: Network, options: ConsumerOptions) {
    this.#machine = machine
    this.#cluster = cluster
    this.#network = network
    this.#options = options
    this.#assigner = this.#assignerOf(options.partitionAssigners?.[0])
  }

  connect(): Promise<void> {
    return Promise.resolve()
  }

  subscribe({ topics }: { topics: readonly string[] }): Promise<void> {
    this.#topics = topics
    return Promise.resolve()
  }

  run({ eachBatch }: { eachBatch: EachBatch }): Promise<void> {
    this.#eachBatch = eachBatch
    void this.#live()
    return Promise.resolve()
  }

  on(event: string, listener: (event: { payload: unknown }) => void): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener])
  }

  pause(places: readonly { topic: string; partitions?: readonly number[] }[]): void {
    for (const { topic, partitions = [] } of places)
      for (const partition of partitions) this.#at(topic, partition).isPaused = true
  }

  resume(places: readonly { topic: string; partitions?: readonly number[] }[]): void {
    for (const { topic, partitions = [] } of places)
      for (const partition of partitions) this.#at(topic, partition).isPaused = false
    this.#wake()
  }

  seek({ topic, partition, offset }: { topic: string; partition: number; offset: string }): void {
    this.#at(topic, partition).position = Number(offset)
    this.#wake()
  }

  async commitOffsets(
    positions: readonly { topic: string; partition: number; offset: string }[]
  ): Promise<void> {
    const memberId = this.#memberId!
    const generation = this.#generation
    await this.#network.request(this.#machine, 'commit of offsets', () => {
      for (const { topic, partition, offset } of positions)
        this.#group().commit(memberId, generation, topic, partition, Number(offset))
    })
  }

  async disconnect(): Promise<void> {
    this.#isStopped = true
    this.#wake()
    const memberId = this.#memberId
    if (memberId !== null)
      await this.#network
        .request(this.#machine, 'leave', () => this.#group().leave(memberId))
        .catch(() => undefined)
  }

  async #live(): Promise<void> {
    this.#machine.clock.every(HEARTBEAT_MS, () => void this.#heartbeat())
    while (!this.#isStopped) {
      await this.#join()
      while (this.#isMember()) await this.#fetch()
    }
  }

  #isMember(): boolean {
    return !this.#isStopped && !this.#isToJoin
  }

  async #join(): Promise<void> {
    const began = this.#machine.clock.monotonic()
    const { groupId, sessionTimeout: sessionTimeoutMs } = this.#options
    const topics = this.#topics
    const metadata = this.#assigner?.protocol({ topics: [...topics] }).metadata ?? Buffer.alloc(0)
    const name = this.#machine.name
    const request = { memberId: this.#memberId, name, topics, metadata, sessionTimeoutMs }
    try {
      const joined = await this.#network.request(this.#machine, `join of ${nameOf(groupId)}`, () =>
        this.#group().join(request)
      )
      this.#memberId = joined.memberId
      this.#generation = joined.generation
      this.#isToJoin = false
      this.#places = new Map()
      for (const [topic, partitions] of joined.assignment)
        for (const partition of partitions) this.#at(topic, partition)
      const own = [...joined.assignment].map(([topic, partitions]) => `${topic}[${partitions.join()}]`)
      this.#cluster.scheduler.note(`${name} has ${own.join(' ')} of ${nameOf(groupId)}`)
      const duration = this.#machine.clock.monotonic() - began
      this.#emit(EVENTS.GROUP_JOIN, { memberAssignment: Object.fromEntries(joined.assignment), duration })
    } catch {
      // The client tries again.
    }
  }

  async #heartbeat(): Promise<void> {
    const memberId = this.#memberId
    if (memberId === null || this.#isToJoin || this.#isStopped) return
    const generation = this.#generation
    try {
      const answer = await this.#network.request(this.#machine, 'heartbeat', () =>
        this.#group().heartbeat(memberId, generation)
      )
      if (generation !== this.#generation) return
      if (answer === 'MEMBER') this.#emit(EVENTS.HEARTBEAT, {})
      else {
        if (answer === 'UNKNOWN') this.#memberId = null
        this.#isToJoin = true
        this.#wake()
      }
    } catch {
      // The next one may come through.
    }
  }

  /** One fetch of everything that is not paused, and all of its batches. */
  async #fetch(): Promise<void> {
    const wanted = [...this.#places.values()].filter(
      (place): place is Place & { position: number } => !place.isPaused && place.position !== null
    )
    const woken = new Promise<void>(resolve => (this.#wake = resolve))
    if (wanted.length === 0) {
      await woken
      return
    }
    this.#emit(EVENTS.FETCH_START, {})
    const asked = wanted.map(place => ({ place, from: place.position }))
    let answers: readonly (Fetched & { place: Place; from: number })[] | null
    try {
      answers = await this.#network.request(this.#machine, 'fetch', () => this.#read(asked, woken))
    } catch {
      return
    }
    const places = this.#places
    const generation = this.#generation
    await Promise.all(answers.map(answer => this.#handOver(answer)))
    if (generation !== this.#generation) return
    for (const { place, from, next } of answers)
      if (places.get(keyOf(place)) === place && place.position === from) place.position = next
  }

  /** At the broker: waits for something to read, or until the reader wants something else. */
  async #read(asked: readonly { place: Place; from: number }[], woken: Promise<void>) {
    const { log } = this.#cluster
    const isolation = this.#options.readUncommitted === true ? 'read_uncommitted' : 'read_committed'
    const wait = { isOver: false }
    void woken.then(() => (wait.isOver = true))
    for (;;) {
      const found = asked.map(({ place, from }) => ({
        ...log.fetch(place.topic, place.partition, from, isolation, RECORDS_PER_FETCH),
        ...{ place, from }
      }))
      const some = found.filter(({ next, from }) => next > from)
      if (some.length > 0 || wait.isOver) return some
      const changed = Promise.withResolvers<undefined>()
      const ends = asked.map(({ place: { topic, partition } }) =>
        log.watch(topic, partition, () => changed.resolve(undefined))
      )
      await Promise.race([changed.promise, woken])
      for (const end of ends) end()
    }
  }

  async #handOver({ place, from, records, next }: Fetched & { place: Place; from: number }): Promise<void> {
    const { topic, partition } = place
    const fetchedOffset = String(from)
    const lastOffset = String(next - 1)
    if (records.length > 0) {
      const messages = records.map(messageOf)
      const batch = { topic, partition, messages, fetchedOffset, lastOffset: () => lastOffset }
      await this.#eachBatch({ batch } as unknown as EachBatchPayload)
    }
    this.#emit(EVENTS.END_BATCH_PROCESS, {
      ...{ topic, partition, fetchedOffset, lastOffset },
      batchSize: records.length
    })
  }

  #at(topic: string, partition: number): Place {
    const key = keyOf({ topic, partition })
    let place = this.#places.get(key)
    if (place === undefined)
      this.#places.set(key, (place = { topic, partition, position: null, isPaused: false }))
    return place
  }

  #group() {
    return this.#cluster.group(this.#options.groupId, this.#assigner)
  }

  #assignerOf(make: PartitionAssigner | undefined): Assigner | null {
    const { log } = this.#cluster
    const cluster = {
      findTopicPartitionMetadata: (topic: string) => Array.from({ length: log.partitionsOf(topic) })
    }
    const config = { cluster, groupId: this.#options.groupId } as unknown as Parameters<PartitionAssigner>[0]
    return make?.(config) ?? null
  }

  #emit(event: string, payload: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener({ payload })
  }
}

/** Without what is drawn for a group that a reader has to itself. */
const nameOf = (groupId: string): string => groupId.replace(/\.restore\..*/, '.restore')

const keyOf = ({ topic, partition }: { topic: string; partition: number }): string => `${topic}/${partition}`

const messageOf = ({ offset, timestamp, key, value, headers }: LoggedRecord): KafkaMessage => ({
  ...{ key, value, headers, attributes: 0 },
  offset: String(offset),
  timestamp: String(timestamp)
})
