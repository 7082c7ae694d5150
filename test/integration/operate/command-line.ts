// `aegispay`, as an operator runs it.
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { within } from '../../../src/platform/within.ts'
import { processEnv } from '../process-env.ts'

/** Milliseconds, far beyond what a command takes, so that one that hangs is told from a test that is slow. */
const END_MS = 90_000

const root = join(import.meta.dirname, '..', '..', '..')

export interface Ended {
  /** Null when it was killed. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command to its end, with no terminal. */
export const aegispay = (settings: Readonly<Record<string, string>>, ...args: string[]): Promise<Ended> =>
  begin(settings, ...args).ended

/** A command that is under way. */
export interface Begun {
  /** Kills it without warning. */
  readonly kill: () => void
  /** As Ctrl-C does. */
  readonly interrupt: () => void
  readonly ended: Promise<Ended>
}

export function begin(settings: Readonly<Record<string, string>>, ...args: string[]): Begun {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', 'src/cli.ts', ...args], {
    cwd: root,
    env: processEnv(settings),
    stdio: ['ignore', 'pipe', 'pipe']
  })
  return {
    kill: () => child.kill('SIGKILL'),
    interrupt: () => child.kill('SIGINT'),
    ended: endOf(child)
  }
}

async function endOf(child: ChildProcessByStdio<null, Readable, Readable>): Promise<Ended> {
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
  const closed = once(child, 'close') as Promise<[number | null]>
  try {
    const [code] = await within(END_MS, closed)
    return { code, ...output }
  } catch (error) {
    child.kill('SIGKILL')
    const { stdout, stderr } = output
    const command = child.spawnargs.slice(3).join(' ')
    throw new Error(`${command} has not ended after ${END_MS} ms:\n${stdout}${stderr}`, { cause: error })
  }
}

/** What was told with `--json`, a document a line. */
export const documents = <T>({ stdout }: Ended): T[] =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as T)
