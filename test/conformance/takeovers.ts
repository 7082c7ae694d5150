import { join } from 'node:path'
import { runJest, tallyOf } from '../../dev/jest.ts'
import type { StackRun } from '../../dev/on-stack.ts'

const root = join(import.meta.dirname, '..', '..')

/**
 * Runs the test of take-overs right after commits as many times as are asked for.
 * @returns whether nothing was lost or doubled
 */
export async function takeOver({ stack, dataDir, stop }: StackRun, count: number): Promise<boolean> {
  const args = ['test/integration/races/takeover', '--testNamePattern', '^R3 ']
  const env = { AEGISPAY_TEST_TAKEOVERS: String(count) }
  const { failed } = tallyOf(await runJest({ root, args, stack, dataDir, stop, env }))
  return failed === 0
}
