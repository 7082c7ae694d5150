/**
 * The sandbox gateway as a process of its own. Settings, from the environment:
 *
 * - AEGISPAY_SANDBOX_HOST: address to listen on, 127.0.0.1 by default.
 * - AEGISPAY_SANDBOX_PORT: 0, the default, takes a free port.
 * - AEGISPAY_SANDBOX_DATA: folder of the ledger, .aegispay/sandbox by default.
 * - AEGISPAY_SANDBOX_LATENCY_MS: mean latency of every gateway instead of its own; 0 for benchmarks.
 * - AEGISPAY_SANDBOX_SLOW_MS: what `tok_slow` takes, 2000 by default.
 * - AEGISPAY_SANDBOX_LATER_MS: how long after its answer a gateway does what it does later, 2000 by default.
 * - AEGISPAY_SANDBOX_NOTIFY_URL: where the gateways notify, `http://127.0.0.1:8080/v1/gateways`; nobody by default.
 * - AEGISPAY_SANDBOX_NOTIFY_SECRET: what they sign with, `whsec_` and base64; goes with the URL.
 *
 * When it is ready it prints one line of JSON, `{"listening":"http://127.0.0.1:PORT"}`, and never another on stdout.
 * SIGTERM and SIGINT let the requests in flight finish, for at most 5 s, then end it.
 */
import { buildSandbox } from './app.ts'
import type { NotificationTarget } from './notifications.ts'

const { env } = process
const drainMs = 5_000

function wholeNumber(setting: string): number | undefined {
  const value = env[setting]
  if (value === undefined || value === '') return undefined
  if (!/^\d{1,5}$/.test(value))
    throw new Error(`${setting} must be a whole number up to 99999, not "${value}"`)
  return Number(value)
}

function notificationTarget(): NotificationTarget | undefined {
  const { AEGISPAY_SANDBOX_NOTIFY_URL: url, AEGISPAY_SANDBOX_NOTIFY_SECRET: secret } = env
  if (!url && !secret) return undefined
  if (!url || !secret)
    throw new Error('AEGISPAY_SANDBOX_NOTIFY_URL and AEGISPAY_SANDBOX_NOTIFY_SECRET go together')
  return { url: () => url, secret }
}

const sandbox = buildSandbox({
  dataDir: env.AEGISPAY_SANDBOX_DATA ?? '.aegispay/sandbox',
  latencyMs: wholeNumber('AEGISPAY_SANDBOX_LATENCY_MS'),
  slowMs: wholeNumber('AEGISPAY_SANDBOX_SLOW_MS'),
  laterMs: wholeNumber('AEGISPAY_SANDBOX_LATER_MS'),
  notifications: notificationTarget()
})
const listening = await sandbox.listen({
  host: env.AEGISPAY_SANDBOX_HOST ?? '127.0.0.1',
  port: wholeNumber('AEGISPAY_SANDBOX_PORT') ?? 0
})

let closing = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // The terminal and a supervisor may both send one; the process ends by itself once nothing is open.
    if (closing) return
    closing = true
    void sandbox.close()
    // A connection that sent half a request or none would hold it open for minutes.
    setTimeout(() => sandbox.server.closeAllConnections(), drainMs).unref()
  })
}

process.stdout.write(`${JSON.stringify({ listening })}\n`)
