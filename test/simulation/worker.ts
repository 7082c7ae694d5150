// Runs its share of seeds, and says what came of them.
import { simulatedCodec } from './schemas.ts'
import type { Share } from './seeds.ts'
import { simulate, type SimulationResult } from './simulation.ts'

process.once('message', message => {
  void runAll(message as Share).then(results => process.send!(results))
})
process.once('disconnect', () => process.exit())

async function runAll({ from, below, every }: Share): Promise<SimulationResult[]> {
  const codec = await simulatedCodec()
  const results: SimulationResult[] = []
  for (let seed = from; seed < below; seed += every) results.push(await simulate(seed, codec))
  return results
}
