import { randomBytes } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { RoutingPolicy } from '../../domain/routing/policy.ts'
import type { Period } from './replay-routing.ts'
import type { RoutingReport } from './tally.ts'
import type { ThreadData, Told } from './thread.ts'

/** A replay, as it stands. Times are epoch milliseconds. */
export interface RoutingReplay {
  readonly id: string
  readonly status: 'running' | 'done' | 'failed'
  /** Id of the policy. */
  readonly policy: string
  readonly period: Period
  readonly startedAt: number
  readonly endedAt: number | null
  /** Part of the log that was read, 0 to 1. */
  readonly progress: number
  /** Once it is done. */
  readonly report: RoutingReport | null
  /** Why it failed. */
  readonly trouble: string | null
}

/** Replays that a process runs at a time: each keeps a core busy. */
const MOST_RUNNING = 2
/** Replays that a process remembers, the last ones. */
const MOST_KEPT = 50
/** Milliseconds for which one that has ended is remembered. */
const KEPT_MS = 60 * 60 * 1000
/** Milliseconds after which one is given up. */
const LIMIT_MS = 30 * 60 * 1000
/** Of the heap of one thread: it holds some ten thousand events at a time, and the choices whose outcome is open. */
const HEAP_MB = 1024

/** Replays that run in threads of this process. They live and end with it: whoever lost one starts it again. */
export class RoutingReplays {
  readonly #source: Omit<ThreadData, 'policy' | 'period'>
  readonly #now: () => number
  readonly #replays = new Map<string, RoutingReplay>()
  readonly #threads = new Map<string, { worker: Worker; limit: NodeJS.Timeout }>()

  constructor(source: Omit<ThreadData, 'policy' | 'period'>, now: () => number = Date.now) {
    this.#source = source
    this.#now = now
  }

  /** @returns its id, or null when as many run as may */
  start(policy: RoutingPolicy & { readonly id: string }, period: Period): string | null {
    if (this.#threads.size >= MOST_RUNNING) return null
    this.#forgetOld()
    const id = `rr_${randomBytes(16).toString('hex')}`
    this.#replays.set(id, {
      ...{ id, status: 'running', policy: policy.id, period, startedAt: this.#now(), endedAt: null },
      ...{ progress: 0, report: null, trouble: null }
    })
    const data: ThreadData = { ...this.#source, policy, period }
    const worker = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: data,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB }
    })
    const limit = setTimeout(() => this.#end(id, { trouble: 'it took longer than half an hour' }), LIMIT_MS)
    this.#threads.set(id, { worker, limit: limit.unref() })
    worker.on('message', (told: Told) => this.#take(id, told))
    worker.on('error', (error: Error) => this.#end(id, { trouble: error.message }))
    worker.on('exit', () => this.#end(id, { trouble: 'its thread ended' }))
    worker.unref()
    return id
  }

  find(id: string): RoutingReplay | undefined {
    this.#forgetOld()
    return this.#replays.get(id)
  }

  /** Ends it where it runs, and forgets it; false when there is none. */
  cancel(id: string): boolean {
    this.#forgetOld()
    this.#stopThread(id)
    return this.#replays.delete(id)
  }

  stop(): void {
    for (const id of [...this.#threads.keys()]) this.cancel(id)
  }

  #take(id: string, told: Told): void {
    const replay = this.#replays.get(id)
    if (replay?.status !== 'running') return
    if (told.type === 'report') this.#end(id, { report: told.report })
    else this.#replays.set(id, { ...replay, progress: told.total === 0 ? 1 : told.done / told.total })
  }

  /** The first end of a replay counts. */
  #end(id: string, end: { report: RoutingReport } | { trouble: string }): void {
    const replay = this.#replays.get(id)
    this.#stopThread(id)
    if (replay?.status !== 'running') return
    const endedAt = this.#now()
    this.#replays.set(
      id,
      'report' in end
        ? { ...replay, ...end, status: 'done', progress: 1, endedAt }
        : { ...replay, ...end, status: 'failed', endedAt }
    )
  }

  #stopThread(id: string): void {
    const thread = this.#threads.get(id)
    if (thread === undefined) return
    this.#threads.delete(id)
    clearTimeout(thread.limit)
    void thread.worker.terminate()
  }

  #forgetOld(): void {
    const ended = [...this.#replays.values()].filter(({ status }) => status !== 'running')
    const excess = this.#replays.size - MOST_KEPT
    for (const [i, { id, endedAt }] of ended.entries()) {
      if (i <= excess || endedAt! < this.#now() - KEPT_MS) this.#replays.delete(id)
    }
  }
}
