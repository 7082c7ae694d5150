// Keeps one hook running, and asks it things that it may fail to answer.
import type { Logger } from 'pino'
import { systemClock } from '../platform/clock.ts'
import { HookThread } from './hook-thread.ts'
import { hookLabel, type HookId, type Told } from './messages.ts'

/** Why a hook gave no answer. */
export type NoAnswer =
  /** It was never asked: its thread is not there now, or is behind with an earlier question. */
  | 'not-asked'
  /** It was asked, and its thread has ended since. */
  | 'died'
  | 'late'
  /** It threw, or answered too much. */
  | 'failed'

export type HookAnswer =
  { readonly answer: unknown; readonly missing: null } | { readonly answer: null; readonly missing: NoAnswer }

/** A hook as those see it who ask it. */
export interface HookPort {
  readonly name: string
  /**
   * Asks the hook something. Never rejects, and resolves within the limit, give or take the event loop's delay. The answer is
   * foreign: parsed JSON in whatever form.
   *
   * @param limitMs milliseconds, above 0
   */
  ask(method: string, args: unknown, limitMs: number): Promise<HookAnswer>
}

export interface HookHostOptions {
  readonly id: HookId
  /** Absolute path. */
  readonly module: string
  /** Megabytes that its heap may take, and its buffers. */
  readonly memoryMb: number
  readonly observe: HookObserver
  readonly log: Logger
}

export interface HookObserver {
  readonly asked: (hook: string, result: 'answered' | NoAnswer, seconds: number) => void
  readonly restarted: (hook: string) => void
}

/** Milliseconds that a module may take to load. */
const LOAD_MS = 10_000
/** Milliseconds after the limit of a question at which a thread that has not said a word is ended: it is stuck, not slow. */
const SILENCE_MS = 1000
/** The part of the limit that is for the way, so that a thread that is not stuck always says something: a tenth, in milliseconds at most. */
const MAX_WAY_MS = 50
const PAUSE_MIN_MS = 100
const PAUSE_MAX_MS = 30_000
/** Milliseconds of running after which earlier ends are forgotten. */
const FORGIVEN_AFTER_MS = 60_000
/** Milliseconds between two lines of log about failures of one hook. */
const COMPLAIN_EVERY_MS = 5000

interface Question {
  readonly settle: (answer: HookAnswer) => void
  readonly calledOff: () => void
  /** Whether it has been answered to whoever asked, for it took too long. */
  isGivenUp: boolean
}

/**
 * One hook in its thread. The thread tells of every question at the latest when its time is over, whatever the hook does with
 * it; only one that is stuck in a loop cannot. It is ended and started anew, after pauses that double.
 */
export class HookHost implements HookPort {
  readonly name: string
  readonly #options: HookHostOptions
  readonly #label: string
  readonly #questions = new Map<number, Question>()
  #thread: HookThread | null = null
  #isReady = false
  #overdue = 0
  #nextId = 0
  #ends = 0
  #startedAt = 0
  #complainedAt = -Infinity
  #cancelRestart: () => void = () => undefined
  #isStopping = false

  private constructor(options: HookHostOptions) {
    this.name = options.id.name
    this.#options = { ...options, log: options.log.child({ hook: hookLabel(options.id) }) }
    this.#label = hookLabel(options.id)
  }

  /** @throws when the module does not load, or not in time */
  static async start(options: HookHostOptions): Promise<HookHost> {
    const host = new HookHost(options)
    const first = Promise.withResolvers<undefined>()
    host.#startThread(first)
    await first.promise.catch(async (error: unknown) => {
      await host.stop()
      throw error
    })
    return host
  }

  ask(method: string, args: unknown, limitMs: number): Promise<HookAnswer> {
    const began = performance.now()
    return new Promise(resolve => {
      const settle = (answer: HookAnswer) => {
        const took = (performance.now() - began) / 1000
        this.#options.observe.asked(this.#label, answer.missing ?? 'answered', took)
        if (answer.missing !== null) this.#complain({ missing: answer.missing }, 'a hook gave no answer')
        resolve(answer)
      }
      // One that keeps everybody waiting would cost its limit every time.
      if (!this.#isReady || this.#overdue > 0) {
        settle({ answer: null, missing: 'not-asked' })
        return
      }
      const id = this.#nextId++
      // An answer may have come while this process was too busy to look: it is looked for once more before it is too late.
      const calledOff = systemClock.after(limitMs, () => systemClock.soon(() => this.#giveUp(id)))
      this.#questions.set(id, { settle, calledOff, isGivenUp: false })
      this.#thread!.ask({
        id,
        method,
        args,
        until: Date.now() + limitMs - Math.min(limitMs / 10, MAX_WAY_MS)
      })
    })
  }

  /** Ends the thread; what is asked after that is not answered. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#isReady = false
    this.#cancelRestart()
    await this.#thread?.end('stopping')
  }

  #startThread(first: PromiseWithResolvers<undefined> | null): void {
    const { id, module, memoryMb, log } = this.#options
    let refusal = 'cannot be loaded: its thread has ended'
    const thread = new HookThread(
      { module, hook: id },
      memoryMb,
      {
        told: told => {
          if (told.type === 'ready') {
            tooLate()
            this.#isReady = true
            this.#startedAt = performance.now()
            first?.resolve(undefined)
          } else if (told.type === 'refused') {
            refusal = told.reason
            void thread.end(told.reason)
          } else this.#settle(told)
        },
        ended: reason => {
          tooLate()
          first?.reject(new Error(refusal))
          this.#ended(reason)
        }
      },
      log
    )
    const tooLate = systemClock.after(LOAD_MS, () => {
      refusal = `cannot be loaded: it takes longer than ${LOAD_MS} ms`
      void thread.end(refusal)
    })
    this.#thread = thread
  }

  #settle(told: Extract<Told, { id: number }>): void {
    const question = this.#questions.get(told.id)
    if (question === undefined) return
    this.#questions.delete(told.id)
    question.calledOff()
    if (question.isGivenUp) {
      this.#overdue--
      return
    }
    if (told.type === 'failed') {
      if (told.reason !== 'late') this.#complain({ reason: told.reason }, 'a hook failed')
      question.settle({ answer: null, missing: told.reason === 'late' ? 'late' : 'failed' })
      return
    }
    const answer = parsed(told.json)
    question.settle(answer === undefined ? { answer: null, missing: 'failed' } : { answer, missing: null })
  }

  #giveUp(id: number): void {
    const question = this.#questions.get(id)
    if (question === undefined) return
    question.settle({ answer: null, missing: 'late' })
    const thread = this.#thread
    const calledOff = systemClock.after(SILENCE_MS, () => void thread?.end('it does not answer'))
    this.#questions.set(id, { ...question, calledOff, isGivenUp: true })
    this.#overdue++
  }

  #ended(reason: string): void {
    this.#isReady = false
    this.#thread = null
    this.#overdue = 0
    const questions = [...this.#questions.values()]
    this.#questions.clear()
    for (const { settle, calledOff, isGivenUp } of questions) {
      calledOff()
      if (!isGivenUp) settle({ answer: null, missing: 'died' })
    }
    if (this.#isStopping) return
    if (performance.now() - this.#startedAt > FORGIVEN_AFTER_MS) this.#ends = 0
    const pause_ms = Math.min(PAUSE_MIN_MS * 2 ** this.#ends++, PAUSE_MAX_MS)
    this.#options.log.error({ reason, pause_ms }, 'the thread of a hook has ended and is started anew')
    this.#cancelRestart = systemClock.after(pause_ms, () => {
      this.#options.observe.restarted(this.#label)
      this.#startThread(null)
    })
  }

  #complain(details: object, message: string): void {
    const now = performance.now()
    if (this.#isStopping || now - this.#complainedAt < COMPLAIN_EVERY_MS) return
    this.#complainedAt = now
    this.#options.log.warn(details, message)
  }
}

/** Undefined where it is no JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
