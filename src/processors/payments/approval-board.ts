// What all owners have learnt of gateways' approvals. Each tells now and then what its partition has seen, and all follow.
import { randomUUID } from 'node:crypto'
import type { Kafka, KafkaMessage } from 'kafkajs'
import type { Logger } from 'pino'
import { Approvals, segmentsOf, type SegmentCounts } from '../../domain/routing/approvals.ts'
import type { Features } from '../../domain/routing/features.ts'
import type { PolicyInForce } from '../../domain/routing/policy.ts'
import type { ApprovalEstimate, ApprovalEstimates } from '../../domain/routing/scores.ts'
import type { AvroCodec } from '../../platform/avro/codec.ts'
import type { BatchingProducer } from '../../platform/kafka/batching-producer.ts'
import { GroupReader } from '../../platform/kafka/group-reader.ts'
import { partitionBounds } from '../../platform/kafka/log-bounds.ts'
import type { Evidence } from './approval-evidence.ts'
import { VariantStops, type HeldPolicy, type VariantStop } from './variant-stops.ts'

const RECORD = 'aegispay.gateway.ApprovalCounts'
const STOP = 'aegispay.gateway.VariantStopped'
const PARTITION = 0
const SESSION_TIMEOUT_MS = 10_000
/** How long others may not know what a partition has learnt: little beside the time in which approvals change. */
const TELL_EVERY_MS = 5_000
/** Segments of all partitions together. */
const MAX_SEGMENTS = 20_000

interface ApprovalBoardDeps {
  readonly kafka: Kafka
  /** The approvals topic's name on this cluster. */
  readonly topic: string
  readonly codec: AvroCodec
  readonly producer: Pick<BatchingProducer, 'send'>
  /** Of the consumer group, which this board has for itself. */
  readonly groupPrefix: string
  /** Those whose variants are watched. */
  readonly policies: () => Iterable<HeldPolicy>
  readonly now: () => number
  readonly log: Logger
}

/**
 * Estimates are learnt from what was told, also in the process that tells it: so nothing counts twice, and all processes
 * come to the same. That they lag, and that what a killed owner had not told yet is lost, only makes them a little older:
 * whatever a choice was made by stands in its event.
 */
export class ApprovalBoard implements ApprovalEstimates {
  readonly #deps: ApprovalBoardDeps
  readonly #all = new Approvals(MAX_SEGMENTS)
  /** The last that was told of each partition. */
  readonly #told = new Map<number, SegmentCounts>()
  readonly #own = new Map<number, Approvals>()
  readonly #stops = new VariantStops()
  /** When this process last told of a partition. */
  readonly #toldAt = new Map<number, number>()
  /** Partitions that have learnt something since they told. */
  readonly #untold = new Set<number>()
  #reader: GroupReader | null = null
  #next = 0
  #applying: Promise<unknown> = Promise.resolve()
  #telling: NodeJS.Timeout | null = null
  /** Taken once a turn: looking at the clock for each candidate would cost more than the estimate. */
  #asOf = 0

  private constructor(deps: ApprovalBoardDeps) {
    this.#deps = deps
  }

  /** Does not wait until all that was told is read: until then estimates are those of less evidence. */
  static async follow(deps: ApprovalBoardDeps): Promise<ApprovalBoard> {
    const board = new ApprovalBoard(deps)
    const { kafka, topic, groupPrefix, log } = deps
    const admin = kafka.admin()
    await admin.connect()
    try {
      board.#next = (await partitionBounds(admin, topic, PARTITION)).start
    } finally {
      await admin.disconnect()
    }
    const read = (records: readonly KafkaMessage[], next: number) => {
      board.#next = next
      board.#applying = board.#applying.then(() => board.#take(records))
    }
    const options = {
      groupId: `${groupPrefix}approvals.${randomUUID()}`,
      topics: [topic],
      sessionTimeoutMs: SESSION_TIMEOUT_MS
    }
    board.#reader = await GroupReader.start(kafka, options, {
      joined: (_assigned, reader) => reader.readFrom(topic, PARTITION, board.#next),
      records: (_topic, _partition, records, next) => read(records, next),
      advanced: (_topic, _partition, next) => read([], next),
      // Payments go on by the estimates that are there.
      crashed: error => log.error({ error }, 'approvals are no longer followed')
    })
    board.#telling = setInterval(() => void board.#tell().then(() => board.#judge()), TELL_EVERY_MS)
    return board
  }

  of(gateway: string, features: Features): ApprovalEstimate {
    return this.#all.estimate(segmentsOf(gateway, features), this.#asOf)
  }

  /** To be called before a turn's choices. @param now epoch milliseconds */
  at(now: number): this {
    this.#asOf = now
    return this
  }

  inForce(held: HeldPolicy): PolicyInForce {
    return this.#stops.inForce(held)
  }

  /** What a committed decision of a partition says of a gateway. */
  learn(partition: number, { gateway, features, outcome, variant }: Evidence, now: number): void {
    let own = this.#own.get(partition)
    if (own === undefined) {
      own = new Approvals()
      // Its owner before told this last; from there it goes on.
      const told = this.#told.get(partition)
      if (told !== undefined) own.merge(told)
      this.#own.set(partition, own)
    }
    own.learn(segmentsOf(gateway, features), outcome, now)
    if (variant !== null) own.learn([variant], outcome, now)
    this.#untold.add(partition)
  }

  async stop(): Promise<void> {
    if (this.#telling !== null) clearInterval(this.#telling)
    await this.#tell()
    await this.#reader?.stop()
    await this.#applying
  }

  async #tell(): Promise<void> {
    const { producer, codec, topic, now, log } = this.#deps
    const partitions = [...this.#untold]
    this.#untold.clear()
    const asOf = now()
    const sent = partitions.map(partition => {
      this.#toldAt.set(partition, asOf)
      const { segments } = this.#own.get(partition)!.snapshot(asOf)
      const value = codec.encode(RECORD, {
        ...{ partition, asOf },
        segments: [...segments].map(([segment, counts]) => ({ segment, ...counts }))
      })
      const id = `approvals.${partition}.${asOf}`
      const headers = { ce_specversion: '1.0', ce_id: id, ce_source: '/processors/payments', ce_type: RECORD }
      return producer.send({ topic, partition: PARTITION, key: String(partition), value, headers })
    })
    for (const [i, { status }] of (await Promise.allSettled(sent)).entries()) {
      if (status === 'fulfilled') continue
      if (this.#own.has(partitions[i]!)) this.#untold.add(partitions[i]!)
      log.warn({ partition: partitions[i] }, 'what was learnt of approvals could not be told')
    }
  }

  /** Several processes may find the same at once: the first record counts. */
  async #judge(): Promise<void> {
    const { producer, codec, topic, now, policies, log } = this.#deps
    const stoppedAt = now()
    for (const stop of this.#stops.due(policies(), this.#all, stoppedAt)) {
      const value = codec.encode(STOP, { ...stop, stoppedAt })
      const key = `stopped/${stop.policyId}/${stop.policyVersion}/${stop.variant}`
      const id = `${key}.${stoppedAt}`
      const headers = { ce_specversion: '1.0', ce_id: id, ce_source: '/processors/payments', ce_type: STOP }
      await producer
        .send({ topic, partition: PARTITION, key, value, headers })
        .catch((error: unknown) => log.warn({ error, ...stop }, 'a variant could not be stopped yet'))
    }
  }

  #stop({ policyId, policyVersion, variant, reason }: VariantStop): void {
    const stop = { policyId, policyVersion, variant, reason }
    if (this.#stops.add(stop)) this.#deps.log.warn(stop, 'a variant of a routing policy is stopped')
  }

  async #take(records: readonly KafkaMessage[]): Promise<void> {
    const { codec, log } = this.#deps
    try {
      await codec.learn(records.map(({ value }) => value))
      for (const { value } of records) if (value !== null) this.#apply(value)
    } catch (error) {
      log.warn({ error }, 'what another has learnt of approvals could not be read')
    }
  }

  #apply(value: Buffer): void {
    const decoded = this.#deps.codec.decode(value)
    if (decoded.name === STOP) this.#stop(decoded.value)
    if (decoded.name !== RECORD) return
    const { partition, asOf, segments } = decoded.value
    const told = { asOf, segments: new Map(segments.map(({ segment, ...counts }) => [segment, counts])) }
    const before = this.#told.get(partition)
    if (before !== undefined) this.#all.unmerge(before)
    this.#all.merge(told)
    this.#told.set(partition, told)
    // Another owns it now, or did in between: what was learnt here before is a part of what that one has told.
    if (asOf !== this.#toldAt.get(partition) && !this.#untold.has(partition)) this.#own.delete(partition)
  }
}
