// `npm run simulate`: the whole product under faults, one seed after the other. See simulation.ts.
import { Command, InvalidArgumentError } from 'commander'
import { randomInt } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { simulatedCodec } from './schemas.ts'
import { failuresIn, runSeeds } from './seeds.ts'
import { simulate, type SimulationResult } from './simulation.ts'

interface Options {
  readonly seeds: number
  readonly seed?: number
  readonly trace?: boolean
}

const GREATEST_DRAWN_SEED = 1_000_000_000

const program = new Command('npm run simulate --')
  .description(
    'Runs the product on simulated brokers, databases and gateways, with faults that a seed decides.'
  )
  .option('--seeds <number>', 'how many', atLeast(1), 1)
  .option('--seed <number>', 'the first of them; drawn unless given', atLeast(0))
  .option('--trace', 'says what happens, line by line')
  .action(run)

await program.parseAsync()

async function run({ seeds, seed = randomInt(GREATEST_DRAWN_SEED), trace = false }: Options): Promise<void> {
  const began = performance.now()
  const results = trace ? await traceSeeds(seed, seeds) : await runSeeds(seed, seeds, availableParallelism())
  const failures = failuresIn(results)
  for (const failure of failures) console.log(failure)
  const sum = (of: 'events' | 'movements' | 'steps') =>
    results.reduce((total, result) => total + result[of], 0)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(
    `${seeds} seeds from ${seed}: ${failures.length} fail; ${sum('events')} events, ` +
      `${sum('movements')} movements of money, ${sum('steps')} steps, ${seconds} s`
  )
  if (failures.length > 0) process.exitCode = 1
}

async function traceSeeds(from: number, count: number): Promise<SimulationResult[]> {
  const codec = await simulatedCodec()
  const results: SimulationResult[] = []
  for (let seed = from; seed < from + count; seed++) {
    const result = await simulate(seed, codec, line => console.log(line))
    console.log(`seed ${seed} has the trace ${result.traceHash}`)
    results.push(result)
  }
  return results
}

function atLeast(least: number): (given: string) => number {
  return given => {
    const number = Number(given)
    if (!Number.isSafeInteger(number) || number < least)
      throw new InvalidArgumentError(`a whole number from ${least} is needed`)
    return number
  }
}
