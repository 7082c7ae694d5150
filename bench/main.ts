// `npm run bench`: measures AegisPay on a stack of its own.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { StackError } from '../dev/stack/stack-error.ts'
import { startStack } from '../dev/stack/start-stack.ts'
import { temporaryDataDir } from '../dev/temporary.ts'
import { benchBulkhead, type BulkheadRun } from './bulkhead.ts'
import { benchCachedReads } from './cached-reads.ts'
import { benchFlood } from './flood.ts'
import { benchGrowth } from './growth.ts'
import { benchHttp } from './http.ts'
import type { Bench } from './installation.ts'
import { help, readOptions, UsageError, type BenchmarkName, type Options } from './options.ts'
import { compareWithPeer, type Comparison } from './peer.ts'
import { benchProcessor, type ProcessorRun } from './processor.ts'
import { describeProfiles } from './profile.ts'
import { benchProjections, type ProjectionsRun } from './projections.ts'
import { benchRouting } from './routing.ts'
import { benchSearch } from './search.ts'
import {
  bulkheadTable,
  cachedReadsTable,
  floodTable,
  growthTable,
  httpTable,
  machine,
  peerTable,
  processorTable,
  projectionsTable,
  routingTable,
  searchTable
} from './report.ts'

const began = performance.now()

try {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) console.log(help)
  else if (options.benchmarks[0] === 'routing') runRouting(options)
  else process.exitCode = await runOnStack(options)
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${help}` : error)
  process.exitCode = 2
}
// What was interrupted may still wait for something that no longer comes.
process.exit()

/** Returns the exit code. */
async function runOnStack(options: Options): Promise<number> {
  const { dataDir, processes, remove } = await temporaryDataDir('aegispay-bench-')
  const interrupted = new Promise<'interrupted'>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve('interrupted'))
  })
  const stack = startStack({ dataDir, processes, log: progress, disposable: true })
  try {
    const work = stack.then(async stack => {
      const { profiles } = options
      const bench = { stack, processes, dataDir, log: progress, ...(profiles && { profiles }) }
      for (const name of options.benchmarks) if (name !== 'routing') await run(name, bench, options)
      return 0
    })
    const died = stack.then(async stack => {
      const { name, end, log } = await stack.died
      throw new StackError(`${name} ended by itself (${end}); log: ${log}`)
    })
    const end = await Promise.race([work, died, interrupted])
    return end === 'interrupted' ? 130 : end
  } catch (error) {
    console.error(error instanceof StackError ? error.message : error)
    return 1
  } finally {
    // A container is only known once its stack is up; local processes are ended below in any case.
    await Promise.race([stack.then(stack => stack.stop()).catch(() => undefined), delay(30_000)])
    await remove()
  }
}

function runRouting(options: Options): void {
  const runs = benchRouting()
  report('routing', routingTable(runs), { runs }, null, options)
}

async function run(name: Exclude<BenchmarkName, 'routing'>, bench: Bench, options: Options): Promise<void> {
  progress(`benchmark: ${name}`)
  switch (name) {
    case 'processor': {
      if (options.peer) {
        const runs: Comparison[] = []
        for (let i = 0; i < options.runs; i++) runs.push(await compareWithPeer(bench, options.commands))
        report('peer', runs.map(peerTable).join('\n\n'), { runs }, bench, options)
        return
      }
      const runs: ProcessorRun[] = []
      for (let i = 0; i < options.runs; i++) {
        const run = await benchProcessor(bench, options.commands)
        progress(`${run.steady.commandsPerSecond.toFixed(0)} commands/s`)
        runs.push(run)
      }
      report(name, processorTable(runs), { runs }, bench, options)
      return
    }
    case 'projections': {
      const runs: ProjectionsRun[] = []
      for (let i = 0; i < options.runs; i++) {
        const run = await benchProjections(bench, options.payments)
        progress(`${run.steady.eventsPerSecond.toFixed(0)} events/s`)
        runs.push(run)
      }
      report(name, projectionsTable(runs), { runs }, bench, options)
      return
    }
    case 'search': {
      const run = await benchSearch(bench, options.payments)
      report(name, searchTable(run), { runs: [run] }, bench, options)
      return
    }
    case 'growth': {
      const runs = await benchGrowth(bench, options)
      report(name, growthTable(runs), { runs }, bench, options)
      return
    }
    case 'flood': {
      const run = await benchFlood(bench, options.commands)
      report(name, floodTable(run), { runs: [run] }, bench, options)
      return
    }
    case 'bulkhead': {
      const runs: BulkheadRun[] = []
      for (let i = 0; i < options.runs; i++) runs.push(await benchBulkhead(bench, options))
      report(name, bulkheadTable(runs), { runs }, bench, options)
      return
    }
    case 'cached-reads': {
      const runs = await benchCachedReads(bench, options)
      report(name, cachedReadsTable(runs), { runs }, bench, options)
      return
    }
    case 'http': {
      const runs = await benchHttp(bench, options)
      report(name, httpTable(runs), { runs }, bench, options)
      return
    }
  }
}

function report(
  name: string,
  table: string,
  results: object,
  bench: Bench | null,
  { out, profiles }: Options
): void {
  console.log(`\n${table}\n`)
  if (profiles !== undefined) {
    console.log(`${describeProfiles(profiles)}\n`)
    return
  }
  mkdirSync(out, { recursive: true })
  const file = join(out, `${name}.json`)
  const description = {
    benchmark: name,
    at: new Date().toISOString(),
    machine: machine(),
    ...(bench !== null && { stack: bench.stack.provider })
  }
  writeFileSync(file, `${JSON.stringify({ ...description, ...results }, rounded, 2)}\n`)
  progress(`written to ${relative(process.cwd(), file)}`)
}

/** Digits beyond the third after the point say nothing. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1000) / 1000 : value
}

function progress(line: string): void {
  console.log(`  ${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}`)
}
