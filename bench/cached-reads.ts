import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../dev/stack/keep.ts'
import { cpuTimes } from './cpu-time.ts'
import { Installation, type Bench } from './installation.ts'
import { paymentOf } from './payment.ts'
import { RawLoad } from './raw-load.ts'

export interface CachedReadsRun {
  readonly server: string
  readonly requests: number
  readonly requestsPerSecond: number
  /** Of the server's process; null where only Linux would tell. */
  readonly cpuMicrosecondsPerRequest: number | null
  /** Of the throughput of the bare server. */
  readonly ofBare: { readonly requestsPerSecond: number; readonly perCpu: number | null }
}

export interface CachedReadsOptions {
  /** For each server, in all. */
  readonly seconds: number
  readonly warmUp_s: number
}

const CONNECTIONS = 32
/** Seconds for which one server is asked before the next: what else the machine does falls on all of them. */
const TURN_S = 0.5

interface Server {
  readonly name: string
  readonly url: string
}

/**
 * Measures reads of one payment out of memory beside a bare Fastify route that answers with the same bytes, headers included.
 * Each is a process of its own, of one thread; they are asked in turns.
 */
export async function benchCachedReads(bench: Bench, options: CachedReadsOptions): Promise<CachedReadsRun[]> {
  const installation = await Installation.create(bench)
  try {
    const service = await installation.start([])
    const { path, headers, body } = await payOne(installation)
    const port = await freePort()
    const bare = bench.processes.start({
      name: 'bare',
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', 'bench/bare-server.ts'],
      cwd: process.cwd(),
      env: { BARE_PORT: String(port), BARE_BODY: body, BARE_HEADERS: JSON.stringify(headers) }
    })
    const bareUrl = `http://127.0.0.1:${port}`
    await bare.untilReady(async () => {
      await fetch(bareUrl)
    }, 30_000)
    const logging = { AEGISPAY_LOG_LEVEL: 'info' }
    const all = await installation.startBeside('logging all', ['query'], logging)
    const failed = await installation.startBeside('logging failed', ['query'], {
      ...logging,
      AEGISPAY_LOG_REQUESTS: 'failed'
    })
    const servers: Server[] = [
      { name: 'bare', url: bareUrl },
      { name: 'logging all', url: all.url },
      { name: 'logging failed', url: failed.url }
    ]
    const runs = await measure(bench, servers, path, installation.apiKey, options)
    for (const running of [bare, all.running, failed.running, service]) await running.end()
    return runs
  } finally {
    await installation.close()
  }
}

/** Written by the HTTP server of whoever answers. */
const OF_ANY_ANSWER = ['connection', 'content-length', 'date', 'keep-alive']

async function payOne({ url, apiKey }: Installation) {
  const headers = { authorization: `Bearer ${apiKey}` }
  const paid = await fetch(`${url}/v1/payments`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': 'bench' },
    body: JSON.stringify(paymentOf(0))
  })
  const { id } = (await paid.json()) as { id: string }
  const path = `/v1/payments/${id}`
  const position = paid.headers.get('aegispay-position')!
  const read = await fetch(`${url}${path}`, { headers: { ...headers, 'aegispay-position': position } })
  const ofOurs = [...read.headers].filter(([name]) => !OF_ANY_ANSWER.includes(name))
  return { path, headers: Object.fromEntries(ofOurs), body: await read.text() }
}

async function measure(
  { processes }: Bench,
  servers: readonly Server[],
  path: string,
  apiKey: string,
  { seconds, warmUp_s }: CachedReadsOptions
): Promise<CachedReadsRun[]> {
  const cpuOf = (name: string) => cpuTimes({ it: processes.pidOf(name) })['it'] ?? null
  const ask = async ({ name, url }: Server, forSeconds: number) => {
    const headers = { authorization: `Bearer ${apiKey}` }
    const load = new RawLoad({ url, path, headers, connections: CONNECTIONS })
    try {
      const [began, cpu] = [performance.now(), cpuOf(name)]
      await Promise.race([delay(forSeconds * 1000), load.failed])
      const cpuAfter = cpuOf(name)
      return {
        requests: load.answers,
        seconds: (performance.now() - began) / 1000,
        cpu_s: cpu === null || cpuAfter === null ? null : cpuAfter - cpu
      }
    } finally {
      load.stop()
    }
  }
  for (const server of servers) await ask(server, warmUp_s)
  const totals: { name: string; requests: number; seconds: number; cpu_s: number | null }[] = servers.map(
    ({ name }) => ({ name, requests: 0, seconds: 0, cpu_s: 0 })
  )
  for (let asked = 0; asked < seconds; asked += TURN_S) {
    for (const [i, server] of servers.entries()) {
      const turn = await ask(server, TURN_S)
      const total = totals[i]!
      total.requests += turn.requests
      total.seconds += turn.seconds
      total.cpu_s = total.cpu_s === null || turn.cpu_s === null ? null : total.cpu_s + turn.cpu_s
    }
  }
  const figures = totals.map(({ name, requests, seconds, cpu_s }) => ({
    server: name,
    requests,
    requestsPerSecond: requests / seconds,
    cpuMicrosecondsPerRequest: cpu_s === null ? null : (1e6 * cpu_s) / requests
  }))
  const bare = figures[0]!
  return figures.map(run => ({
    ...run,
    ofBare: {
      requestsPerSecond: run.requestsPerSecond / bare.requestsPerSecond,
      perCpu:
        run.cpuMicrosecondsPerRequest === null
          ? null
          : bare.cpuMicrosecondsPerRequest! / run.cpuMicrosecondsPerRequest
    }
  }))
}
