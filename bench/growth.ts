import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Running } from '../dev/stack/processes.ts'
import { AvroCodec } from '../src/platform/avro/codec.ts'
import { assertCoPartitioned } from '../src/platform/kafka/admin.ts'
import { fillChangelog } from './changelog-filler.ts'
import { Installation, type Bench } from './installation.ts'
import { measureLatency, type Latency } from './latency.ts'
import { anonymousMB } from './memory.ts'
import { processorMetrics, seriesIn } from './metrics.ts'
import { preload } from './preload.ts'
import { UNBOUNDED } from './processor.ts'
import { watch, windowBetween, type Window } from './window.ts'

export interface GrowthRun {
  /** Closed, on the changelog before anything starts. */
  readonly payments: number
  readonly restore: { readonly states: number; readonly seconds: number }
  /** Anonymous memory of the process in megabytes; null where the system does not tell. */
  readonly memoryMB: { readonly restored: number | null; readonly loaded: number | null }
  readonly latencyMs: Latency
  /** Between the commits of the first tenth and of all commands. */
  readonly steady: Window
  readonly takeover: Takeover
}

/** Seconds until another process runs all partitions. */
interface Takeover {
  /** By a process that reads the states of half of the partitions from Kafka first. */
  readonly sigtermCold_s: number
  readonly sigterm_s: number
  /** Includes the session timeout. */
  readonly kill_s: number
}

export interface GrowthOptions {
  readonly sizes: readonly number[]
  readonly commands: number
  readonly warmUp_s: number
  readonly seconds: number
}

const PER_SECOND = 200
const LOOK_MS = 10
const PATIENCE_MS = 300_000
const SETTINGS = { ...UNBOUNDED, AEGISPAY_LOG_LEVEL: 'info' }

/** Measures what may depend on how many payments there are. */
export async function benchGrowth(bench: Bench, options: GrowthOptions): Promise<GrowthRun[]> {
  const runs: GrowthRun[] = []
  for (const payments of options.sizes) runs.push(await measure(bench, payments, options))
  return runs
}

async function measure(bench: Bench, payments: number, options: GrowthOptions): Promise<GrowthRun> {
  const installation = await Installation.create(bench)
  const { kafka, topics } = installation
  try {
    const partitions = await assertCoPartitioned(kafka, [topics.commands])
    const codec = await AvroCodec.connect(bench.stack.schemaRegistry)
    await fillChangelog({ kafka, codec, topics }, { payments, partitions, are: 'closed' })
    bench.log(`${payments} payments on the changelog`)

    const start = () => installation.start(['processor'], SETTINGS)
    const first = await start()
    const restore = restoredIn(first)
    const restored = anonymousMB(installation.pidOf('service'))
    bench.log(`restored in ${restore.seconds.toFixed(1)} s`)
    const latencyMs = await measureLatency(
      { kafka, codec, topics },
      { perSecond: PER_SECOND, partitions, warmUp_s: options.warmUp_s, seconds: options.seconds }
    )
    bench.log(`command to event: p50 ${latencyMs.p50.toFixed(1)} ms`)
    const steady = await rateOf(installation, codec, partitions, options.commands)
    bench.log(`${steady.commandsPerSecond.toFixed(0)} commands/s`)
    const loaded = anonymousMB(installation.pidOf('service'))
    const takeover = await measureTakeover(installation, first, start, partitions)
    bench.log(`taken over ${takeover.kill_s.toFixed(1)} s after kill -9`)
    return { payments, restore, memoryMB: { restored, loaded }, latencyMs, steady, takeover }
  } finally {
    await installation.close()
  }
}

/** All partitions are restored side by side, by one reader. */
function restoredIn({ log }: Running): GrowthRun['restore'] {
  const lines = readFileSync(log, 'utf8').split('\n')
  const told = lines.flatMap(line =>
    line.includes('took the partition over') ? [JSON.parse(line) as { records: number; seconds: number }] : []
  )
  return {
    states: told.reduce((sum, { records }) => sum + records, 0),
    seconds: Math.max(...told.map(({ seconds }) => seconds))
  }
}

async function rateOf(
  installation: Installation,
  codec: AvroCodec,
  partitions: number,
  commands: number
): Promise<Window> {
  const { kafka, topics, url } = installation
  const before = (await processorMetrics(url)).commands
  const preloading = preload({ kafka, codec, topic: topics.commands }, { commands, partitions })
  const look = async () => ({
    commands: (await processorMetrics(url)).commands - before,
    at: performance.now(),
    cpu: installation.cpuTimes()
  })
  const [{ tenth, last }] = await Promise.all([watch(look, commands), preloading])
  return windowBetween(tenth, last)
}

async function measureTakeover(
  installation: Installation,
  first: Running,
  start: () => Promise<Running>,
  partitions: number
): Promise<Takeover> {
  const standby = await installation.startBeside('standby', ['processor'], SETTINGS)
  const half = () => untilRunning(standby.url, count => count > 0 && count < partitions)
  const all = () => untilRunning(standby.url, count => count === partitions)
  const secondsUntilTaken = async (leave: () => void) => {
    await half()
    const began = performance.now()
    leave()
    await all()
    return (performance.now() - began) / 1000
  }
  const signal = (name: NodeJS.Signals) => () => process.kill(installation.pidOf('service')!, name)

  const sigtermCold_s = await secondsUntilTaken(signal('SIGTERM'))
  await first.ended
  const second = await start()
  const sigterm_s = await secondsUntilTaken(signal('SIGTERM'))
  await second.ended
  const third = await start()
  const kill_s = await secondsUntilTaken(signal('SIGKILL'))
  await third.ended
  await standby.running.end()
  return { sigtermCold_s, sigterm_s, kill_s }
}

async function untilRunning(url: string, holds: (partitions: number) => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const value = await seriesIn(url)
    const restoring = value('aegispay_processor_partitions{state="restoring"}')
    if (restoring === 0 && holds(value('aegispay_processor_partitions{state="running"}'))) return
    if (Date.now() > deadline) throw new Error(`the partitions were not taken over within ${PATIENCE_MS} ms`)
    await delay(LOOK_MS)
  }
}
