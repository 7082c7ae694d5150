import { systemClock, type Clock } from '../../platform/clock.ts'

/**
 * Group commit: lets the transactions of a process run one after the other, so that what arrives meanwhile shares the next
 * one of its partition. A lone input waits for nothing. Nobody waits longer than the patience, since a partition that is
 * stuck must hold up no other.
 *
 * Source: PostgreSQL's commit_delay and commit_siblings, with a turn in place of the estimate when it pays to wait.
 */
export class Turns {
  readonly #patienceMs: number
  readonly #clock: Clock
  #running = 0
  /** In order of arrival. */
  readonly #waiting = new Set<() => void>()

  /** @param patienceMs milliseconds after which one begins beside another all the same */
  constructor(patienceMs: number, clock = systemClock) {
    this.#patienceMs = patienceMs
    this.#clock = clock
  }

  /** Runs the transaction when its turn has come. */
  async take<Result>(transaction: () => Promise<Result>): Promise<Result> {
    if (this.#running === 0) this.#running++
    else await this.#turn()
    try {
      return await transaction()
    } finally {
      this.#running--
      if (this.#running === 0) this.#waiting.values().next().value?.()
    }
  }

  #turn(): Promise<void> {
    return new Promise(resolve => {
      const go = () => {
        calledOff()
        this.#waiting.delete(go)
        this.#running++
        resolve()
      }
      const calledOff = this.#clock.after(this.#patienceMs, go)
      this.#waiting.add(go)
    })
  }
}
