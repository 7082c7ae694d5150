import { AvroCodec } from '../src/platform/avro/codec.ts'
import { assertCoPartitioned, withAdmin } from '../src/platform/kafka/admin.ts'
import { Installation, type Bench } from './installation.ts'
import { processorMetrics } from './metrics.ts'
import { preload } from './preload.ts'
import { watch, windowBetween, type Window } from './window.ts'

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

/** An installation whose commands are there already. */
export interface Preloaded {
  readonly installation: Installation
  readonly commands: number
  readonly partitions: number
}

/** No gateway answers: what is in flight stays so, and is to hold nothing up. */
export const UNBOUNDED = { AEGISPAY_MAX_IN_FLIGHT: '10000000' }

/** Measures how fast one processor takes commands that are there already. */
export function benchProcessor(bench: Bench, commands: number): Promise<ProcessorRun> {
  return withPreloaded(bench, commands, measureProcessor)
}

export async function withPreloaded<T>(
  bench: Bench,
  commands: number,
  measure: (preloaded: Preloaded) => Promise<T>
): Promise<T> {
  const installation = await Installation.create(bench)
  const { kafka, topics } = installation
  try {
    const partitions = await assertCoPartitioned(kafka, [topics.commands])
    const codec = await AvroCodec.connect(bench.stack.schemaRegistry)
    const began = performance.now()
    await preload({ kafka, codec, topic: topics.commands }, { commands, partitions })
    bench.log(`${commands} commands preloaded (${((performance.now() - began) / 1000).toFixed(1)} s)`)
    return await measure({ installation, commands, partitions })
  } finally {
    await installation.close()
  }
}

export async function measureProcessor(preloaded: Preloaded): Promise<ProcessorRun> {
  const { installation, commands, partitions } = preloaded
  const start = { commands: 0, at: performance.now(), cpu: { ...installation.cpuTimes(), service: 0 } }
  const processor = await installation.start(['processor'], UNBOUNDED)
  const look = async () => {
    const metrics = await processorMetrics(installation.url)
    return { ...metrics, at: performance.now(), cpu: installation.cpuTimes() }
  }
  const { tenth, last } = await watch(look, commands)
  await processor.end()

  const { events, state, gatewayRequests } = installation.topics
  const written = await writtenRecords(installation, [events, state, gatewayRequests])
  return {
    commands,
    partitions,
    steady: windowBetween(tenth, last),
    whole: windowBetween(start, last),
    transactions: last.transactions,
    transactionMilliseconds: (1000 * last.transactionSeconds) / last.transactions,
    transactionsGivenUp: last.givenUp,
    commandsPerTransaction: commands / last.transactions,
    offsetsPerTransaction: written / last.transactions
  }
}

/** How far the logs reach, over all partitions: control records count too. */
async function writtenRecords({ kafka }: Installation, topics: readonly string[]): Promise<number> {
  return withAdmin(kafka, async admin => {
    const offsets = await Promise.all(topics.map(topic => admin.fetchTopicOffsets(topic)))
    return offsets.flat().reduce((sum, { high }) => sum + Number(high), 0)
  })
}
