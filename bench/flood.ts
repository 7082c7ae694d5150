import { setTimeout as delay } from 'node:timers/promises'
import { AvroCodec } from '../src/platform/avro/codec.ts'
import { assertCoPartitioned, withAdmin } from '../src/platform/kafka/admin.ts'
import { withTopicReader } from '../src/platform/kafka/topic-reader.ts'
import { Installation, type Bench } from './installation.ts'
import { anonymousMB } from './memory.ts'
import { processorMetrics } from './metrics.ts'
import { paymentOf } from './payment.ts'
import { percentile } from './percentile.ts'
import { preload } from './preload.ts'
import { watch } from './window.ts'

export interface FloodRun {
  readonly commands: number
  /** From the first command to the commit of the last. */
  readonly seconds: number
  readonly memoryMB: {
    readonly start: number | null
    readonly peak: number | null
    readonly end: number | null
  }
  /** Of payments over HTTP meanwhile, every other one with `Prefer: respond-async`. */
  readonly statuses: Readonly<Record<string, number>>
  /** Milliseconds; of those with `Prefer: respond-async`. */
  readonly acceptedMs: { readonly p50: number; readonly max: number }
  /** Milliseconds that results of gateways waited on their topic until what follows from them was written. */
  readonly resultsWaitedMs: { readonly p50: number; readonly p99: number; readonly max: number }
}

const HTTP_EVERY_MS = 500

/** Produces commands straight to the topic, and looks at what that does to the service and to everybody else. */
export async function benchFlood(bench: Bench, commands: number): Promise<FloodRun> {
  const installation = await Installation.create(bench)
  const { kafka, topics } = installation
  try {
    const partitions = await assertCoPartitioned(kafka, [topics.commands])
    const codec = await AvroCodec.connect(bench.stack.schemaRegistry)
    const service = await installation.start([])
    const memory = () => anonymousMB(installation.pidOf('service'))
    const start = memory()
    let peak = start
    const over = new AbortController()
    const paying = payMeanwhile(installation, over.signal)
    const began = performance.now()
    const look = async () => {
      const now = memory()
      if (now !== null && now > (peak ?? 0)) peak = now
      const { outcomes } = await processorMetrics(installation.url)
      // A payment is over with its gateway's result.
      return { commands: outcomes, at: performance.now(), cpu: {} }
    }
    const [{ last }] = await Promise.all([
      watch(look, commands),
      preload({ kafka, codec, topic: topics.commands }, { commands, partitions })
    ])
    over.abort()
    const { statuses, accepted } = await paying
    const end = memory()
    const waited = await resultsWaited(installation, codec)
    await service.end()
    return {
      commands,
      seconds: (last.at - began) / 1000,
      memoryMB: { start, peak, end },
      statuses,
      acceptedMs: { p50: percentile(accepted, 50), max: percentile(accepted, 100) },
      resultsWaitedMs: {
        p50: percentile(waited, 50),
        p99: percentile(waited, 99),
        max: percentile(waited, 100)
      }
    }
  } finally {
    await installation.close()
  }
}

async function payMeanwhile(
  { url, apiKey }: Installation,
  signal: AbortSignal
): Promise<{ statuses: Record<string, number>; accepted: number[] }> {
  const statuses: Record<string, number> = {}
  const accepted: number[] = []
  const under: Promise<void>[] = []
  for (let n = 0; !signal.aborted; n++) {
    under.push(pay(n))
    await delay(HTTP_EVERY_MS)
  }
  await Promise.all(under)
  return { statuses, accepted: accepted.sort((a, b) => a - b) }

  async function pay(n: number): Promise<void> {
    const isAsync = n % 2 === 0
    const began = performance.now()
    const { status } = await fetch(`${url}/v1/payments`, {
      method: 'POST',
      headers: {
        ...{ authorization: `Bearer ${apiKey}`, 'idempotency-key': `meanwhile-${n}` },
        'content-type': 'application/json',
        ...(isAsync && { prefer: 'respond-async' })
      },
      body: JSON.stringify(paymentOf(n))
    })
    const kind = `${isAsync ? 'respond-async' : 'default'} ${status}`
    statuses[kind] = (statuses[kind] ?? 0) + 1
    if (isAsync) accepted.push(performance.now() - began)
  }
}

/** Of the first partition, by the times that their producers have put on the result and on what followed from it. */
async function resultsWaited(
  { kafka, topics: { outcomes, events } }: Installation,
  codec: AvroCodec
): Promise<number[]> {
  const groupPrefix = `${events}-flood`
  return withAdmin(kafka, async admin => {
    const written = new Map<number, number>()
    await withTopicReader(kafka, admin, { topic: outcomes, groupPrefix }, async reader => {
      for await (const { records } of reader.stretches(0, await reader.bounds(0)))
        for (const { offset, timestamp } of records) written.set(Number(offset), Number(timestamp))
    })
    const waited: number[] = []
    await withTopicReader(kafka, admin, { topic: events, groupPrefix }, async reader => {
      for await (const { records } of reader.stretches(0, await reader.bounds(0))) {
        await codec.learn(records.map(({ value }) => value))
        for (const { value, timestamp } of records) {
          const { inputTopic, inputOffset } = codec.decode(value!).value as Partial<{
            inputTopic: string | null
            inputOffset: number | null
          }>
          const at = inputTopic === outcomes ? written.get(inputOffset ?? -1) : undefined
          if (at !== undefined) waited.push(Number(timestamp) - at)
        }
      }
    })
    return waited.sort((a, b) => a - b)
  })
}
