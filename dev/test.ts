// `npm test [-- jest arguments]`: the tests on one stack that lives as long as the run, and the checks in what time the tests
// leave the processors. With arguments, such as a path, the checks are left out.
import { join } from 'node:path'
import { runChecks } from './checks.ts'
import { buildConsole } from './console.ts'
import { runJest, tallyOf, type Tally } from './jest.ts'
import { onDisposableStack } from './on-stack.ts'
import { StackError } from './stack/stack-error.ts'

const root = join(import.meta.dirname, '..')

const jestArgs = process.argv.slice(2)
const [failedChecks, { passed, failed, skipped }] = await Promise.all([
  jestArgs.length === 0 ? runChecks('tests') : 0,
  runTests(jestArgs)
])
const allFailed = failed + failedChecks
console.log(`${passed} passed, ${allFailed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(allFailed > 0 ? 1 : 0)

async function runTests(args: readonly string[]): Promise<Tally> {
  try {
    await buildConsole()
    return await onDisposableStack('aegispay-test-', async ({ stack, dataDir, stop }) =>
      tallyOf(await runJest({ root, args, stack, dataDir, stop }))
    )
  } catch (error) {
    console.error(error instanceof StackError ? error.message : error)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
