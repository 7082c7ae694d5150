import type { Logger } from 'pino'

const INTERVAL_MS = 2_000
/** Milliseconds without an answer after which a service counts as out of reach. */
const PATIENCE_MS = 3_000

/** Asks a service now and then whether it answers, for the readiness of who needs it. */
export class Probe {
  readonly #service: string
  readonly #ask: () => Promise<unknown>
  readonly #log: Logger
  readonly #stopping = new AbortController()
  #trouble: string | null = null

  private constructor(service: string, ask: () => Promise<unknown>, log: Logger) {
    this.#service = service
    this.#ask = ask
    this.#log = log
  }

  static start(service: string, ask: () => Promise<unknown>, log: Logger): Probe {
    const probe = new Probe(service, ask, log)
    void probe.#run()
    return probe
  }

  /** Null while the service answers. */
  get trouble(): string | null {
    return this.#trouble
  }

  stop(): void {
    this.#stopping.abort()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const impatient = setTimeout(() => this.#note(`${this.#service} does not answer`), PATIENCE_MS)
      try {
        await this.#ask()
        this.#note(null)
      } catch (error) {
        this.#note(`${this.#service} cannot be reached`, error)
      } finally {
        clearTimeout(impatient)
      }
      await pause(signal)
    }
  }

  #note(trouble: string | null, error?: unknown): void {
    if (trouble === this.#trouble || this.#stopping.signal.aborted) return
    this.#trouble = trouble
    if (trouble === null) this.#log.info(`${this.#service} answers again`)
    else this.#log.warn({ error }, trouble)
  }
}

/** Ends early, and keeps no process alive. */
function pause(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => {
    const timer = setTimeout(end, INTERVAL_MS).unref()
    signal.addEventListener('abort', end)
    function end() {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
  })
}
