// Signs where the chains of the audit trail have come to, and puts it where the database has no say.
//
// It belongs to whoever holds the partition, and says what is committed. At least once: two holders, or one that was not
// answered, sign the same thing twice, for the chain is a function of the topic.
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { signAnchor } from '../../audit/anchor.ts'
import type { AnchorFiles } from '../../audit/anchor-files.ts'
import type { Signer } from '../../audit/keys.ts'
import type { Anchor } from '../../generated/records.ts'
import { systemClock, type Clock } from '../../platform/clock.ts'
import { repeat } from '../../platform/repeat.ts'
import type { AuditViewName } from '../view.ts'
import { chainHeads, type Head } from './heads.ts'

/** Milliseconds between looks at how far the chains are. */
const LOOK_MS = 1_000

/** A chain that may have to be anchored. */
export interface AnchoredView {
  readonly name: AuditViewName
  /** Without the installation's prefix. */
  readonly topic: string
  /** Of the partitions that are held here, where the next record stands. */
  readonly positions: () => ReadonlyMap<number, number>
}

export interface AnchorsDeps {
  readonly views: readonly AnchoredView[]
  readonly pool: Pool
  readonly signer: Signer
  /** The prefix of topics. */
  readonly installation: string
  /** Records of a partition after which it is anchored. */
  readonly everyRecords: number
  /** Milliseconds after which it is anchored when there are any. */
  readonly everyMs: number
  /** Resolves when the anchor is on the topic. */
  readonly write: (anchor: Anchor) => Promise<unknown>
  /** Null where nobody wants them in files. */
  readonly files: AnchorFiles | null
  readonly written: (topic: string) => void
  /** That of the system unless given. */
  readonly clock?: Clock
  readonly log: Logger
}

/** What was anchored last of a partition. */
interface Anchored {
  readonly number: number
  /** Milliseconds of the monotonic clock. */
  readonly at: number
  /** That the partition had, so that one that stands still is not asked for. */
  position: number
}

export class Anchors {
  readonly #deps: AnchorsDeps
  readonly #clock: Clock
  readonly #anchored = new Map<string, Anchored>()
  #endLooks: () => void = () => undefined
  #look: Promise<void> = Promise.resolve()

  private constructor(deps: AnchorsDeps) {
    this.#deps = deps
    this.#clock = deps.clock ?? systemClock
  }

  static start(deps: AnchorsDeps): Anchors {
    const anchors = new Anchors(deps)
    anchors.#endLooks = repeat(
      Math.min(LOOK_MS, deps.everyMs),
      () => (anchors.#look = anchors.#anchor(false)),
      error => deps.log.warn({ error }, 'cannot anchor the audit trail now; will retry'),
      anchors.#clock
    )
    return anchors
  }

  /** Anchors what is not anchored yet. Called while the partitions are still held. */
  async stop(): Promise<void> {
    this.#endLooks()
    await this.#look.catch(() => undefined)
    await this.#anchor(true).catch((error: unknown) =>
      this.#deps.log.warn({ error }, 'the end of the audit trail is left for the next who holds it to anchor')
    )
  }

  async #anchor(isLast: boolean): Promise<void> {
    await Promise.all(this.#deps.views.map(view => this.#anchorView(view, isLast)))
  }

  async #anchorView({ name, topic, positions }: AnchoredView, isLast: boolean): Promise<void> {
    const { pool, installation, signer } = this.#deps
    const moved = [...positions()].filter(
      ([partition, position]) => this.#anchored.get(`${topic}/${partition}`)?.position !== position
    )
    if (moved.length === 0) return
    const heads = await chainHeads(
      pool,
      name,
      moved.map(([partition]) => partition)
    )
    await Promise.all(
      moved.map(async ([partition, position]) => {
        const head = heads.get(partition)
        if (head === undefined || !this.#isDue(topic, head, position, isLast)) return
        const { offset, number, chain } = head
        const place = { installation, topic, partition, offset, number, chain: chain.toString('hex') }
        const anchor = signAnchor({ ...place, signedAt: this.#clock.now() }, signer)
        await this.#write(anchor)
        this.#anchored.set(`${topic}/${partition}`, { number, at: this.#clock.monotonic(), position })
      })
    )
  }

  #isDue(topic: string, { partition, number }: Head, position: number, isLast: boolean): boolean {
    const { everyRecords, everyMs } = this.#deps
    const last = this.#anchored.get(`${topic}/${partition}`)
    if (last === undefined) return true
    if (last.number === number) last.position = position
    const isLate = isLast || this.#clock.monotonic() - last.at >= everyMs
    return number - last.number >= everyRecords || (number > last.number && isLate)
  }

  async #write(anchor: Anchor): Promise<void> {
    const { write, files, written, log } = this.#deps
    await write(anchor)
    written(anchor.topic)
    try {
      await files?.append(anchor)
    } catch (error) {
      log.error(
        { error, partition: anchor.partition },
        'an anchor is on the topic and could not be put into its file'
      )
    }
  }
}
