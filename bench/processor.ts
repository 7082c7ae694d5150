import { setTimeout as delay } from 'node:timers/promises'
import { AvroCodec } from '../src/platform/avro/codec.ts'
import { assertCoPartitioned } from '../src/platform/kafka/admin.ts'
import { cpuTimesBetween, mapCpuTimes, type CpuTimes } from './cpu-time.ts'
import { Installation, type Bench } from './installation.ts'
import { processorMetrics, type ProcessorMetrics } from './metrics.ts'
import { preload } from './preload.ts'

export interface ProcessorRun {
  readonly commands: number
  readonly partitions: number
  /** Between the commits of the first tenth and of all commands: what comes before is start, take-over, compilation. */
  readonly steady: Window
  /** From the start of the process to the commit of the last command. */
  readonly whole: Window
  readonly transactions: number
  readonly transactionMilliseconds: number
  /** Should be 0: their work was done in vain. */
  readonly transactionsGivenUp: number
  readonly commandsPerTransaction: number
  /** Records and control records that all topics hold in the end, for each transaction; aborted ones included. */
  readonly offsetsPerTransaction: number
}

export interface Window {
  readonly commands: number
  readonly seconds: number
  readonly commandsPerSecond: number
  readonly cpuSeconds: CpuTimes
  readonly cpuMicrosecondsPerCommand: CpuTimes
}

interface Moment extends ProcessorMetrics {
  /** Milliseconds of the monotonic clock. */
  readonly at: number
  readonly cpu: CpuTimes
}

/** How often the process is looked at, in milliseconds: each look costs it about one. */
const LOOK_MS = 100
/** Milliseconds without a single commit after which it is taken to be stuck. */
const STUCK_MS = 60_000

/** Measures how fast one processor takes commands that are there already. */
export async function benchProcessor(bench: Bench, commands: number): Promise<ProcessorRun> {
  const installation = await Installation.create(bench)
  const { kafka, topics } = installation
  try {
    const partitions = await assertCoPartitioned(kafka, [topics.commands])
    const codec = await AvroCodec.connect(bench.stack.schemaRegistry)
    const began = performance.now()
    await preload({ kafka, codec, topic: topics.commands }, { commands, partitions })
    bench.log(`${commands} commands preloaded (${((performance.now() - began) / 1000).toFixed(1)} s)`)

    const start = { commands: 0, at: performance.now(), cpu: installation.cpuTimes() }
    const processor = await installation.start(['processor'], { AEGISPAY_MAX_IN_FLIGHT: '100000' })
    const { tenth, last } = await watch(installation, commands)
    await processor.end()

    const { events, state, gatewayRequests } = topics
    const written = await writtenRecords(installation, [events, state, gatewayRequests])
    return {
      commands,
      partitions,
      steady: windowBetween(tenth, last),
      whole: windowBetween({ ...start, cpu: { ...start.cpu, service: 0 } }, last),
      transactions: last.transactions,
      transactionMilliseconds: (1000 * last.transactionSeconds) / last.transactions,
      transactionsGivenUp: last.givenUp,
      commandsPerTransaction: commands / last.transactions,
      offsetsPerTransaction: written / last.transactions
    }
  } finally {
    await installation.close()
  }
}

function windowBetween(from: Pick<Moment, 'commands' | 'at' | 'cpu'>, to: Moment): Window {
  const seconds = (to.at - from.at) / 1000
  const commands = to.commands - from.commands
  const { service = null, kafka = null } = cpuTimesBetween(from.cpu, to.cpu)
  const cpuSeconds = { service, kafka }
  return {
    ...{ commands, seconds, commandsPerSecond: commands / seconds, cpuSeconds },
    cpuMicrosecondsPerCommand: mapCpuTimes(cpuSeconds, cpu_s => (1e6 * cpu_s) / commands)
  }
}

/** Follows the processor until it has committed all commands. */
async function watch(installation: Installation, commands: number): Promise<{ tenth: Moment; last: Moment }> {
  let tenth: Moment | undefined
  let progressed = { commands: 0, at: performance.now() }
  for (;;) {
    const metrics = await processorMetrics(installation.url)
    const moment = { ...metrics, at: performance.now(), cpu: installation.cpuTimes() }
    if (moment.commands >= commands / 10) tenth ??= moment
    if (moment.commands >= commands) return { tenth: tenth!, last: moment }
    if (moment.commands > progressed.commands) progressed = moment
    if (moment.at - progressed.at > STUCK_MS) {
      throw new Error(`the processor is stuck after ${moment.commands} of ${commands} commands`)
    }
    await delay(LOOK_MS)
  }
}

/** How far the logs reach, over all partitions: control records count too. */
async function writtenRecords({ kafka }: Installation, topics: readonly string[]): Promise<number> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const offsets = await Promise.all(topics.map(topic => admin.fetchTopicOffsets(topic)))
    return offsets.flat().reduce((sum, { high }) => sum + Number(high), 0)
  } finally {
    await admin.disconnect()
  }
}
