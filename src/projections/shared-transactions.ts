import type { Pool } from 'pg'
import { nextTurn, systemClock, type Clock } from '../platform/clock.ts'
import { inTransaction } from '../platform/postgres.ts'
import { movePositions } from './positions.ts'
import type { Sink } from './view.ts'

/** What one partition has for a view: what its next records say, and the positions before and behind them. */
export interface Share {
  readonly partition: number
  readonly from: number
  readonly to: number
  readonly said: readonly unknown[]
}

interface SharedTransactionsOptions {
  /** That of the system unless given. */
  readonly clock?: Clock
  /** Told of each transaction that took effect. */
  readonly committed?: ((shares: readonly Share[]) => void) | undefined
}

/** Records with which a share is worth a transaction of its own, beside those of other partitions. */
const FULL_SHARE = 500

interface Waiting {
  readonly share: Share
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * The transactions of one view. What several partitions have at the same moment goes into one, since most of what a
 * small transaction costs does not depend on its size. They succeed together; where that fails, each is tried alone, so
 * that what is wrong with one partition holds up no other.
 */
export class SharedTransactions {
  readonly #pool: Pool
  readonly #view: Sink
  readonly #clock: Clock
  readonly #committed: (shares: readonly Share[]) => void
  #waiting: Waiting[] = []
  #isRunning = false

  constructor(
    pool: Pool,
    view: Sink,
    { clock = systemClock, committed = () => undefined }: SharedTransactionsOptions = {}
  ) {
    this.#clock = clock
    this.#committed = committed
    this.#pool = pool
    this.#view = view
  }

  /**
   * Applies the records and moves the partition's position with them.
   * @throws OutOfStepError when the position is not `from`; an error of the commit leaves open whether it took effect.
   */
  apply(share: Share): Promise<void> {
    if (share.said.length >= FULL_SHARE) return this.#commit([share])
    return new Promise((resolve, reject) => {
      this.#waiting.push({ share, resolve, reject })
      if (!this.#isRunning) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    // What was fetched together is decoded in this turn of the event loop.
    await nextTurn(this.#clock)
    while (this.#waiting.length > 0) {
      const together = this.#waiting.splice(0)
      try {
        await this.#commit(together.map(({ share }) => share))
        for (const { resolve } of together) resolve()
      } catch (error) {
        if (together.length === 1) together[0]!.reject(error)
        else for (const alone of together) await this.#commit([alone.share]).then(alone.resolve, alone.reject)
      }
    }
    this.#isRunning = false
  }

  async #commit(shares: readonly Share[]): Promise<void> {
    const said = shares.flatMap(share => share.said)
    await inTransaction(this.#pool, async db => {
      await movePositions(db, this.#view.name, shares)
      await this.#view.apply(db, said)
    })
    this.#committed(shares)
  }
}
