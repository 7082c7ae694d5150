import { Worker } from 'node:worker_threads'
import type { Logger } from 'pino'
import { foreignEnvironment } from '../platform/config/foreign-environment.ts'
import { MAX_ANSWER_LENGTH, type Ask, type ThreadData, type Told } from './messages.ts'

const MB = 1024 * 1024
/** Milliseconds between two looks at what buffers take, which no limit of the heap counts. */
const LOOK_INTERVAL_MS = 2000
/** Characters of what a hook prints at a time that are logged. */
const MAX_PRINTED = 1000

export interface HookThreadListener {
  readonly told: (told: Told) => void
  /** The thread is no more. Called once. */
  readonly ended: (reason: string) => void
}

/** A thread in which a module of the user's runs, within a bounded memory. It can be ended whatever it is doing. */
export class HookThread {
  readonly #worker: Worker
  readonly #exited: Promise<unknown>
  #reason = 'it ended by itself'

  constructor(data: ThreadData, memoryMb: number, listener: HookThreadListener, log: Logger) {
    this.#worker = new Worker(new URL('./thread/main.ts', import.meta.url), {
      workerData: data,
      env: foreignEnvironment(),
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb }
    })
    for (const stream of [this.#worker.stdout, this.#worker.stderr])
      stream.on('data', (chunk: Buffer) => {
        log.info({ printed: chunk.toString().slice(0, MAX_PRINTED).trimEnd() }, 'a hook printed')
      })
    this.#worker.on('message', (message: unknown) => {
      if (isTold(message)) listener.told(message)
    })
    // What the module throws outside of a call, and the end of its memory.
    this.#worker.on('error', (error: Error & { code?: string }) => {
      this.#reason = error.code ?? error.name
    })
    const looking = setInterval(() => void this.#look(memoryMb), LOOK_INTERVAL_MS).unref()
    this.#exited = new Promise(resolve =>
      this.#worker.once('exit', () => {
        clearInterval(looking)
        listener.ended(this.#reason)
        resolve(undefined)
      })
    )
    this.#worker.unref()
  }

  ask(ask: Ask): void {
    this.#worker.postMessage(ask)
  }

  /** Ends it in the middle of whatever it does, an endless loop included. */
  async end(reason: string): Promise<void> {
    this.#reason = reason
    await this.#worker.terminate()
    await this.#exited
  }

  async #look(memoryMb: number): Promise<void> {
    // Rejects when the thread ends meanwhile.
    const heap = await this.#worker.getHeapStatistics().catch(() => null)
    if (heap !== null && heap.external_memory > memoryMb * MB)
      await this.end('its buffers take too much memory')
  }
}

/** The hook may post messages of its own. */
function isTold(message: unknown): message is Told {
  if (typeof message !== 'object' || message === null) return false
  const { type, id, json, reason, manifest } = message as Record<string, unknown>
  switch (type) {
    case 'ready':
      return manifest === null || typeof manifest === 'string'
    case 'refused':
      return typeof reason === 'string'
    case 'answer':
      return typeof id === 'number' && typeof json === 'string' && json.length <= MAX_ANSWER_LENGTH
    case 'failed':
      return typeof id === 'number' && typeof reason === 'string'
    default:
      return false
  }
}
