import { join } from 'node:path'
import { runJest, tallyOf } from '../../dev/jest.ts'
import type { StackRun } from '../../dev/on-stack.ts'

const root = join(import.meta.dirname, '..', '..')

/**
 * Runs the test of payments that go on from gateway to gateway with as many payments as are asked for.
 * @returns whether nobody was charged twice
 */
export async function failOver({ stack, dataDir, stop }: StackRun, count: number): Promise<boolean> {
  const env = { AEGISPAY_TEST_PAYMENTS: String(count) }
  const { failed } = tallyOf(
    await runJest({ root, args: ['test/integration/gateway/failover'], stack, dataDir, stop, env })
  )
  return failed === 0
}
