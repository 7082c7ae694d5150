/**
 * Group commit: lets the transactions of a process run one after the other, so that what arrives meanwhile shares the next
 * one of its partition. A lone input waits for nothing. Nobody waits longer than the patience, since a partition that is
 * stuck must hold up no other.
 *
 * Source: PostgreSQL's commit_delay and commit_siblings, with a turn in place of the estimate when it pays to wait.
 */
export class Turns {
  readonly #patienceMs: number
  #running = 0
  /** In order of arrival. */
  readonly #waiting = new Set<() => void>()

  /** @param patienceMs milliseconds after which one begins beside another all the same */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs
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
        clearTimeout(impatient)
        this.#waiting.delete(go)
        this.#running++
        resolve()
      }
      const impatient = setTimeout(go, this.#patienceMs)
      this.#waiting.add(go)
    })
  }
}
