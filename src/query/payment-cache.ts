import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import type { PaymentView } from '../domain/payment/view.ts'
import { partitionOf } from '../platform/kafka/partition-of.ts'
import type { Metrics } from '../platform/metrics.ts'
import { repeat } from '../platform/repeat.ts'
import { RedisPatience } from '../platform/redis-patience.ts'
import type { Announcement, AnnouncementListener } from '../projections/announcements.ts'
import type { KeptPayment, SharedPayments } from '../projections/shared-payments.ts'
import { SingleFlight } from './single-flight.ts'

export type { KeptPayment } from '../projections/shared-payments.ts'

/** A payment, the position of its partition at which it was read, and the table that it was read from. */
interface ReadPayment {
  readonly payment: PaymentView
  readonly readAt: number
  readonly table: number
}

/** Where the view stands. */
interface Standing {
  /** By partition. */
  readonly positions: readonly number[]
  /** The one that holds the payments now: another takes its place when the view is built anew. */
  readonly table: number
}

export interface PaymentCacheDeps {
  /** Reads from the database, and with it the position of the view in the partition. */
  readonly read: (merchantId: string, id: string, partition: number) => Promise<ReadPayment | null>
  readonly standing: () => Promise<Standing>
  readonly shared: Pick<SharedPayments, 'find' | 'keep'>
  readonly partitions: number
  readonly metrics: Metrics
  readonly log: Logger
}

const MAX_BYTES = 64 * 1024 * 1024
/** What an entry takes beside its body, about. */
const OVERHEAD_BYTES = 400
/** Milliseconds between looks at whether an announcement was lost. */
const LOOK_MS = 500

/**
 * Payments, ready to be sent, in the memory of the process; behind that in Redis, for all processes; behind that in the
 * database, from which one read at a time is made of each payment. What is in memory is there only while announcements of
 * what changes are heard, without a gap.
 */
export class PaymentCache implements AnnouncementListener {
  readonly #deps: PaymentCacheDeps
  readonly #near = new LRUCache<string, KeptPayment>({
    maxSize: MAX_BYTES,
    sizeCalculation: ({ body }) => body.length + OVERHEAD_BYTES
  })
  readonly #flights = new SingleFlight<KeptPayment | null>()
  /** Reads that are under way; an announcement about what they read makes them not worth keeping. */
  readonly #loads = new Map<string, { isCurrent: boolean }>()
  readonly #reads
  readonly #stopLooking: () => void
  /** Counts the times that listening began or ended. */
  #session = 0
  #isListening = false
  /** By partition, up to where everything was announced; null while nothing may be kept. */
  #heard: number[] | null = null
  /** As the last look found it. */
  #seen: Standing | null = null
  readonly #patience = new RedisPatience()

  constructor(deps: PaymentCacheDeps) {
    this.#deps = deps
    this.#reads = deps.metrics.counter('aegispay_query_payment_reads_total')
    const failed = (error: unknown) =>
      deps.log.debug({ error }, 'it is not known whether an announcement was lost')
    this.#stopLooking = repeat(LOOK_MS, () => this.#look(), failed)
  }

  /** By partition, up to where whatever changed is not kept as it was; null while nothing is kept. */
  get heardThrough(): readonly number[] | null {
    return this.#heard
  }

  /** What is in memory; null when nothing is. */
  kept(merchantId: string, id: string): KeptPayment | null {
    const kept = this.#near.get(keyOf(merchantId, id))
    if (kept === undefined) return null
    this.#reads.inc(FROM_MEMORY)
    return kept
  }

  /** The payment; null when the merchant has none of this id. */
  find(merchantId: string, id: string): Promise<KeptPayment | null> {
    const key = keyOf(merchantId, id)
    return this.#flights.run(key, () => this.#load(key, merchantId, id))
  }

  heard({ view, moves, payments }: Announcement): void {
    if (view !== 'payments' || this.#heard === null) return
    const follows = moves.every(([partition, from]) => from <= this.#heard![partition]!)
    for (const [partition, , to] of moves) {
      this.#heard[partition] = Math.max(this.#heard[partition] ?? 0, to)
    }
    if (payments === null || !follows) this.#dropAll()
    else for (const [merchantId, id] of payments) this.#drop(keyOf(merchantId, id))
  }

  isListening(isIt: boolean): void {
    this.#session++
    this.#isListening = isIt
    this.#heard = null
    this.#seen = null
    this.#dropAll()
    if (isIt) void this.#look().catch(() => undefined)
  }

  stop(): void {
    this.#stopLooking()
  }

  async #load(key: string, merchantId: string, id: string): Promise<KeptPayment | null> {
    // Those who waited for the read before this one.
    const near = this.kept(merchantId, id)
    if (near !== null) return near
    const partition = partitionOf(id, this.#deps.partitions)
    const load = { isCurrent: this.#heard !== null }
    this.#loads.set(key, load)
    try {
      const found =
        (await this.#findShared(merchantId, id, partition)) ?? (await this.#read(merchantId, id, partition))
      if (found !== null && load.isCurrent) this.#near.set(key, found)
      return found
    } finally {
      this.#loads.delete(key)
    }
  }

  async #findShared(merchantId: string, id: string, partition: number): Promise<KeptPayment | null> {
    const needed = this.#heard?.[partition]
    const table = this.#seen?.table
    if (needed === undefined || table === undefined || this.#patience.isExhausted) return null
    try {
      const finding = this.#deps.shared.find(merchantId, id, partition, needed, table)
      const found = await this.#patience.wait(finding)
      if (found !== null) this.#reads.inc({ from: 'redis' })
      return found
    } catch {
      return null
    }
  }

  async #read(merchantId: string, id: string, partition: number): Promise<KeptPayment | null> {
    const found = await this.#deps.read(merchantId, id, partition)
    this.#reads.inc({ from: 'postgres' })
    if (found === null) return null
    const kept = { version: found.payment.version, body: JSON.stringify(found.payment) }
    if (this.#heard !== null && !this.#patience.isExhausted) {
      this.#deps.shared.keep(merchantId, id, partition, found, kept).catch(() => undefined)
    }
    return kept
  }

  /** What has been committed was announced by the next look, or it never will be. */
  async #look(): Promise<void> {
    if (!this.#isListening) return
    const session = this.#session
    const before = this.#heard === null ? null : [...this.#heard]
    const standing = await this.#deps.standing()
    if (session !== this.#session) return
    const { positions, table } = standing
    const [heard, seen] = [this.#heard, this.#seen]
    if (heard === null || before === null || seen === null) {
      this.#heard = [...positions]
    } else {
      const isLost = seen.positions.some((position, partition) => position > heard[partition]!)
      // A database that was set back, or made anew.
      const isBack = positions.some((position, partition) => position < before[partition]!)
      if (isLost || isBack || table !== seen.table) {
        this.#dropAll()
        this.#heard = [...positions]
      }
    }
    this.#seen = standing
  }

  #drop(key: string): void {
    this.#near.delete(key)
    const load = this.#loads.get(key)
    if (load !== undefined) load.isCurrent = false
  }

  #dropAll(): void {
    this.#near.clear()
    for (const load of this.#loads.values()) load.isCurrent = false
  }
}

const FROM_MEMORY = { from: 'memory' } as const

/** No merchant's id has a space. */
const keyOf = (merchantId: string, id: string): string => `${merchantId} ${id}`
