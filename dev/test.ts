// `npm test [-- jest arguments]`: the checks, then all tests on one stack that lives as long as the run. With arguments,
// such as a path, the checks are left out.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChecks } from './checks.ts'
import { StackError } from './stack/stack-error.ts'
import { startStack } from './stack/start-stack.ts'
import { temporaryDataDir } from './temporary.ts'

interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const root = join(import.meta.dirname, '..')

const jestArgs = process.argv.slice(2)
const failedChecks = jestArgs.length === 0 ? await runChecks() : 0
const { passed, failed, skipped } = await runTests(jestArgs)
const allFailed = failed + failedChecks
console.log(`${passed} passed, ${allFailed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(allFailed > 0 ? 1 : 0)

async function runTests(args: readonly string[]): Promise<Tally> {
  const { dataDir, processes, remove } = await temporaryDataDir('aegispay-test-')
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => stopping.abort(signal))

  const starting = startStack({ dataDir, processes, log: line => console.log(`  ${line}`), disposable: true })
  // Interrupted while it starts, the stack fails to, since what it starts is ended.
  stopping.signal.addEventListener('abort', () => void processes.end({ hard: true }))
  try {
    const stack = await starting
    const addresses = {
      kafkaBrokers: stack.kafka.brokers,
      schemaRegistry: stack.schemaRegistry,
      postgres: stack.postgres,
      redis: stack.redis,
      kafkaLogs: stack.provider === 'local' ? join(dataDir, 'kafka', 'logs') : null
    }
    try {
      return await jest(args, JSON.stringify(addresses), join(dataDir, 'jest.json'), stopping.signal)
    } finally {
      await stack.stop()
    }
  } catch (error) {
    console.error(error instanceof StackError ? error.message : error)
    return { passed: 0, failed: 1, skipped: 0 }
  } finally {
    await remove()
  }
}

async function jest(
  args: readonly string[],
  stack: string,
  results: string,
  stop: AbortSignal
): Promise<Tally> {
  const child = spawn(
    process.execPath,
    [
      ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
      ...['--import', join(root, 'dev', 'end-with-launcher.js')],
      join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
      ...['--maxWorkers=2', '--json', `--outputFile=${results}`, ...args]
    ],
    {
      cwd: root,
      env: { ...process.env, AEGISPAY_TEST_STACK: stack, AEGISPAY_LAUNCHER_PID: String(process.pid) },
      // The channel lets jest notice the end of this process.
      stdio: ['inherit', 'inherit', 'inherit', 'ipc']
    }
  )
  stop.addEventListener('abort', () => child.kill('SIGTERM'))
  const code = await new Promise<number>(resolve => child.once('exit', code => resolve(code ?? 1)))
  const tally = existsSync(results)
    ? tallyOf(readFileSync(results, 'utf8'))
    : { passed: 0, failed: 0, skipped: 0 }
  // A run that fails with no failed test, such as one that finds none or is interrupted, is not a passed one.
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally
}

/** A suite that does not load has no tests to fail, and counts as one. */
function tallyOf(results: string): Tally {
  const jest = JSON.parse(results) as Record<
    'numPassedTests' | 'numFailedTests' | 'numRuntimeErrorTestSuites' | 'numPendingTests' | 'numTodoTests',
    number
  >
  return {
    passed: jest.numPassedTests,
    failed: jest.numFailedTests + jest.numRuntimeErrorTestSuites,
    skipped: jest.numPendingTests + jest.numTodoTests
  }
}
