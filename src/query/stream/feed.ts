import { setImmediate as nextTurn } from 'node:timers/promises'
import { eventsBetween, type PlacedEvent, type Span } from '../../projections/payment-events/queries.ts'
import type { ReadDatabase } from '../../projections/read-database.ts'
import { formatStreamPosition, type Offsets } from './position.ts'
import type { Subscriber } from './subscriber.ts'

/** Events that are read at a time. */
const PAGE_EVENTS = 128

/**
 * The events of one merchant as they become visible. However many clients have come as far as the feed, each event is read
 * once for all of them. Others read on by themselves until they have.
 */
export class Feed {
  readonly #db: ReadDatabase
  readonly #merchantId: string
  readonly #joined = new Set<Subscriber>()
  #position: Offsets
  /** What moves the position, and who joins at it, take turns. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(db: ReadDatabase, merchantId: string, position: Offsets) {
    this.#db = db
    this.#merchantId = merchantId
    this.#position = position
  }

  /** How far those who have joined have come. */
  positionOf(subscriber: Subscriber): Offsets | null {
    return this.#joined.has(subscriber) ? this.#position : null
  }

  leave(subscriber: Subscriber): void {
    this.#joined.delete(subscriber)
  }

  /** Tells those who have joined what happened up to there. */
  advance(to: Offsets): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#joined.size === 0) {
        this.#position = this.#position.map((offset, partition) => Math.max(offset, to[partition]!))
        return
      }
      const tell = (event: PlacedEvent | null, position: Offsets) => {
        this.#position = position
        if (event === null) return
        const wanting = [...this.#joined].filter(subscriber => subscriber.wants(event))
        if (wanting.length === 0) return
        const frame = frameOf(event, position)
        for (const subscriber of wanting) subscriber.tell(...frame)
      }
      await this.#read(this.#position, to, tell, async () => {
        // A client that takes what there is needs no more than a moment for it.
        if ([...this.#joined].some(({ isBehind }) => isBehind)) await nextTurn()
        return true
      })
    })
  }

  /**
   * Tells a client what happened since, and from then on what happens.
   * @param from nowhere ahead of the feed
   */
  async join(subscriber: Subscriber, from: Offsets): Promise<void> {
    let position = from
    const tell = (event: PlacedEvent | null, behind: Offsets) => {
      position = behind
      if (event !== null && subscriber.wants(event)) subscriber.tell(...frameOf(event, behind))
    }
    // As fast as the client takes it, while the feed goes on.
    await this.#read(position, this.#position, tell, async () => {
      await subscriber.drained()
      return !subscriber.isOver
    })
    await this.#inTurn(async () => {
      await this.#read(position, this.#position, tell)
      if (!subscriber.isOver) this.#joined.add(subscriber)
    })
  }

  /**
   * Reads page by page.
   * @param tell called for each event, with the position behind it, and at the end of each page
   * @param goesOn asked after each event
   */
  async #read(
    from: Offsets,
    to: Offsets,
    tell: (event: PlacedEvent | null, position: Offsets) => void,
    goesOn?: () => Promise<boolean>
  ): Promise<void> {
    let position = from
    for (;;) {
      const spans = spansBetween(position, to)
      if (spans.length === 0) return
      const limit = Math.ceil(PAGE_EVENTS / spans.length)
      const events = await eventsBetween(this.#db, this.#merchantId, spans, limit)
      for (const event of events) {
        position = position.with(event.partition, event.offset + 1)
        tell(event, position)
        if (goesOn !== undefined && !(await goesOn())) return
      }
      const told = Map.groupBy(events, ({ partition }) => partition)
      for (const { partition, to: end } of spans) {
        const isWhole = (told.get(partition)?.length ?? 0) < limit
        if (isWhole) position = position.with(partition, end)
      }
      tell(null, position)
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}

const spansBetween = (from: Offsets, to: Offsets): Span[] =>
  to.flatMap((end, partition) => {
    const begin = from[partition]!
    return begin < end ? [{ partition, from: begin, to: end }] : []
  })

/** Its id and its text. */
function frameOf({ event, paymentId, customerId }: PlacedEvent, position: Offsets): [string, string] {
  return [formatStreamPosition(position), JSON.stringify({ paymentId, customerId, ...event })]
}
