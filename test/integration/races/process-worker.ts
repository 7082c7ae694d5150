import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { finallyStop, until } from '../core/counting.ts'
import type { CountingProcessOptions, Said } from './counting-process.ts'

/** A counting processor in a process of its own. */
export class ProcessWorker {
  readonly said: Said[] = []
  readonly #errors: string[] = []
  readonly #signal: (signal: NodeJS.Signals) => void
  readonly #ended: Promise<unknown>

  private constructor(options: CountingProcessOptions) {
    const program = join(import.meta.dirname, 'counting-process.ts')
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', program, JSON.stringify(options)],
      { stdio: ['ignore', 'pipe', 'pipe'] }
    )
    createInterface(child.stdout).on('line', line => this.said.push(JSON.parse(line) as Said))
    createInterface(child.stderr).on('line', line => this.#errors.push(line))
    this.#signal = signal => void child.kill(signal)
    this.#ended = once(child, 'exit')
  }

  static start(options: CountingProcessOptions): ProcessWorker {
    const worker = new ProcessWorker(options)
    finallyStop(() => worker.kill())
    return worker
  }

  /** How often it has said so. */
  count(event: Said['event']): number {
    return this.said.filter(said => said.event === event).length
  }

  /** Waits until it has said so more often than it had. @throws with what it wrote to standard error */
  async untilMore(event: Said['event'], than: number): Promise<void> {
    await until(() => this.count(event) > than).catch((error: unknown) => {
      throw new Error([String(error), ...this.#errors].join('\n'))
    })
  }

  freeze(): void {
    this.#signal('SIGSTOP')
  }

  thaw(): void {
    this.#signal('SIGCONT')
  }

  async kill(): Promise<void> {
    this.#signal('SIGKILL')
    await this.#ended
  }
}
