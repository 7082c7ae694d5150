import { AvroCodec } from '../src/platform/avro/codec.ts'
import { assertCoPartitioned } from '../src/platform/kafka/admin.ts'
import { views } from '../src/projections/index.ts'
import { cpuTimesBetween, mapCpuTimes, type CpuTimes } from './cpu-time.ts'
import { preloadHistories } from './histories.ts'
import { Installation, type Bench } from './installation.ts'
import { seriesIn } from './metrics.ts'
import { follow } from './window.ts'

export interface ProjectionsRun {
  readonly payments: number
  readonly events: number
  readonly partitions: number
  /** From the first tenth of the events in the slowest view to the last: what comes before is start and compilation. */
  readonly steady: CatchUp
  /** From the start of the process to the last event in the last view. */
  readonly whole: CatchUp
  /** Of all views. */
  readonly transactions: number
  readonly transactionMilliseconds: number
}

export interface CatchUp {
  /** That every view has taken in. */
  readonly events: number
  readonly seconds: number
  readonly eventsPerSecond: number
  readonly cpuSeconds: CpuTimes
  readonly cpuMicrosecondsPerEvent: CpuTimes
}

interface Moment {
  /** Of the view that is behind the others. */
  readonly events: number
  /** Milliseconds of the monotonic clock. */
  readonly at: number
  readonly cpu: CpuTimes
  readonly transactions: number
  readonly transactionSeconds: number
}

/** Measures how fast the read model, all of its views, is made of an event store that is there already. */
export async function benchProjections(bench: Bench, payments: number): Promise<ProjectionsRun> {
  const installation = await Installation.create(bench)
  const { kafka, topics } = installation
  try {
    const partitions = await assertCoPartitioned(kafka, [topics.events])
    const codec = await AvroCodec.connect(bench.stack.schemaRegistry)
    const began = performance.now()
    const events = await preloadHistories({ kafka, codec, topics }, { payments, partitions })
    bench.log(`${events} events preloaded (${((performance.now() - began) / 1000).toFixed(1)} s)`)

    const start = { events: 0, at: performance.now(), cpu: installation.cpuTimes() }
    const projector = await installation.start(['projector'])
    const look = () => momentOf(installation)
    // Of the view that is behind the others.
    const { tenth, last } = await follow(look, moment => moment.events, events)
    await projector.end()
    return {
      ...{ payments, events, partitions },
      steady: catchUpBetween(tenth, last),
      whole: catchUpBetween({ ...start, cpu: { ...start.cpu, service: 0 } }, last),
      transactions: last.transactions,
      transactionMilliseconds: (1000 * last.transactionSeconds) / last.transactions
    }
  } finally {
    await installation.close()
  }
}

function catchUpBetween(from: Pick<Moment, 'events' | 'at' | 'cpu'>, to: Moment): CatchUp {
  const seconds = (to.at - from.at) / 1000
  const events = to.events - from.events
  const { service = null, kafka = null, postgres = null } = cpuTimesBetween(from.cpu, to.cpu)
  const cpuSeconds = { service, kafka, postgres }
  return {
    ...{ events, seconds, eventsPerSecond: events / seconds, cpuSeconds },
    cpuMicrosecondsPerEvent: mapCpuTimes(cpuSeconds, cpu_s => (1e6 * cpu_s) / events)
  }
}

async function momentOf(installation: Installation): Promise<Moment> {
  const value = await seriesIn(installation.url)
  const ofAll = (metric: string) =>
    views.reduce((sum, { name }) => sum + value(`${metric}{view="${name}"}`), 0)
  const ofEvents = views.filter(({ topic }) => topic === 'events')
  return {
    events: Math.min(
      ...ofEvents.map(({ name }) => value(`aegispay_projection_events_total{view="${name}"}`))
    ),
    at: performance.now(),
    cpu: installation.cpuTimes(),
    transactions: ofAll('aegispay_projection_transaction_seconds_count'),
    transactionSeconds: ofAll('aegispay_projection_transaction_seconds_sum')
  }
}
