import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { ApiError } from '../../errors.ts'
import type { Metrics } from '../../platform/metrics.ts'
import type { Announcement, AnnouncementListener } from '../../projections/announcements.ts'
import { visibleThrough } from '../../projections/positions.ts'
import type { ReadDatabase } from '../../projections/read-database.ts'
import { reading } from '../../projections/reading.ts'
import { Feed } from './feed.ts'
import type { Offsets } from './position.ts'
import { Subscriber, type StreamFilter } from './subscriber.ts'

export interface StreamLimits {
  /** Streams of one API key at one process. */
  readonly perKey: number
  /** Streams of one process. */
  readonly perProcess: number
}

export interface StreamHubDeps {
  readonly reads: ReadDatabase
  /** By partition, up to where no read is answered with what was before; null where none can be. */
  readonly heardThrough: () => readonly number[] | null
  /** Of payments.events. */
  readonly partitions: number
  readonly limits: StreamLimits
  readonly metrics: Metrics
  readonly log: Logger
}

/** Who wants to be told what. */
export interface StreamRequest {
  readonly merchantId: string
  readonly apiKeyId: string
  /** The event behind the last that the client has; null begins with what happens next. */
  readonly from: Offsets | null
  readonly filter: StreamFilter
  /** @throws ApiError once the client may not be told any more */
  readonly authorize: () => void
  /** Ends the connection, whatever still waits. */
  readonly cut: () => void
}

interface Open extends Pick<StreamRequest, 'merchantId' | 'apiKeyId' | 'authorize'> {
  readonly subscriber: Subscriber
  readonly feed: Feed
}

/** Milliseconds between looks at who may still listen, who has heard nothing for long, and what nobody announced. */
const TURN_MS = 1_000
/** Milliseconds without an event after which a client is shown that its connection lives. */
const BEAT_MS = 15_000
/** Turns between looks at the positions while projectors can be heard: a message may be lost. */
const TURNS_WHEN_HEARD = 5
/** Milliseconds that the read model has to come to where another process has shown it. */
const PATIENCE_MS = 2_000
const PAUSE_MS = 50

/** The streams of a process. Each wake costs one look at the positions, and one query for each merchant that it is about. */
export class StreamHub implements AnnouncementListener {
  readonly #deps: StreamHubDeps
  readonly #feeds = new Map<string, { readonly feed: Feed; clients: number }>()
  readonly #open = new Set<Open>()
  /** By API key, also those that are just being opened. */
  readonly #ofKey = new Map<string, number>()
  #total = 0
  readonly #woken = new Set<string>()
  #isReading = false
  #hears = false
  #turns = 0
  readonly #timer: NodeJS.Timeout
  readonly #ends

  constructor(deps: StreamHubDeps) {
    this.#deps = deps
    this.#timer = setInterval(() => this.#turn(), TURN_MS).unref()
    this.#ends = deps.metrics.counter('aegispay_stream_ends_total')
    const clients = deps.metrics.gauge('aegispay_stream_clients')
    deps.metrics.beforeReading(() => clients.set(this.#total))
  }

  heard({ payments }: Announcement): void {
    if (payments === null) this.#wakeAll()
    else for (const [merchantId] of payments) if (this.#feeds.has(merchantId)) this.#woken.add(merchantId)
    void this.#read().catch(this.#unread)
  }

  isListening(isIt: boolean): void {
    this.#hears = isIt
  }

  /**
   * @throws ApiError stream_position_unknown, too_many_streams, streams_exhausted, read_model_unavailable
   */
  async open(request: StreamRequest): Promise<Readable> {
    const { merchantId, apiKeyId, from, filter, authorize, cut } = request
    const release = this.#reserve(apiKeyId)
    let visible: Offsets
    try {
      visible = await this.#visibleFrom(from)
    } catch (error) {
      release()
      throw error
    }
    const kept = this.#feeds.get(merchantId) ?? { feed: this.#feedAt(merchantId, visible), clients: 0 }
    this.#feeds.set(merchantId, kept)
    kept.clients++
    const { feed } = kept
    const subscriber = new Subscriber(filter, cut, reason => this.#ends.inc({ reason }))
    const open = { merchantId, apiKeyId, authorize, subscriber, feed }
    this.#open.add(open)
    subscriber.stream.once('close', () => {
      release()
      this.#open.delete(open)
      feed.leave(subscriber)
      if (--kept.clients === 0) this.#feeds.delete(merchantId)
    })
    subscriber.begin(from ?? visible)
    feed
      .advance(visible)
      .then(() => feed.join(subscriber, from ?? visible))
      .catch((error: unknown) => {
        this.#unread(error)
        subscriber.end({ code: 'read_model_unavailable', detail: 'Come again with the last id.' })
      })
    return subscriber.stream
  }

  /** Ends all streams; clients go on elsewhere. */
  close(): void {
    clearInterval(this.#timer)
    for (const { subscriber } of this.#open) {
      subscriber.end({ code: 'stopping', detail: 'The process stops. Come again with the last id.' })
    }
  }

  #feedAt(merchantId: string, position: Offsets): Feed {
    return new Feed(this.#deps.reads, merchantId, position)
  }

  #reserve(apiKeyId: string): () => void {
    const { perKey, perProcess } = this.#deps.limits
    const ofKey = this.#ofKey.get(apiKeyId) ?? 0
    if (ofKey >= perKey) throw new ApiError('too_many_streams')
    if (this.#total >= perProcess) throw new ApiError('streams_exhausted')
    this.#ofKey.set(apiKeyId, ofKey + 1)
    this.#total++
    return () => {
      const left = this.#ofKey.get(apiKeyId)! - 1
      if (left === 0) this.#ofKey.delete(apiKeyId)
      else this.#ofKey.set(apiKeyId, left)
      this.#total--
    }
  }

  async #visible(): Promise<Offsets> {
    const offsets = await visibleThrough(this.#deps.reads)
    const heard = this.#deps.heardThrough()
    return Array.from({ length: this.#deps.partitions }, (_, partition) =>
      Math.min(offsets.get(partition) ?? 0, heard?.[partition] ?? Infinity)
    )
  }

  /**
   * What can be seen, once that is no less than what a client has. Another process may have shown it; a database that was
   * restored has to catch up first.
   * @throws ApiError stream_position_unknown
   */
  async #visibleFrom(from: Offsets | null): Promise<Offsets> {
    const deadline = performance.now() + PATIENCE_MS
    for (;;) {
      const visible = await reading(() => this.#visible())
      if (from === null || from.every((offset, partition) => offset <= visible[partition]!)) return visible
      if (performance.now() > deadline) throw new ApiError('stream_position_unknown')
      await delay(PAUSE_MS)
    }
  }

  #wakeAll(): void {
    for (const merchantId of this.#feeds.keys()) this.#woken.add(merchantId)
  }

  async #read(): Promise<void> {
    if (this.#isReading) return
    this.#isReading = true
    try {
      while (this.#woken.size > 0) {
        const merchants = [...this.#woken]
        this.#woken.clear()
        try {
          const visible = await this.#visible()
          const feeds = merchants.flatMap(merchantId => this.#feeds.get(merchantId)?.feed ?? [])
          await Promise.all(feeds.map(feed => feed.advance(visible)))
        } catch (error) {
          for (const merchantId of merchants) this.#woken.add(merchantId)
          throw error
        }
      }
    } finally {
      this.#isReading = false
    }
  }

  #turn(): void {
    for (const { subscriber, feed, authorize } of this.#open) {
      try {
        authorize()
      } catch (error) {
        const { code, message } = error instanceof ApiError ? error : new ApiError('internal_error')
        subscriber.end({ code, detail: message })
      }
      if (subscriber.silentMs >= BEAT_MS) subscriber.beat(feed.positionOf(subscriber))
    }
    if (this.#turns++ % (this.#hears ? TURNS_WHEN_HEARD : 1) === 0) this.#wakeAll()
    void this.#read().catch(this.#unread)
  }

  readonly #unread = (error: unknown): void => {
    this.#deps.log.debug({ error }, 'the stream cannot be read now; it will be tried again')
  }
}
