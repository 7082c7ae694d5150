import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { SimulationResult } from './simulation.ts'

/** What a worker is asked for: seeds from the first, every so many-th. */
export interface Share {
  readonly from: number
  readonly below: number
  readonly every: number
}

/**
 * Runs seeds in several processes.
 * @returns what came of each, in order
 * @throws when a process ends before its seeds have
 */
export async function runSeeds(from: number, count: number, processes: number): Promise<SimulationResult[]> {
  const every = Math.min(processes, count)
  const shares = Array.from({ length: every }, (_, nth) => ({ from: from + nth, below: from + count, every }))
  const results = await Promise.all(shares.map(runShare))
  return results.flat().sort((a, b) => a.seed - b.seed)
}

/** What there is to say of seeds in which a rule did not hold, with the command that runs each again. */
export function failuresIn(results: readonly SimulationResult[]): string[] {
  return results.flatMap(({ seed, violations }) =>
    violations.length === 0
      ? []
      : [[`seed ${seed} fails; npm run simulate -- --seed ${seed} --trace`, ...violations].join('\n  ')]
  )
}

function runShare(share: Share): Promise<SimulationResult[]> {
  const worker = fork(join(import.meta.dirname, 'worker.ts'), {
    execArgv: ['--disable-warning=ExperimentalWarning']
  })
  return new Promise((resolve, reject) => {
    worker.once('message', results => {
      resolve(results as SimulationResult[])
      worker.disconnect()
    })
    worker.once('exit', code => reject(new Error(`a worker ended with ${String(code)} before its seeds did`)))
    worker.once('error', reject)
    worker.send(share)
  })
}
