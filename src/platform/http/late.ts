import { ApiError } from '../../errors.ts'

/**
 * The role behind some routes. The server listens before any role runs, so that the process can be seen to live, and
 * until the role runs its routes answer 503.
 */
export class Late<R> {
  #running: R | null = null

  arrive(running: R): void {
    this.#running = running
  }

  /** Null while it does not run. */
  get current(): R | null {
    return this.#running
  }

  /** @throws ApiError not_ready while it does not run. */
  get(): R {
    if (this.#running === null) throw new ApiError('not_ready')
    return this.#running
  }
}
