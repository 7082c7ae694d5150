import type { StagedState } from './logic.ts'

/** The definite state of one partition, with what the batch under way has written laid over it. */
export class PartitionStore<State> implements StagedState<State> {
  readonly #definite = new Map<string, State>()
  readonly #staged = new Map<string, State>()
  readonly #replaced: (previous: State | undefined, next: State) => void

  /** @param replaced told of every state that becomes definite */
  constructor(replaced: (previous: State | undefined, next: State) => void) {
    this.#replaced = replaced
  }

  get(key: string): State | undefined {
    return this.#staged.get(key) ?? this.#definite.get(key)
  }

  set(key: string, state: State): void {
    this.#staged.set(key, state)
  }

  staged(): Iterable<readonly [string, State]> {
    return this.#staged
  }

  /** Takes over what was staged. Only after the transaction that wrote it has definitely been committed. */
  merge(): void {
    for (const [key, state] of this.#staged) this.restore(key, state)
    this.#staged.clear()
  }

  /** Sets a state that stands on the changelog. */
  restore(key: string, state: State): void {
    this.#replaced(this.#definite.get(key), state)
    this.#definite.set(key, state)
  }
}
