// `npm start`: brings up everything AegisPay needs, and AegisPay itself, and takes it all down again on Ctrl-C.
import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { sandboxGateways } from '../sandbox/gateways.ts'
import { STRIPE_GATEWAY } from '../sandbox/stripe/webhook-signature.ts'
import {
  auditSigned,
  keptAuditFiles,
  seedDemo,
  setUp,
  startSandbox,
  startService,
  type DemoKeys
} from './aegispay.ts'
import { claim, type Held } from './claim.js'
import { buildConsole } from './console.ts'
import { addressesAsSettings } from './stack/environment.ts'
import { isFree, keptPorts, keptSecret } from './stack/keep.ts'
import { Processes, tailOf, type Running } from './stack/processes.ts'
import type { Stack } from './stack/stack.ts'
import { StackError } from './stack/stack-error.ts'
import { startStack } from './stack/start-stack.ts'

const help = `Usage: npm start [-- --port N --data DIR]

Starts Kafka, PostgreSQL, Redis and a schema registry, sets AegisPay up on them and runs all its roles.

  --port N     the port of AegisPay's HTTP API on 127.0.0.1 (default 8080)
  --data DIR   where data, logs and dev.json are kept (default .aegispay); another folder and port run a second copy
  --help       shows this text

Set AEGISPAY_KAFKA_BROKERS, AEGISPAY_SCHEMA_REGISTRY_URL, AEGISPAY_POSTGRES_URL and AEGISPAY_REDIS_URL to use services
that run already. Ctrl-C stops everything that was started; pressed again, it does so at once.`

interface Options {
  readonly port: number
  readonly dataDir: string
}

interface Copy {
  readonly service: Running
  readonly sandbox: Running
  readonly stack: Stack
}

const root = join(import.meta.dirname, '..')
const began = performance.now()

// A terminal that was closed must not turn the orderly stop into a crash.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

try {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) console.log(help)
  else process.exitCode = await run(options)
} catch (error) {
  explain(error)
  process.exitCode = 1
}
// A start that was interrupted may still wait for something that no longer comes.
process.exit()

/** Runs until it is told to stop (0) or something ends by itself (1). */
async function run(options: Options): Promise<number> {
  const { dataDir, port } = options
  mkdirSync(dataDir, { recursive: true })
  const url = `http://127.0.0.1:${port}`
  const claimed = await claimDataDir(dataDir)
  try {
    claimed.note({ url })
    await endLeftovers(dataDir)
    if (!(await isFree(port))) {
      throw new StackError(`port ${port} is taken: stop what listens there, or choose another with --port`)
    }
    return await runStack(options, url, claimed)
  } finally {
    claimed.release()
  }
}

async function runStack(options: Options, url: string, claimed: Held): Promise<number> {
  const processes = new Processes(options.dataDir)
  const interrupted = signalled(processes)
  const stack = startStack({ ...options, processes, log: progress, disposable: false })
  try {
    const copy = stack.then(stack => startAegisPay(options, url, stack, processes))
    const started = await Promise.race([copy, interrupted])
    if (started === 'interrupted') return 0
    const ended = await Promise.race([firstEnd(started), interrupted])
    if (ended === 'interrupted') return 0
    throw new StackError(`${ended.name} ended by itself (${ended.end})\n${tailOf(ended.log)}`)
  } catch (error) {
    explain(error)
    return 1
  } finally {
    claimed.note({ url, stopping: true })
    // Its addresses answer no more.
    rmSync(join(options.dataDir, 'dev.json'), { force: true })
    const hasParts = processes.running().length > 0
    if (hasParts) progress('stopping')
    const stopped = performance.now()
    await processes.end()
    await stack.then(
      stack => stack.stop(),
      () => undefined
    )
    if (hasParts) progress(`stopped (${seconds(stopped)})`)
  }
}

/** Sets AegisPay up on the stack and starts it with its sandbox. */
async function startAegisPay(
  { dataDir, port }: Options,
  url: string,
  stack: Stack,
  processes: Processes
): Promise<Copy> {
  const ports = await keptPorts(dataDir, ['sandbox'])
  const sandboxUrl = `http://127.0.0.1:${ports.sandbox}`
  // Hexadecimal digits are base64, too.
  const notifySecret = `whsec_${keptSecret(dataDir, 'sandbox-notify-secret')}`
  const notifying = [...sandboxGateways.map(({ id }) => id), STRIPE_GATEWAY]
  const audit = await keptAuditFiles(processes, dataDir)
  const settings = {
    ...addressesAsSettings(stack),
    ...auditSigned(audit),
    AEGISPAY_HTTP_HOST: '127.0.0.1',
    AEGISPAY_HTTP_PORT: String(port),
    AEGISPAY_STATE_DIR: join(dataDir, 'state'),
    AEGISPAY_GATEWAY_NOTIFICATION_SECRETS: notifying.map(id => `${id}=${notifySecret}`).join(','),
    // Without a profile it does nothing: docs/gateways.md says how to give it one.
    AEGISPAY_GATEWAY_API_KEYS: `${STRIPE_GATEWAY}=sk_test_of_the_sandbox`,
    AEGISPAY_WEBHOOK_KEYS: Buffer.from(keptSecret(dataDir, 'webhook-key')).toString('base64'),
    AEGISPAY_WEBHOOK_ALLOW_LOOPBACK: 'true'
  }

  let step = performance.now()
  const done = (what: string) => {
    progress(`${what} (${seconds(step)})`)
    step = performance.now()
  }
  await setUp(processes, settings)
  done('topics, schemas and tables ready')

  const sandbox = await startSandbox(processes, {
    AEGISPAY_SANDBOX_PORT: String(ports.sandbox),
    AEGISPAY_SANDBOX_DATA: join(dataDir, 'sandbox'),
    AEGISPAY_SANDBOX_NOTIFY_URL: `${url}/v1/gateways`,
    AEGISPAY_SANDBOX_NOTIFY_SECRET: notifySecret
  })
  const keySecret = keptSecret(dataDir, 'demo-key')
  const adminSecret = keptSecret(dataDir, 'demo-admin-key')
  const keys = await seedDemo(processes, settings, { sandboxUrl, keySecret, adminSecret })
  done('sandbox gateways and demo merchant ready')

  if (await buildConsole()) done('console built')
  const service = await startService(processes, settings, url)
  done('AegisPay ready')

  const description = {
    url,
    ...keys,
    kafka: stack.kafka,
    schemaRegistry: stack.schemaRegistry,
    postgres: stack.postgres,
    redis: stack.redis,
    sandbox: sandboxUrl,
    audit
  }
  // For its owner only: it holds the key and the stack's password.
  writeFileSync(join(dataDir, 'dev.json'), `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 })
  console.log(welcome(url, keys, service.log))
  return { service, sandbox, stack }
}

function welcome(url: string, { apiKey, adminKey }: DemoKeys, log: string): string {
  const body = {
    amount: 1099,
    currency: 'EUR',
    capture: 'automatic',
    customer: { id: 'cus_demo', country: 'DE' },
    paymentMethod: { type: 'card', token: 'tok_visa' }
  }
  return `
AegisPay is ready after ${seconds(began)}

  URL        ${url}
  console    ${url}/console
  API key    ${apiKey}
  admin key  ${adminKey}
  log        ${log}

A first payment:

  curl -i ${url}/v1/payments \\
    -H 'authorization: Bearer ${apiKey}' \\
    -H 'idempotency-key: demo-${randomBytes(6).toString('hex')}' \\
    -H 'content-type: application/json' \\
    -d '${JSON.stringify(body)}'

Ctrl-C stops everything.
`
}

/** One run uses a data folder at a time; one that is about to stop is waited for. */
async function claimDataDir(dataDir: string): Promise<Held> {
  // A run whose terminal or npm was killed notices that only after a moment.
  const patience = performance.now() + 1_500
  for (;;) {
    const claimed = claim(join(dataDir, 'launcher.json'))
    if (claimed.held) return claimed
    const { url, pid, stopping = false } = claimed.holder
    if (!stopping && performance.now() > patience) {
      throw new StackError(`already running at ${url ?? 'an address it has yet to tell'} (process ${pid})`)
    }
    await delay(100)
  }
}

async function endLeftovers(dataDir: string): Promise<void> {
  // Whoever waits for this file waits for this run's.
  rmSync(join(dataDir, 'dev.json'), { force: true })
  const leftovers = new Processes(dataDir)
  const names = leftovers.running()
  if (names.length > 0) progress(`ending what an earlier run left running: ${names.join(', ')}`)
  await leftovers.end()
}

/** Resolves at the first signal to stop; a second one ends everything at once. */
function signalled(processes: Processes): Promise<'interrupted'> {
  return new Promise(resolve => {
    let count = 0
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        count++
        if (count === 1) resolve('interrupted')
        else void processes.end({ hard: true }).finally(() => process.exit(130))
      })
    }
  })
}

async function firstEnd({
  service,
  sandbox,
  stack
}: Copy): Promise<{ name: string; log: string; end: string }> {
  return await Promise.race([
    ...[service, sandbox].map(async ({ name, log, ended }) => ({ name, log, end: await ended })),
    stack.died
  ])
}

function readOptions(args: string[]): Options | undefined {
  let values: { port: string; data: string; help: boolean }
  try {
    const options = {
      port: { type: 'string', default: '8080' },
      data: { type: 'string', default: '.aegispay' },
      help: { type: 'boolean', default: false }
    } as const
    values = parseArgs({ args, options }).values
  } catch (error) {
    throw new StackError(`${(error as Error).message}\n\n${help}`)
  }
  if (values.help) return undefined
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new StackError(`--port ${values.port} is no port`)
  return { port, dataDir: resolve(root, values.data) }
}

function progress(line: string): void {
  console.log(`  ${line}`)
}

function explain(error: unknown): void {
  console.error(error instanceof StackError ? `\n${error.message}` : error)
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(1)} s`
}
