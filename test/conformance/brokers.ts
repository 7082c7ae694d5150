import { join } from 'node:path'
import { runJest, tallyOf } from '../../dev/jest.ts'
import type { StackRun } from '../../dev/on-stack.ts'

const root = join(import.meta.dirname, '..', '..')

/**
 * Runs what needs several brokers.
 * @returns whether nothing was lost or doubled
 */
export async function disturbBrokers({ stack, dataDir, stop }: StackRun): Promise<boolean> {
  const args = ['--testMatch', '**/three-brokers.check.ts', '--verbose', '--forceExit']
  const { failed } = tallyOf(await runJest({ root, args, stack, dataDir, stop }))
  return failed === 0
}
