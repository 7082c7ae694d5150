import kafkajs from 'kafkajs'
import type { Machine } from './machine.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'

/** How often things go wrong on the way, by shares of all requests. */
export interface Disturbance {
  /** The request never arrives, and the caller gives up. */
  readonly requestLost: number
  /** It takes effect, and the caller gives up. */
  readonly answerLost: number
  /** The caller gives up, and then it takes effect. */
  readonly requestLate: number
  readonly slow: number
}

export const undisturbed: Disturbance = { requestLost: 0, answerLost: 0, requestLate: 0, slow: 0 }

/** Milliseconds after which a caller gives up. */
const PATIENCE_MS = 2_000
const SLOW_MS = 900

/** The way between machines and the services that they use, and what becomes of requests on it. */
export class Network {
  readonly #scheduler: Scheduler
  readonly #random: Random
  /** Machines that are cut off. */
  readonly #cut = new Set<Machine>()
  disturbance: Disturbance = undisturbed

  constructor(scheduler: Scheduler, random: Random) {
    this.#scheduler = scheduler
    this.#random = random
  }

  cut(machine: Machine): void {
    this.#cut.add(machine)
  }

  mend(machine: Machine): void {
    this.#cut.delete(machine)
  }

  /**
   * Asks a service. The answer, if one comes, is delivered to the machine.
   *
   * @param serve takes place at the service
   * @throws what the service throws; a KafkaJSError, as the client has it, when no answer comes
   */
  request<T>(machine: Machine, what: string, serve: () => T | Promise<T>): Promise<T> {
    const random = this.#random
    const { requestLost, answerLost, requestLate, slow } = this.disturbance
    const draw = random.next()
    const isCut = this.#cut.has(machine)
    const isLost = isCut || draw < requestLost
    const isLate = !isLost && draw < requestLost + requestLate
    const isUnanswered = !isLost && !isLate && draw < requestLost + requestLate + answerLost
    const way_ms = () => random.between(1, 4) + (random.chance(slow) ? random.between(1, SLOW_MS) : 0)
    return new Promise((resolve, reject) => {
      const answer = (act: () => void) => this.#scheduler.after(way_ms(), () => machine.deliver(act))
      if (isLost || isLate || isUnanswered) {
        if (!isCut)
          this.#scheduler.note(`${machine.name} ${what} ${isLost ? 'lost' : isLate ? 'late' : 'unanswered'}`)
        const gaveUp = () => reject(new kafkajs.KafkaJSConnectionError(`${what}: no answer`))
        this.#scheduler.after(PATIENCE_MS, () => machine.deliver(gaveUp))
      }
      if (isLost) return
      const ms = way_ms() + (isLate ? PATIENCE_MS + random.between(0, PATIENCE_MS) : 0)
      this.#scheduler.after(ms, () => {
        Promise.resolve()
          .then(serve)
          .then(
            result => {
              if (!isLate && !isUnanswered) answer(() => resolve(result))
            },
            (error: unknown) => {
              if (!isLate && !isUnanswered) answer(() => reject(asError(error)))
            }
          )
      })
    })
  }
}

/** What the brokers refuse is an error of the client's to its caller. */
function asError(error: unknown): Error {
  const cause = error as Error
  return new kafkajs.KafkaJSError(`${cause.name}: ${cause.message}`, { retriable: false })
}
