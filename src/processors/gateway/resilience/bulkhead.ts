import pLimit, { type LimitFunction } from 'p-limit'
import type { Clock } from '../../../platform/clock.ts'

/** Share that the newest has in what a call is expected to take. */
const NEWEST = 1 / 8

/** So many calls at a time; the others wait in line, as long as that makes sense. */
export class Bulkhead {
  readonly #limit: LimitFunction
  readonly #places: number
  readonly #maxQueued: number
  readonly #clock: Clock
  /** What a call has taken of late, milliseconds. */
  #usualMs = 0

  constructor(limits: { readonly places: number; readonly maxQueued: number }, clock: Clock) {
    this.#limit = pLimit(limits.places)
    this.#places = limits.places
    this.#maxQueued = limits.maxQueued
    this.#clock = clock
  }

  get active(): number {
    return this.#limit.activeCount
  }

  get queued(): number {
    return this.#limit.pendingCount
  }

  /**
   * Whether a call had better not wait here: the line is too long, or would most likely not have moved up in time. It
   * would hold up those who wait for its answer, and the calls to other gateways behind it, for nothing.
   *
   * @param patienceMs milliseconds that it can wait
   */
  isFull(patienceMs: number): boolean {
    const { queued } = this
    if (queued >= this.#maxQueued) return true
    // Of a short line nothing can be foretold: one call that ends changes everything.
    return queued >= this.#places && (queued * this.#usualMs) / this.#places > patienceMs
  }

  run<T>(work: () => T | Promise<T>): Promise<T> {
    return this.#limit(async () => {
      const began = this.#clock.monotonic()
      try {
        return await work()
      } finally {
        this.#usualMs += (this.#clock.monotonic() - began - this.#usualMs) * NEWEST
      }
    })
  }
}
