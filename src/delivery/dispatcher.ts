import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { JobQueue, TakenJob } from '../platform/job-queue.ts'

/** Lanes that one process is at, at a time: mostly they wait for receivers. */
const MAX_LANES = 64
/** Of them and those of all other processes, for one group, as an endpoint is: a slow one leaves room for the others. */
const MAX_OF_GROUP = 8
/** Milliseconds between looks for what has become due, or was put in by others. */
const LOOK_MS = 500
/** Milliseconds that attempts under way have when the process stops. */
const LINGER_MS = 3_000
/** Milliseconds after which the database is asked again that gave no answer. */
const RETRY_MS = 2_000

/** Sends what is due in a lane. */
export interface Runner<L> {
  /** @throws what passes: the lane is tried again */
  run(lane: L, signal: AbortSignal): Promise<void>
}

/** Takes lanes from a queue and has them run, until it is stopped. */
export class Dispatcher<L extends object> {
  readonly #queue: JobQueue<L>
  readonly #runner: Runner<L>
  readonly #log: Logger
  readonly #stopping = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  readonly #loop: Promise<void>
  #wake = Promise.withResolvers<undefined>()
  #trouble: string | null = null

  /** Begins at once. */
  constructor(queue: JobQueue<L>, runner: Runner<L>, log: Logger) {
    this.#queue = queue
    this.#runner = runner
    this.#log = log
    this.#loop = this.#run()
  }

  /** Why nothing is sent; null when all is well. */
  get trouble(): string | null {
    return this.#trouble
  }

  /** Says that something was put in here. */
  wake(): void {
    this.#wake.resolve(undefined)
  }

  /**
   * Finishes the attempts under way.
   * @param cutShort ends those that last
   */
  async stop(cutShort: () => Promise<void>): Promise<void> {
    this.#stopping.abort()
    this.wake()
    await this.#loop
    const ended = Promise.all(this.#underWay)
    const lingered = new AbortController()
    await Promise.race([
      ended,
      delay(LINGER_MS, undefined, { signal: lingered.signal }).catch(() => undefined)
    ])
    lingered.abort()
    await cutShort()
    await ended
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#wake = Promise.withResolvers<undefined>()
      const room = MAX_LANES - this.#underWay.size
      const pause = room > 0 ? await this.#takeSome(room) : LOOK_MS
      if (pause === 0) continue
      const waited = new AbortController()
      const look = delay(pause, undefined, { signal: waited.signal }).catch(() => undefined)
      // A lane that ends makes room, and for its group, too.
      await Promise.race([look, this.#wake.promise])
      waited.abort()
    }
  }

  /** @returns milliseconds after which it is worth to look again */
  async #takeSome(room: number): Promise<number> {
    try {
      const jobs = await this.#queue.take(room, MAX_OF_GROUP)
      this.#trouble = null
      for (const job of jobs) {
        const running = this.#runOne(job).finally(() => {
          this.#underWay.delete(running)
          this.wake()
        })
        this.#underWay.add(running)
      }
      return LOOK_MS
    } catch (error) {
      this.#trouble = `cannot take jobs: ${String(error)}`
      this.#log.warn({ error }, 'cannot take lanes from the queue now; will retry')
      return RETRY_MS
    }
  }

  async #runOne(job: TakenJob<L>): Promise<void> {
    try {
      await this.#runner.run(job.data, this.#stopping.signal)
      await this.#queue.done(job)
    } catch (error) {
      this.#log.warn(
        { error, lane: job.data },
        'what is due in a lane could not be sent or recorded; will retry'
      )
      // Where this fails as well, the job counts as abandoned after a while.
      await this.#queue.failed(job).catch(() => undefined)
    }
  }
}
