// `npm run conformance`: starts AegisPay on a stack of its own and lets Schemathesis (https://schemathesis.io), which is
// not ours, make requests of /openapi.json: valid ones, broken ones, and chains of them. Every answer must be one that the
// document promises, and none a 5xx.
import { randomBytes, randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { seedDemo, setUp, startSandbox, startService, type DemoKeys } from '../../dev/aegispay.ts'
import { addressesAsSettings } from '../../dev/stack/environment.ts'
import { freePort } from '../../dev/stack/keep.ts'
import type { Processes } from '../../dev/stack/processes.ts'
import { StackError } from '../../dev/stack/stack-error.ts'
import { startStack } from '../../dev/stack/start-stack.ts'
import { temporaryDataDir } from '../../dev/temporary.ts'
import { answersSoFar, installSchemathesis, schemathesisArgs } from './schemathesis.ts'

const MIN_REQUESTS = 2_000
/** All requests come from one address with one key. */
const UNLIMITED = {
  AEGISPAY_KEY_REQUESTS_PER_MINUTE: '1000000000',
  AEGISPAY_ADDRESS_REQUESTS_PER_MINUTE: '1000000000'
}

const { values } = parseArgs({ options: { seed: { type: 'string' } } })
const seed = values.seed ?? String(randomInt(1_000_000))

const log = (line: string) => console.log(`  ${line}`)
const { dataDir, processes, remove } = await temporaryDataDir('aegispay-conformance-')
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void processes.end({ hard: true }))
try {
  process.exitCode = await run()
} catch (error) {
  console.error(error instanceof StackError ? error.message : error)
  process.exitCode = 1
} finally {
  await remove()
}
process.exit()

/** Returns the exit code. */
async function run(): Promise<number> {
  const [program, stack] = await Promise.all([
    installSchemathesis(processes, dataDir, log),
    startStack({ dataDir, processes, log, disposable: true })
  ])
  try {
    const { url, keys } = await startAegisPay(processes, addressesAsSettings(stack))
    const ends: string[] = []
    for (const { paths, key, cases } of [
      { paths: '^/v1/(?!admin/)', key: keys.apiKey, cases: 100 },
      // Last, since it may take away what the others need: the gateways, the merchant, and in the end its own key.
      { paths: '^/v1/admin/', key: keys.adminKey, cases: 25 }
    ]) {
      log(`Schemathesis runs on ${paths} with seed ${seed}`)
      const args = schemathesisArgs({ document: `${url}/openapi.json`, paths, key, cases, seed })
      const schemathesis = processes.start({ name: 'schemathesis', command: program, args, cwd: dataDir })
      ends.push(await schemathesis.ended)
      console.log(readFileSync(schemathesis.log, 'utf8'))
    }
    return judge(ends, await answersSoFar(url))
  } finally {
    await stack.stop()
  }
}

async function startAegisPay(
  processes: Processes,
  addresses: Readonly<Record<string, string>>
): Promise<{ url: string; keys: DemoKeys }> {
  const [port, sandboxPort] = [await freePort(), await freePort()]
  const settings = {
    ...addresses,
    ...UNLIMITED,
    AEGISPAY_HTTP_HOST: '127.0.0.1',
    AEGISPAY_HTTP_PORT: String(port),
    AEGISPAY_LOG_LEVEL: 'warn'
  }
  await setUp(processes, settings)
  await startSandbox(processes, {
    AEGISPAY_SANDBOX_PORT: String(sandboxPort),
    AEGISPAY_SANDBOX_DATA: join(dataDir, 'sandbox')
  })
  const sandboxUrl = `http://127.0.0.1:${sandboxPort}`
  const [keySecret, adminSecret] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]
  const keys = await seedDemo(processes, settings, { sandboxUrl, keySecret, adminSecret })
  const url = `http://127.0.0.1:${port}`
  await startService(processes, settings, url)
  return { url, keys }
}

/** Prints what was answered, by the service's own count, and returns the exit code. */
function judge(ends: readonly string[], answers: ReadonlyMap<string, number>): number {
  const total = [...answers.values()].reduce((sum, count) => sum + count, 0)
  const rows = [...answers].sort(([a], [b]) => (a < b ? -1 : 1))
  console.log(rows.map(([status, count]) => `${status} ${String(count).padStart(6)}`).join('\n'))
  const faults = [
    ...ends.filter(end => end !== 'exit 0').map(end => `Schemathesis found failures (${end})`),
    ...(total >= MIN_REQUESTS ? [] : [`only ${total} requests were made, of ${MIN_REQUESTS}`]),
    ...rows.filter(([status]) => status >= '500').map(([status, count]) => `${count} answers were ${status}`)
  ]
  console.log(faults.length === 0 ? `${total} requests, no failure (seed ${seed})` : faults.join('\n'))
  return faults.length === 0 ? 0 : 1
}
