// A read model built anew from the log, beside the live one, compared with it and put in its place.
//
// What is built never gets ahead of the live view: it goes to the positions that are stored with the live rows, and stands
// there while the two are compared. So a view that lags is no reason to differ, and the live projectors need not know.
import { setTimeout as delay } from 'node:timers/promises'
import type { Kafka, Admin } from 'kafkajs'
import type { Logger } from 'pino'
import type { AvroCodec } from '../../platform/avro/codec.ts'
import { withTopicReader, type TopicReader } from '../../platform/kafka/topic-reader.ts'
import type { PostgresConnection } from '../../platform/postgres.ts'
import type { View } from '../../projections/view.ts'
import { topicNames } from '../../topics.ts'
import { Builder } from './builder.ts'
import { carriedRows } from './carried-rows.ts'
import type { Fingerprint } from './fingerprint.ts'
import { HeldUpError, ShadowTable, type Positions } from './shadow-table.ts'
import { startsOf, type StartingPoint } from './starting-point.ts'

/** Offsets that may be missing when projectors are stopped for the swap: a fraction of a second's work. */
const LAST_STRETCH = 2_000
const SWAP_ATTEMPTS = 20
const SWAP_PAUSE_MS = 500

export interface RebuildDeps {
  readonly kafka: Kafka
  /** Connected. */
  readonly admin: Admin
  readonly codec: AvroCodec
  readonly postgres: PostgresConnection
  /** Of topics and groups. */
  readonly prefix: string
  readonly log: Logger
}

export interface RebuildOptions {
  readonly view: View
  readonly from: StartingPoint
  /** Asked when both are known: whether the new one is to take the live one's place. */
  readonly decide: (comparison: Comparison) => Promise<boolean>
  readonly progress: RebuildProgress
}

/** The two at the same positions. */
export interface Comparison {
  readonly live: Fingerprint
  readonly rebuilt: Fingerprint
  readonly isEqual: boolean
}

export interface RebuildProgress {
  /** @param offsets that have been read, of `total` */
  at(offsets: number, total: number): void
  /** Something else begins. */
  step(what: string): void
}

export interface Rebuilt extends Comparison {
  /** At which the two were compared. */
  readonly positions: Positions
  readonly isSwapped: boolean
}

/**
 * Reads go on meanwhile; records that arrive are in what is swapped in.
 * @throws when a service gives no answer, or a record cannot be applied; then the live view is as it was
 */
export function rebuild(deps: RebuildDeps, options: RebuildOptions): Promise<Rebuilt> {
  const { kafka, admin, postgres, prefix, log } = deps
  const topic = topicNames(prefix)[options.view.topic]
  return ShadowTable.withOne(postgres, options.view, log, shadow =>
    withTopicReader(kafka, admin, { topic, groupPrefix: `${prefix}replay` }, reader =>
      new Rebuild(deps, options, reader, shadow).run()
    )
  )
}

class Rebuild {
  readonly #options: RebuildOptions
  readonly #reader: TopicReader
  readonly #shadow: ShadowTable
  readonly #builderAt: (positions: Positions) => Builder
  #read = 0
  #total = 0

  constructor({ codec }: RebuildDeps, options: RebuildOptions, reader: TopicReader, shadow: ShadowTable) {
    this.#options = options
    this.#reader = reader
    this.#shadow = shadow
    const advanced = (offsets: number) => options.progress.at((this.#read += offsets), this.#total)
    this.#builderAt = positions =>
      new Builder({ reader, codec, view: options.view, shadow, advanced }, positions)
  }

  async run(): Promise<Rebuilt> {
    const { decide, progress } = this.#options
    const builder = await this.#begin()
    await this.#advance(builder, await this.#target())
    progress.step('comparing')
    const { print: live, positions } = await this.#shadow.liveFingerprint()
    await this.#advance(builder, await this.#within(positions))
    const rebuilt = await this.#shadow.fingerprint()
    const comparison = { live, rebuilt, isEqual: live.hash === rebuilt.hash }
    const compared = { ...comparison, positions: builder.positions }
    if (!(await decide(comparison))) return { ...compared, isSwapped: false }
    await this.#swap(builder)
    return { ...compared, isSwapped: true }
  }

  /** Up to the starting point: taken over, where it is not the beginning. */
  async #begin(): Promise<Builder> {
    const { from, view, progress } = this.#options
    const beginning = await startsOf({ type: 'beginning' }, this.#reader)
    const carried = carriedRows[view.name]
    if (from.type === 'beginning' || carried === null) return this.#builderAt(beginning)
    const live = await this.#target()
    const asked = await startsOf(from, this.#reader)
    // Behind the live view there is nothing to take over yet.
    const starts = new Map(
      [...asked].map(([partition, start]) => [partition, Math.min(start, live.get(partition)!)])
    )
    progress.step('taking over what is older')
    const later = this.#builderAt(starts)
    this.#expect(carried.needsHistory ? later.distance(live) : 0)
    const touched = carried.needsHistory ? await later.keys(live) : new Set<string>()
    const carriedTo = await this.#within(await this.#shadow.carry(carried, { starts, touched }))
    if (!carried.needsHistory) return later
    const history = this.#builderAt(beginning)
    this.#expect(history.distance(carriedTo))
    await history.advance(carriedTo, touched)
    return history
  }

  async #advance(builder: Builder, to: Positions): Promise<void> {
    const distance = builder.distance(to)
    if (distance === 0) return
    this.#options.progress.step(`applying ${distance} offsets`)
    this.#expect(distance)
    await builder.advance(to)
  }

  #expect(offsets: number): void {
    this.#read = 0
    this.#total = offsets
  }

  async #swap(builder: Builder): Promise<void> {
    this.#options.progress.step('swapping')
    await this.#shadow.analyze()
    for (let attempt = 1; ; attempt++) {
      const live = await this.#target()
      await this.#advance(builder, live)
      const before = builder.positions
      try {
        await this.#shadow.swap(async positions => {
          const to = await this.#within(positions)
          if (builder.distance(to) > LAST_STRETCH) throw new HeldUpError('the live view has moved on too far')
          await builder.advance(to)
          return builder.positions
        })
        return
      } catch (error) {
        // What was applied in the transaction is rolled back with it.
        builder.positions = before
        if (!(error instanceof HeldUpError)) throw error
        if (attempt === SWAP_ATTEMPTS) throw new Error(`tables_in_use: ${error.message}`, { cause: error })
        await delay(SWAP_PAUSE_MS)
      }
    }
  }

  async #target(): Promise<Positions> {
    return this.#within(await this.#shadow.livePositions())
  }

  /** Every partition of the log has a position, and one that lies in it. */
  async #within(positions: Positions): Promise<Positions> {
    const bounds = await this.#reader.allBounds()
    return new Map(
      [...bounds].map(([partition, { start, end }]) => [
        partition,
        Math.min(end, Math.max(start, positions.get(partition) ?? start))
      ])
    )
  }
}
