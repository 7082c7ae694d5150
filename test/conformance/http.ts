import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { seedDemo, setUp, startSandbox, startService, type DemoKeys } from '../../dev/aegispay.ts'
import type { StackRun } from '../../dev/on-stack.ts'
import { addressesAsSettings } from '../../dev/stack/environment.ts'
import { freePort } from '../../dev/stack/keep.ts'
import type { Processes } from '../../dev/stack/processes.ts'
import { answersSoFar, installSchemathesis, schemathesisArgs } from './schemathesis.ts'

/** Paths below /v1 for which a merchant's key is refused, whatever is asked. */
const OF_OPERATORS = String.raw`unknown|reviews|gateways/health|payments/\{id\}/(resolve|review)`

const MIN_REQUESTS = 2_000
/** All requests come from one address with one key. */
const UNLIMITED = {
  AEGISPAY_KEY_REQUESTS_PER_MINUTE: '1000000000',
  AEGISPAY_ADDRESS_REQUESTS_PER_MINUTE: '1000000000'
}

/**
 * Lets Schemathesis (https://schemathesis.io), which is not ours, make requests of /openapi.json: valid ones, broken ones,
 * and chains of them. Every answer must be one that the document promises, and none a 5xx.
 *
 * @param seed what the requests are drawn from
 * @returns whether it found no failure
 */
export async function checkHttp({ stack, dataDir, processes }: StackRun, seed: string): Promise<boolean> {
  const log = (line: string) => console.log(`  ${line}`)
  const program = await installSchemathesis(processes, dataDir, log)
  const { url, keys } = await startAegisPay(processes, dataDir, addressesAsSettings(stack))
  const ends: string[] = []
  for (const { paths, key, cases } of [
    // Of a stream no answer ever comes to an end.
    { paths: `^/v1/(?!(${OF_OPERATORS})$|admin/|stream$)`, key: keys.apiKey, cases: 100 },
    // Last, since it may take away what the others need: the gateways, the merchant, and in the end its own key.
    { paths: `^/v1/((${OF_OPERATORS})$|admin/)`, key: keys.adminKey, cases: 25 }
  ]) {
    log(`Schemathesis runs on ${paths} with seed ${seed}`)
    const args = schemathesisArgs({ document: `${url}/openapi.json`, paths, key, cases, seed })
    const schemathesis = processes.start({ name: 'schemathesis', command: program, args, cwd: dataDir })
    ends.push(await schemathesis.ended)
    console.log(readFileSync(schemathesis.log, 'utf8'))
  }
  return isWhole(ends, await answersSoFar(url), seed)
}

async function startAegisPay(
  processes: Processes,
  dataDir: string,
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

/** Prints what was answered, by the service's own count. */
function isWhole(ends: readonly string[], answers: ReadonlyMap<string, number>, seed: string): boolean {
  const total = [...answers.values()].reduce((sum, count) => sum + count, 0)
  const rows = [...answers].sort(([a], [b]) => (a < b ? -1 : 1))
  console.log(rows.map(([status, count]) => `${status} ${String(count).padStart(6)}`).join('\n'))
  const faults = [
    ...ends.filter(end => end !== 'exit 0').map(end => `Schemathesis found failures (${end})`),
    ...(total >= MIN_REQUESTS ? [] : [`only ${total} requests were made, of ${MIN_REQUESTS}`]),
    ...rows.filter(([status]) => status >= '500').map(([status, count]) => `${count} answers were ${status}`)
  ]
  console.log(faults.length === 0 ? `${total} requests, no failure (seed ${seed})` : faults.join('\n'))
  return faults.length === 0
}
