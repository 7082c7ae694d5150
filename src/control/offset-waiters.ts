const TIMEOUT_MS = 1000

interface Waiter {
  offset: number
  readonly resolve: () => void
}

/** Those who wait until a reader has come to an offset. */
export class OffsetWaiters {
  readonly #waiters = new Set<Waiter>()
  #reached = -1

  /** The reader has come so far. */
  reached(offset: number): void {
    this.#reached = offset
    for (const waiter of this.#waiters) if (waiter.offset <= offset) waiter.resolve()
  }

  /**
   * Waits until the reader has come to an offset or to the last one that there is, at most a second. Anyone can make an
   * offset up, so one behind the last is taken for that.
   *
   * @param findLast asks for the last offset
   */
  async wait(offset: number, findLast: () => Promise<number>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const waiter: Waiter = { offset, resolve: () => resolve(undefined) }
    const timer = setTimeout(waiter.resolve, TIMEOUT_MS)
    this.#waiters.add(waiter)
    findLast().then(
      last => {
        waiter.offset = Math.min(offset, last)
        if (waiter.offset <= this.#reached) waiter.resolve()
      },
      // Without it, the time is all that bounds the wait.
      () => undefined
    )
    await promise
    clearTimeout(timer)
    this.#waiters.delete(waiter)
  }
}
