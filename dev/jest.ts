import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { giveWay } from './give-way.ts'
import type { Stack } from './stack/stack.ts'

export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export interface JestRun {
  /** The folder whose tests run: the repository, or a copy of it. */
  readonly root: string
  readonly args: readonly string[]
  readonly stack: Stack
  /** The stack's data folder, where the results go as well. */
  readonly dataDir: string
  readonly stop: AbortSignal
  /** What the tests say while they run is kept back unless asked for. */
  readonly output?: 'inherit' | 'ignore'
  readonly env?: Readonly<Record<string, string>>
  /** Whether it leaves the processors to whatever else runs, and so may take its time. */
  readonly isPatient?: boolean
}

/** Milliseconds that a test may take which leaves the processors to others. */
const PATIENT_TIMEOUT_MS = 600_000

/** What one run of tests came to, as jest reports it. */
export interface JestResults extends Record<
  'numPassedTests' | 'numFailedTests' | 'numRuntimeErrorTestSuites' | 'numPendingTests' | 'numTodoTests',
  number
> {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly status: string
      readonly duration?: number | null
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

/** Runs tests on a stack. Null where they ended without results. */
export async function runJest(run: JestRun): Promise<{ code: number; results: JestResults | null }> {
  const { root, args, stack, dataDir, stop, output = 'inherit', env, isPatient = false } = run
  const pace = isPatient ? ['--maxWorkers=1', `--testTimeout=${PATIENT_TIMEOUT_MS}`] : ['--maxWorkers=2']
  const addresses = {
    kafkaBrokers: stack.kafka.brokers,
    schemaRegistry: stack.schemaRegistry,
    postgres: stack.postgres,
    redis: stack.redis,
    kafkaLogs: stack.provider === 'local' ? join(dataDir, 'kafka', 'logs') : null
  }
  const results = join(dataDir, `jest-${++runs}.json`)
  const child = spawn(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      ...['--import', join(root, 'dev', 'end-with-launcher.js')],
      join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...[...pace, '--json', `--outputFile=${results}`, ...args]
    ],
    {
      cwd: root,
      env: {
        ...process.env,
        ...env,
        NODE_COMPILE_CACHE: join(dataDir, 'compiled'),
        AEGISPAY_TEST_STACK: JSON.stringify(addresses),
        AEGISPAY_LAUNCHER_PID: String(process.pid)
      },
      // The channel lets jest notice the end of this process.
      stdio: ['inherit', output, output, 'ipc']
    }
  )
  if (isPatient) giveWay(child)
  stop.addEventListener('abort', () => child.kill('SIGTERM'))
  const code = await new Promise<number>(resolve => child.once('exit', code => resolve(code ?? 1)))
  return {
    code,
    results: existsSync(results) ? (JSON.parse(readFileSync(results, 'utf8')) as JestResults) : null
  }
}

let runs = 0

/** A suite that does not load has no tests to fail, and counts as one. */
export function tallyOf({ code, results }: Awaited<ReturnType<typeof runJest>>): Tally {
  const tally = {
    passed: results?.numPassedTests ?? 0,
    failed: (results?.numFailedTests ?? 0) + (results?.numRuntimeErrorTestSuites ?? 0),
    skipped: (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0)
  }
  // A run that fails with no failed test, such as one that finds none or is interrupted, is not a passed one.
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally
}
