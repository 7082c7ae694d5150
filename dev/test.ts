// `npm test [-- jest arguments]`: the tests on one stack that lives as long as the run, and in what time they leave the processors
// the checks, and the tests that do nothing but reckon. With arguments, such as a path, one run has the tests asked for, and the
// checks are left out.
import { join } from 'node:path'
import { runChecks } from './checks.ts'
import { buildConsole } from './console.ts'
import { runJest, tallyOf, type Tally } from './jest.ts'
import { onDisposableStack } from './on-stack.ts'
import { StackError } from './stack/stack-error.ts'

const root = join(import.meta.dirname, '..')

/** What waits for nobody, and takes long. */
const RECKONING = [
  'test/simulation/',
  'test/unit/domain/',
  'test/unit/replay/routing/',
  'test/unit/dev/routing-simulation'
]

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
    return await onDisposableStack('aegispay-test-', async ({ stack, dataDir, stop }) => {
      const run = { root, stack, dataDir, stop }
      const runs =
        args.length > 0
          ? [{ ...run, args }]
          : [
              { ...run, args: ['--testPathIgnorePatterns', ...RECKONING] },
              { ...run, args: RECKONING, isPatient: true }
            ]
      const tallies = await Promise.all(runs.map(async one => tallyOf(await runJest(one))))
      return tallies.reduce((all, { passed, failed, skipped }) => ({
        passed: all.passed + passed,
        failed: all.failed + failed,
        skipped: all.skipped + skipped
      }))
    })
  } catch (error) {
    console.error(error instanceof StackError ? error.message : error)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}
