import { expect, test } from '@jest/globals'
import { simulatedCodec } from './schemas.ts'
import { failuresIn, runSeeds } from './seeds.ts'
import { simulate } from './simulation.ts'

const SEEDS = 2_000
const PROCESSES = 2
/** For what hangs. On the machine of docs/simulation.md all seeds take less than a minute. */
const LIMIT_MS = 10 * 60_000

test(
  'no fault of 2,000 seeds breaks a rule',
  async () => {
    const results = await runSeeds(1, SEEDS, PROCESSES)
    expect(failuresIn(results)).toEqual([])
    // Else the rules would hold for want of anything that happens.
    expect(results.filter(({ movements }) => movements > 0).length).toBeGreaterThan(SEEDS / 2)
  },
  LIMIT_MS
)

test('a seed runs alike whenever it is run, in whatever process', async () => {
  const codec = await simulatedCodec()
  const elsewhere = await runSeeds(1, 10, 1)
  for (const { seed, traceHash } of elsewhere) {
    const traces: string[][] = [[], []]
    const here = await simulate(seed, codec, line => traces[0]!.push(line))
    const again = await simulate(seed, codec, line => traces[1]!.push(line))
    expect(traces[1]).toEqual(traces[0])
    expect([here.traceHash, again.traceHash]).toEqual([traceHash, traceHash])
  }
})
