import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import { cpuTimesBetween, mapCpuTimes, type CpuTimes } from './cpu-time.ts'
import { Installation, type Bench } from './installation.ts'
import { processorMetrics } from './metrics.ts'
import { paymentOf } from './payment.ts'
import { percentile } from './percentile.ts'

export interface HttpRun {
  readonly connections: number
  readonly seconds: number
  readonly payments: number
  readonly paymentsPerSecond: number
  /** Milliseconds from sending a request to the end of its answer. */
  readonly latencyMs: {
    readonly p50: number
    readonly p95: number
    readonly p99: number
    readonly max: number
  }
  /** Of the answers; 201 is a payment that rests. */
  readonly statuses: Readonly<Record<string, number>>
  readonly transactionsPerSecond: number
  /** Commands and outcomes. */
  readonly inputsPerTransaction: number
  readonly transactionMilliseconds: number
  readonly cpuMillisecondsPerPayment: CpuTimes
}

export interface HttpOptions {
  readonly connections: readonly number[]
  readonly seconds: number
  readonly warmUp_s: number
  readonly runs: number
}

/** Measures payments over HTTP, from the request to the answer of a payment that rests. */
export async function benchHttp(bench: Bench, options: HttpOptions): Promise<HttpRun[]> {
  const installation = await Installation.create(bench)
  try {
    const service = await installation.start([])
    const runs: HttpRun[] = []
    for (let run = 0; run < options.runs; run++) {
      for (const connections of options.connections) {
        const measured = await measure(installation, connections, options)
        bench.log(`${connections} connections: ${measured.paymentsPerSecond.toFixed(0)} payments/s`)
        runs.push(measured)
      }
    }
    await service.end()
    return runs
  } finally {
    await installation.close()
  }
}

async function measure(
  installation: Installation,
  connections: number,
  { seconds, warmUp_s }: HttpOptions
): Promise<HttpRun> {
  const clients = new Clients(installation, connections)
  try {
    await clients.during(warmUp_s)
    clients.forget()
    const before = await snapshot(installation)
    await clients.during(seconds)
    const { latencies, statuses } = clients.seen()
    const after = await snapshot(installation)
    const took_s = (after.at - before.at) / 1000
    const payments = latencies.length
    const transactions = after.transactions - before.transactions
    const inputs = after.commands + after.outcomes - before.commands - before.outcomes
    latencies.sort((a, b) => a - b)
    return {
      connections,
      seconds: took_s,
      payments,
      paymentsPerSecond: payments / took_s,
      latencyMs: {
        p50: percentile(latencies, 50),
        p95: percentile(latencies, 95),
        p99: percentile(latencies, 99),
        max: percentile(latencies, 100)
      },
      statuses,
      transactionsPerSecond: transactions / took_s,
      inputsPerTransaction: inputs / transactions,
      transactionMilliseconds: (1000 * (after.transactionSeconds - before.transactionSeconds)) / transactions,
      cpuMillisecondsPerPayment: mapCpuTimes(
        cpuTimesBetween(before.cpu, after.cpu),
        cpu_s => (1000 * cpu_s) / payments
      )
    }
  } finally {
    await clients.stop()
  }
}

async function snapshot(installation: Installation) {
  const metrics = await processorMetrics(installation.url)
  const { user, system } = process.cpuUsage()
  const cpu: CpuTimes = { ...installation.cpuTimes(), client: (user + system) / 1e6 }
  return { ...metrics, at: performance.now(), cpu }
}

let keys = 0

/** Clients that each send a payment as soon as their last one is answered. */
class Clients {
  readonly #pool: Pool
  readonly #apiKey: string
  readonly #loops: Promise<unknown>
  #latencies: number[] = []
  #statuses: Record<string, number> = {}
  #isStopping = false

  constructor({ url, apiKey }: Installation, connections: number) {
    this.#pool = new Pool(url, { connections, pipelining: 1 })
    this.#apiKey = apiKey
    this.#loops = Promise.all(Array.from({ length: connections }, () => this.#loop()))
  }

  /** Lets time pass. Rejects when a request fails meanwhile. */
  async during(seconds: number): Promise<void> {
    await Promise.race([delay(seconds * 1000), this.#loops])
  }

  forget(): void {
    this.#latencies = []
    this.#statuses = {}
  }

  seen(): { latencies: number[]; statuses: Record<string, number> } {
    return { latencies: [...this.#latencies], statuses: { ...this.#statuses } }
  }

  /** Lets the requests under way be answered. */
  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#loops
    await this.#pool.close()
  }

  async #loop(): Promise<void> {
    while (!this.#isStopping) {
      const n = keys++
      const began = performance.now()
      const { statusCode, body } = await this.#pool.request({
        method: 'POST',
        path: '/v1/payments',
        headers: {
          authorization: `Bearer ${this.#apiKey}`,
          'idempotency-key': `bench-${n}`,
          'content-type': 'application/json'
        },
        body: JSON.stringify(paymentOf(n))
      })
      const answer = await body.text()
      if (statusCode !== 201 && statusCode !== 202) throw new Error(`HTTP ${statusCode}: ${answer}`)
      this.#latencies.push(performance.now() - began)
      this.#statuses[statusCode] = (this.#statuses[statusCode] ?? 0) + 1
    }
  }
}
