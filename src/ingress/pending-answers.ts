import type { Logger } from 'pino'
import type { Reply, SettledAnswer } from '../replies.ts'

export interface Answered extends SettledAnswer {
  readonly way: 'reply' | 'read_model'
}

/** Looks the answer up in the read model; null while it is not there. */
export type FindAnswer = () => Promise<SettledAnswer | null>

/** Milliseconds: a reply comes far sooner, so that the read model is only asked when it was lost. */
const FIRST_LOOK_MS = 250
const LONGEST_PAUSE_MS = 2_000

/** The requests of this instance that wait for an answer, by reply id. */
export class PendingAnswers {
  readonly #pending = new Map<string, PendingAnswer>()
  readonly #log: Logger
  #stopped = false

  constructor(log: Logger) {
    this.#log = log
  }

  /** How many wait. */
  get size(): number {
    return this.#pending.size
  }

  /** Begins to take replies. Called before the command is sent, for the reply may overtake the broker's confirmation. */
  open(replyId: string): PendingAnswer {
    const pending = new PendingAnswer(() => this.#pending.delete(replyId), this.#log)
    this.#pending.set(replyId, pending)
    if (this.#stopped) pending.close()
    return pending
  }

  /** A reply for a request that has been answered already is dropped. */
  take({ replyId, answer, position }: Reply): void {
    this.#pending.get(replyId)?.settle({ answer, position, way: 'reply' })
  }

  /** Ends every wait, now and from now on: what has no answer is answered 202. */
  stop(): void {
    this.#stopped = true
    for (const pending of this.#pending.values()) pending.close()
  }
}

class PendingAnswer {
  readonly #settled = Promise.withResolvers<Answered | null>()
  readonly #forget: () => void
  readonly #log: Logger
  #timer: NodeJS.Timeout | null = null
  #isSettled = false

  constructor(forget: () => void, log: Logger) {
    this.#forget = forget
    this.#log = log
  }

  /** Resolves with the answer, by reply or from the read model; null when there is none within the wait. */
  wait(waitMs: number, find: FindAnswer): Promise<Answered | null> {
    this.#lookLater(Date.now() + waitMs, FIRST_LOOK_MS, find)
    return this.#settled.promise
  }

  settle(answered: Answered | null): void {
    this.#isSettled = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#forget()
    this.#settled.resolve(answered)
  }

  /** Ends the wait without an answer. */
  close(): void {
    this.settle(null)
  }

  #lookLater(deadline: number, pauseMs: number, find: FindAnswer): void {
    if (this.#isSettled) return
    const left = deadline - Date.now()
    if (left <= pauseMs) {
      this.#timer = setTimeout(() => this.close(), Math.max(0, left))
      return
    }
    this.#timer = setTimeout(() => {
      // Whatever the database does, the request is answered in time.
      const giveUp = setTimeout(() => this.close(), deadline - Date.now())
      this.#timer = giveUp
      void this.#look(find).then(settled => {
        clearTimeout(giveUp)
        if (settled !== null) this.settle({ ...settled, way: 'read_model' })
        else this.#lookLater(deadline, Math.min(pauseMs * 2, LONGEST_PAUSE_MS), find)
      })
    }, pauseMs)
  }

  async #look(find: FindAnswer): Promise<SettledAnswer | null> {
    try {
      return await find()
    } catch (error) {
      this.#log.warn({ error }, 'the read model could not be asked for an answer')
      return null
    }
  }
}
