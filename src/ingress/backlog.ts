// How many payments wait for a gateway. While none can be asked, what is taken in only waits: from a number on it is better
// to say so at once.
import type { Logger } from 'pino'
import { repeat } from '../platform/repeat.ts'

export interface Backlog {
  /** Whether as many payments wait as may. What nobody could count is never too much. */
  isFull(): boolean
  stop(): void
}

/** Milliseconds: so much more than the cap may be taken in meanwhile. */
const EVERY_MS = 1_000

export interface BacklogOptions {
  /** Payments that may wait. */
  readonly cap: number
  /** How many wait, counted no further than the number given. */
  readonly count: (upTo: number) => Promise<number>
  readonly observe: (waiting: number) => void
  readonly log: Logger
}

export function watchBacklog({ cap, count, observe, log }: BacklogOptions): Backlog {
  let waiting = 0
  let isCounted = true
  const stop = repeat(
    EVERY_MS,
    async () => {
      const counted = await count(cap)
      if (counted >= cap && waiting < cap)
        log.warn({ waiting: counted }, 'as many payments wait for a gateway as may: new ones are refused')
      waiting = counted
      isCounted = true
      observe(waiting)
    },
    error => {
      // Without the read model payments are taken in all the same.
      waiting = 0
      if (isCounted) log.warn({ error }, 'payments that wait cannot be counted: as many are taken in as come')
      isCounted = false
    }
  )
  return { isFull: () => waiting >= cap, stop }
}
