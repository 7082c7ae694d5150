import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isRunning, startOf, type Identity } from '../process-table.js'
import { untilAnswers } from './answers.ts'
import { StackError } from './stack-error.ts'

export interface ProcessSpec {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** Runs as another user, where PostgreSQL refuses to run as root. */
  readonly as?: { readonly uid: number; readonly gid: number } | undefined
  /** Asks for an orderly end; SIGTERM unless said otherwise. */
  readonly stopSignal?: NodeJS.Signals
  readonly stopWithin_ms?: number
}

export interface Running {
  readonly name: string
  /** The file that takes its output. */
  readonly log: string
  /** How it ended, such as "exit 1" or "SIGKILL". */
  readonly ended: Promise<string>
  /** Waits for the probe; an end before that is a StackError with the tail of the log. */
  readonly untilReady: (probe: () => Promise<void>, within_ms: number) => Promise<void>
  /** Asks it to end, and ends it hard when it does not in time. */
  readonly end: () => Promise<void>
}

interface Recorded extends Identity {
  readonly name: string
  readonly stopSignal: NodeJS.Signals
  readonly stopWithin_ms: number
}

/** Who uses whom: each of these ends before what it needs. Names that are not listed (tools) end first. */
const stopOrder = ['service', 'sandbox', 'registry', 'kafka', 'redis', 'postgres']

/**
 * The processes that run for one data folder. Each is written down, with the moment it started, as soon as it exists,
 * so that after a `kill -9` the next run still knows what was left running and can end exactly that.
 */
export class Processes {
  readonly #logs: string
  readonly #file: string
  #recorded: readonly Recorded[]
  /** Of the processes that this one started, by process id. */
  readonly #exits = new Map<number, Promise<string>>()
  #isClosed = false

  /** Takes over whatever an earlier run recorded: {@link end} is then what cleans up after it. */
  constructor(dataDir: string) {
    this.#logs = join(dataDir, 'logs')
    this.#file = join(dataDir, 'run.json')
    this.#recorded = existsSync(this.#file)
      ? (JSON.parse(readFileSync(this.#file, 'utf8')) as Recorded[])
      : []
    mkdirSync(this.#logs, { recursive: true, mode: 0o700 })
  }

  /** The names of the recorded processes that still run. */
  running(): string[] {
    return this.#recorded.filter(isRunning).map(process => process.name)
  }

  /** The process id of the one with the name, if it runs. */
  pidOf(name: string): number | undefined {
    return this.#recorded.find(process => process.name === name && isRunning(process))?.pid
  }

  /**
   * Starts a process that lives on until {@link end}, in a process group of its own, so that a terminal's Ctrl-C does
   * not reach it.
   *
   * @throws StackError after {@link end}: a start that is interrupted must not go on behind its back
   */
  start(spec: ProcessSpec): Running {
    if (this.#isClosed) throw new StackError(`interrupted before ${spec.name} was started`)
    const log = join(this.#logs, `${spec.name}.log`)
    if (existsSync(log)) renameSync(log, join(this.#logs, `${spec.name}.previous.log`))
    const output = openSync(log, 'a', 0o600)
    const child = spawn(spec.command, spec.args, {
      detached: true,
      stdio: ['ignore', output, output],
      env: { ...process.env, ...spec.env },
      ...(spec.cwd && { cwd: spec.cwd }),
      ...spec.as
    })
    closeSync(output)
    const pid = child.pid
    const startedAt = pid === undefined ? undefined : startOf(pid)
    if (pid !== undefined && startedAt !== undefined) {
      const { stopSignal = 'SIGTERM', stopWithin_ms = 10_000 } = spec
      this.#record([...this.#recorded, { name: spec.name, pid, startedAt, stopSignal, stopWithin_ms }])
    }

    let end: string | undefined
    const ended = new Promise<string>(resolve => {
      child.once('error', error => resolve((end = error.message)))
      child.once('exit', (code, signal) => {
        this.#record(this.#recorded.filter(other => other.pid !== pid))
        resolve((end = signal ?? `exit ${code ?? 0}`))
      })
    })
    if (pid !== undefined) this.#exits.set(pid, ended)
    return {
      name: spec.name,
      log,
      ended,
      untilReady: (probe, within_ms) =>
        untilAnswers(`${spec.name} (log: ${log})`, probe, within_ms, () =>
          end === undefined ? undefined : `${spec.name} ended before it was ready (${end})\n${tailOf(log)}`
        ),
      end: async () => {
        const recorded = this.#recorded.find(other => other.pid === pid)
        if (recorded !== undefined) await endProcess(recorded, recorded.stopSignal)
      }
    }
  }

  /**
   * Runs a tool to its end.
   *
   * @returns what it wrote to standard output and standard error
   * @throws StackError when it does not end with exit code 0
   */
  async run(spec: ProcessSpec): Promise<string> {
    const { ended, log } = this.start(spec)
    const end = await ended
    if (end !== 'exit 0') throw new StackError(`${spec.name} failed (${end})\n${tailOf(log)}`)
    return readFileSync(log, 'utf8')
  }

  /** Ends what runs, one after the other and in good order, or all at once and hard; nothing can be started after it. */
  async end({ hard = false } = {}): Promise<void> {
    this.#isClosed = true
    const rank = (process: Recorded) => stopOrder.indexOf(process.name)
    const inOrder = this.#recorded.toSorted((a, b) => rank(a) - rank(b))
    if (hard) await Promise.all(inOrder.map(process => endProcess(process, 'SIGKILL')))
    else for (const process of inOrder) await endProcess(process, process.stopSignal)
    // A child is gone before its exit is told, and what that writes must not come after this.
    const gone = inOrder.filter(process => !isRunning(process))
    await Promise.all(gone.flatMap(({ pid }) => this.#exits.get(pid) ?? []))
    this.#record(this.#recorded.filter(isRunning))
  }

  #record(processes: readonly Recorded[]): void {
    this.#recorded = processes
    writeFileSync(`${this.#file}.new`, JSON.stringify(processes, null, 2))
    renameSync(`${this.#file}.new`, this.#file)
  }
}

/** The last lines of a log, indented under the file's path. */
export function tailOf(log: string, lines = 15): string {
  const tail = readFileSync(log, 'utf8').trimEnd().split('\n').slice(-lines)
  return [`last lines of ${log}:`, ...tail.map(line => `  | ${line}`)].join('\n')
}

async function endProcess(recorded: Recorded, signal: NodeJS.Signals): Promise<void> {
  const stages = [
    { signal, within_ms: recorded.stopWithin_ms },
    { signal: 'SIGKILL' as const, within_ms: 5_000 }
  ]
  for (const stage of stages) {
    // Looked at each time: between two signals the pid may have become another process's.
    if (!isRunning(recorded)) return
    // The group goes too when it goes hard: a tool's own children would be left behind.
    sendSignal(stage.signal === 'SIGKILL' ? -recorded.pid : recorded.pid, stage.signal)
    const deadline = performance.now() + stage.within_ms
    while (isRunning(recorded) && performance.now() < deadline) await delay(20)
  }
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, constants.signals[signal])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
