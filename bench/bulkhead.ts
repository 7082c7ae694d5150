import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import { Installation, type Bench } from './installation.ts'
import { paymentOf } from './payment.ts'
import { percentile } from './percentile.ts'

export interface BulkheadRun {
  /** Payments a second at the gateway that is measured, and at the other one. */
  readonly perSecond: { readonly healthy: number; readonly slow: number }
  /** Milliseconds from the request to the answer of a payment at the healthy gateway. */
  readonly quiet: Latency
  readonly besideSlow: Latency
  /** How many times its quiet value the 95th percentile is beside the slow gateway. */
  readonly ratio: number
}

interface Latency {
  readonly payments: number
  readonly p50: number
  readonly p95: number
}

export interface BulkheadOptions {
  readonly seconds: number
  readonly warmUp_s: number
}

/** Each is taken by one gateway only, so that routing has nothing to choose. */
const HEALTHY = { gateway: 'sandbox-beta', currency: 'JPY', perSecond: 10 }
/** More than its connections carry once it is slow. */
const SLOW = { gateway: 'sandbox-alpha', currency: 'GBP', perSecond: 40 }
const QUIET_MS = 50
const SLOW_MS = 3_000

/**
 * Measures payments at a healthy gateway while another one gets slow and has more to do than it can. In both phases as many
 * payments are sent to both, so that what differs is the gateway and not the load of the machine.
 */
export async function benchBulkhead(bench: Bench, options: BulkheadOptions): Promise<BulkheadRun> {
  const installation = await Installation.create(bench)
  try {
    const service = await installation.start([])
    await answerIn(installation, HEALTHY.gateway, QUIET_MS)
    const quiet = await measure(installation, QUIET_MS, options)
    const besideSlow = await measure(installation, SLOW_MS, options)
    await service.end()
    const perSecond = { healthy: HEALTHY.perSecond, slow: SLOW.perSecond }
    return { perSecond, quiet, besideSlow, ratio: besideSlow.p95 / quiet.p95 }
  } finally {
    await installation.close()
  }
}

async function measure(
  installation: Installation,
  slowMs: number,
  { seconds, warmUp_s }: BulkheadOptions
): Promise<Latency> {
  await answerIn(installation, SLOW.gateway, slowMs)
  const client = new Client(installation)
  const took: number[] = []
  const both = async (seconds: number, measured: number[]) => {
    await Promise.all([
      client.pay(HEALTHY, seconds, ms => measured.push(ms)),
      client.pay({ ...SLOW, headers: { prefer: 'respond-async' } }, seconds, () => undefined)
    ])
  }
  await both(warmUp_s, [])
  await both(seconds, took)
  await client.close()
  took.sort((a, b) => a - b)
  return { payments: took.length, p50: percentile(took, 50), p95: percentile(took, 95) }
}

async function answerIn({ sandboxUrl }: Installation, gateway: string, latencyMs: number): Promise<void> {
  const { ok, status } = await fetch(`${sandboxUrl}/gateways/${gateway}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ latencyMs, forMs: 600_000 })
  })
  if (!ok) throw new Error(`the sandbox answered ${status}`)
}

let keys = 0

interface Stream {
  readonly currency: string
  readonly perSecond: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends payments at a fixed rate, however long their answers take. */
class Client {
  readonly #pool: Pool
  readonly #apiKey: string

  constructor({ url, apiKey }: Installation) {
    this.#pool = new Pool(url, { connections: 128, pipelining: 1 })
    this.#apiKey = apiKey
  }

  /** Resolves when all are answered. */
  async pay(
    { currency, perSecond, headers }: Stream,
    seconds: number,
    answered: (ms: number) => void
  ): Promise<void> {
    const began = performance.now()
    const sent: Promise<void>[] = []
    for (let n = 0; n < seconds * perSecond; n++) {
      const early_ms = began + (n * 1000) / perSecond - performance.now()
      if (early_ms > 0) await delay(early_ms)
      sent.push(this.#payOnce(currency, headers ?? {}).then(answered))
    }
    await Promise.all(sent)
  }

  close(): Promise<void> {
    return this.#pool.close()
  }

  async #payOnce(currency: string, headers: Readonly<Record<string, string>>): Promise<number> {
    const began = performance.now()
    const n = keys++
    const { statusCode, body } = await this.#pool.request({
      ...{ method: 'POST', path: '/v1/payments' },
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        'idempotency-key': `bulkhead-${n}`,
        'content-type': 'application/json',
        ...headers
      },
      body: JSON.stringify({ ...paymentOf(n), currency })
    })
    const answer = await body.text()
    if (statusCode !== 201 && statusCode !== 202) throw new Error(`HTTP ${statusCode}: ${answer}`)
    return performance.now() - began
  }
}
