// AegisPay's own processes on a stack, as `npm start` and the benchmarks run them. Each is told by its environment where
// the rest is.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Processes, ProcessSpec, Running } from './stack/processes.ts'
import { StackError } from './stack/stack-error.ts'

type Settings = Readonly<Record<string, string>>

const root = join(import.meta.dirname, '..')

/** Creates topics, registers schemas and migrates the database. */
export async function setUp(processes: Processes, settings: Settings): Promise<void> {
  await processes.run(node('setup', settings, ['src/cli.ts', 'setup']))
}

/**
 * Starts the sandbox gateways and waits until they listen.
 *
 * @param settings the sandbox's own, see `sandbox/server.ts`
 */
export async function startSandbox(processes: Processes, settings: Settings): Promise<Running> {
  const sandbox = processes.start(node('sandbox', settings, ['sandbox/server.ts']))
  await sandbox.untilReady(() => sandboxListens(sandbox.log), 20_000)
  return sandbox
}

/** Where the audit trail of a copy has its keys and anchors. */
export interface AuditFiles {
  readonly privateKey: string
  readonly publicKey: string
  readonly anchors: string
}

/** Makes a key pair on first use, and keeps it in the data folder. */
export async function keptAuditFiles(processes: Processes, dataDir: string): Promise<AuditFiles> {
  const pair = join(dataDir, 'audit')
  const files = {
    ...{ privateKey: `${pair}.key.pem`, publicKey: `${pair}.pub.pem` },
    anchors: join(dataDir, 'audit-anchors')
  }
  if (!existsSync(files.privateKey))
    await processes.run(node('audit-keygen', {}, ['src/cli.ts', 'audit', 'keygen', pair]))
  return files
}

/** The settings of those who sign anchors. */
export const auditSigned = ({ privateKey, anchors }: AuditFiles): Settings => ({
  ...{ AEGISPAY_AUDIT_KEY_FILE: privateKey, AEGISPAY_AUDIT_ANCHOR_DIR: anchors }
})

/** The settings of those who check them. */
export const auditChecked = ({ publicKey, anchors }: AuditFiles): Settings => ({
  ...{ AEGISPAY_AUDIT_PUBLIC_KEYS_FILE: publicKey, AEGISPAY_AUDIT_ANCHOR_DIR: anchors }
})

/** Keys to the demo data. */
export interface DemoKeys {
  readonly apiKey: string
  readonly adminKey: string
}

/** Writes the demo merchant and the sandbox's gateways, and returns the merchant's API key and an admin key. */
export async function seedDemo(
  processes: Processes,
  settings: Settings,
  demo: { readonly sandboxUrl: string; readonly keySecret: string; readonly adminSecret: string }
): Promise<DemoKeys> {
  const demoSettings = {
    AEGISPAY_SANDBOX_URL: demo.sandboxUrl,
    AEGISPAY_DEMO_KEY_SECRET: demo.keySecret,
    AEGISPAY_DEMO_ADMIN_SECRET: demo.adminSecret
  }
  const seeding = node('seed', { ...settings, ...demoSettings }, ['src/cli.ts', 'seed', '--demo'])
  const seeded = printed(await processes.run(seeding), 'apiKey')
  if (seeded === undefined) throw new StackError('`aegispay seed --demo` printed no API key')
  return { apiKey: String(seeded['apiKey']), adminKey: String(seeded['adminKey']) }
}

export interface ServiceOptions {
  /** Tells several processes of one stack apart; `service` unless given. */
  readonly name?: string
  /** All unless given. */
  readonly roles?: readonly string[]
  /** Options of the runtime, such as those of its profiler. */
  readonly nodeOptions?: readonly string[]
}

/** Short-lived objects get some 100 MB on a large machine, of which a service has no more use than of 64. */
const YOUNG_HEAP = '--max-semi-space-size=32'

/**
 * In bytes, for glibc; others take no notice. Buffers of fetches and batches go back to the system when they are let go, and
 * leave no holes of some 100 MB between what lives on.
 */
const ALLOCATOR = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '1048576' }

/**
 * Starts a process with roles and waits until all of them are ready.
 *
 * @param url where the settings have it listen
 */
export async function startService(
  processes: Processes,
  settings: Settings,
  url: string,
  { name = 'service', roles = [], nodeOptions = [] }: ServiceOptions = {}
): Promise<Running> {
  const chosen = roles.length === 0 ? [] : ['--role', roles.join(',')]
  const service = processes.start({
    ...node(
      name,
      { ...ALLOCATOR, ...settings },
      ['src/cli.ts', 'start', ...chosen],
      [YOUNG_HEAP, ...nodeOptions]
    ),
    stopWithin_ms: 12_000
  })
  await service.untilReady(() => isReady(url), 60_000)
  return service
}

function node(
  name: string,
  env: Settings,
  args: readonly string[],
  nodeOptions: readonly string[] = []
): ProcessSpec {
  return {
    name,
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', ...nodeOptions, ...args],
    cwd: root,
    env
  }
}

// Rejects instead of throwing, as a probe does.
// eslint-disable-next-line @typescript-eslint/require-await
async function sandboxListens(log: string): Promise<void> {
  if (printed(readFileSync(log, 'utf8'), 'listening') === undefined)
    throw new Error('it has not said that it listens')
}

async function isReady(url: string): Promise<void> {
  const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })
  const answer = await response.text()
  if (response.status !== 200) throw new Error(`HTTP ${response.status} ${answer.slice(0, 500)}`)
}

/** The last line of an output that is a JSON object with the property. */
function printed(output: string, property: string): Record<string, unknown> | undefined {
  const line = output.split('\n').findLast(line => line.startsWith('{') && line.includes(`"${property}":`))
  return line === undefined ? undefined : (JSON.parse(line) as Record<string, unknown>)
}
