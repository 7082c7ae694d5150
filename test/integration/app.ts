// AegisPay on the test run's services: topics, tables and a sandbox of its own, and its roles as processes that a test
// may kill.
import { afterAll, afterEach, beforeEach } from '@jest/globals'
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import pg from 'pg'
import { pino } from 'pino'
import { buildSandbox } from '../../sandbox/app.ts'
import { sandboxGateways } from '../../sandbox/gateways.ts'
import { drawSecret } from '../../src/api-key.ts'
import type { GatewayProfileDocument, MerchantDocument } from '../../src/control/documents.ts'
import { seedDemo } from '../../src/control/seed.ts'
import { ControlTable } from '../../src/control/table.ts'
import { ControlWriter } from '../../src/control/writer.ts'
import { AvroCodec, registerSchemas } from '../../src/platform/avro/codec.ts'
import { createTopics } from '../../src/platform/kafka/admin.ts'

import { BatchingProducer } from '../../src/platform/kafka/batching-producer.ts'
import { connectKafka } from '../../src/platform/kafka/client.ts'
import { topicNames, type TopicNames } from '../../src/topics.ts'
import { processEnv } from './process-env.ts'
import { stack } from './stack.ts'

/** What the gateways of the sandbox sign their notifications with. */
export const NOTIFICATION_SECRET = `whsec_${'c2VjcmV0'.repeat(4)}`

const root = join(import.meta.dirname, '..', '..')
/** Milliseconds after which a gateway goes on with what it has to say later. */
const LATER_MS = 200
/** What `tok_slow` takes. */
const SLOW_MS = 500
/** Far beyond what a process may need, so that one that hangs is told from a test that is slow. */
const START_MS = 25_000
const ANSWER_MS = 25_000
const silent = pino({ level: 'silent' })

export interface LedgerRow {
  readonly gateway: string
  readonly payment: string
  readonly operation: string
  readonly kind: 'AUTHORIZE' | 'PURCHASE' | 'CAPTURE' | 'VOID' | 'REFUND' | 'SETTLE'
  readonly amount: number
  readonly currency: string
  readonly idempotencyKey: string
}

/** One process with some roles. */
export interface Worker {
  readonly url: string
  /** Its log so far, one JSON object a line. */
  readonly log: readonly string[]
  readonly process: ChildProcess
  /** Ends it by a signal and resolves with its exit code, null when it was killed. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

export interface AppOptions {
  /** Tells the apps of one test file apart. */
  readonly name: string
  readonly partitions?: number
  /** Milliseconds that the sandbox gateways take. */
  readonly latencyMs?: number
  readonly settings?: Readonly<Record<string, string>>
  /** Other ones than those of the test run. */
  readonly kafkaBrokers?: readonly string[]
  /** What is to be other in the profiles of the demo. */
  readonly profile?: ProfileChange
  /** What the demo merchant has set for its payments: nothing is tried twice, unless given. */
  readonly payments?: MerchantDocument['payments']
  /** The address under which the gateways are to be called, given the sandbox's. */
  readonly gatewaysBehind?: (sandboxUrl: string) => Promise<string>
}

type Cleanups = (() => Promise<unknown>)[]

const ofFile: Cleanups = []
/** Of what is made now. An app of a test goes with it: processes that idle take their part from the tests that follow. */
let current = ofFile
beforeEach(() => {
  current = []
})
afterEach(async () => {
  const ofTest = current
  current = ofFile
  await cleanUp(ofTest)
}, 60_000)
afterAll(() => cleanUp(ofFile), 60_000)

async function cleanUp(made: Cleanups): Promise<void> {
  for (const clean of made.toReversed()) await clean()
}

export class App {
  readonly kafka: Kafka
  readonly topics: TopicNames
  readonly codec: AvroCodec
  readonly apiKey: string
  readonly adminKey: string
  readonly sandboxUrl: string
  readonly settings: Readonly<Record<string, string>>
  readonly #notified: Notified
  readonly #cleanups: Cleanups

  private constructor(
    parts: Pick<App, 'kafka' | 'topics' | 'codec' | 'apiKey' | 'adminKey' | 'sandboxUrl' | 'settings'>,
    notified: Notified,
    cleanups: Cleanups
  ) {
    this.#notified = notified
    this.#cleanups = cleanups
    this.kafka = parts.kafka
    this.topics = parts.topics
    this.codec = parts.codec
    this.apiKey = parts.apiKey
    this.adminKey = parts.adminKey
    this.sandboxUrl = parts.sandboxUrl
    this.settings = parts.settings
  }

  static async create(options: AppOptions): Promise<App> {
    const { name, partitions = 4, latencyMs = 0, settings = {}, profile, gatewaysBehind } = options
    const { payments = { attempts: 1 } } = options
    const { schemaRegistry, redis, prefix: filePrefix, createMigratedDatabase, ...shared } = stack()
    const { kafkaBrokers = shared.kafkaBrokers } = options
    const prefix = `${filePrefix}${name}-`
    const kafka = connectKafka({ brokers: kafkaBrokers, clientId: 'test' }, silent)
    const postgres = await createMigratedDatabase()
    const notified: Notified = { url: null }
    const [sandboxUrl] = await Promise.all([
      startSandbox(latencyMs, notified),
      registerSchemas(schemaRegistry),
      createTopics(kafka, { prefix, partitions, replicationFactor: null, minIsr: null }, silent)
    ])
    const codec = await AvroCodec.connect(schemaRegistry)
    const topics = topicNames(prefix)
    const { apiKey, adminKey } = await seed(
      kafka,
      codec,
      topics.control,
      prefix,
      (await gatewaysBehind?.(sandboxUrl)) ?? sandboxUrl,
      payments
    )
    const parts = {
      ...{ kafka, topics, codec, apiKey, adminKey, sandboxUrl },
      settings: {
        AEGISPAY_KAFKA_BROKERS: kafkaBrokers.join(','),
        AEGISPAY_SCHEMA_REGISTRY_URL: schemaRegistry,
        AEGISPAY_POSTGRES_URL: postgres,
        AEGISPAY_REDIS_URL: redis,
        AEGISPAY_PREFIX: prefix,
        AEGISPAY_HTTP_PORT: '0',
        AEGISPAY_STATE_DIR: temporaryFolder('state'),
        // The tests of load shedding set their own; elsewhere a busy machine is no reason to refuse.
        AEGISPAY_MAX_EVENT_LOOP_DELAY_MS: '60000',
        AEGISPAY_GATEWAY_NOTIFICATION_SECRETS: sandboxGateways
          .map(({ id }) => `${id}=${NOTIFICATION_SECRET}`)
          .join(','),
        AEGISPAY_WEBHOOK_KEYS: randomBytes(32).toString('base64'),
        // Receivers of tests are on this machine.
        AEGISPAY_WEBHOOK_ALLOW_LOOPBACK: 'true',
        ...settings
      }
    }
    const app = new App(parts, notified, current)
    if (profile !== undefined) await app.changeProfiles(profile)
    return app
  }

  /** The same gateways, merchant and keys under other settings. */
  under(settings: Readonly<Record<string, string>>): App {
    const all = { ...this.settings, ...settings }
    const { kafka, codec, apiKey, adminKey, sandboxUrl } = this
    const topics = topicNames(all['AEGISPAY_PREFIX']!)
    const parts = { kafka, codec, apiKey, adminKey, sandboxUrl, settings: all, topics }
    return new App(parts, this.#notified, this.#cleanups)
  }

  /**
   * Starts a process with the roles (all, unless given) and waits until it is ready. Gateways notify the one with an
   * ingress that was started last.
   */
  async start(...roles: string[]): Promise<Worker> {
    const args = ['--disable-warning=ExperimentalWarning', 'src/cli.ts', 'start']
    const child = spawn(
      process.execPath,
      [...args, ...(roles.length > 0 ? ['--role', roles.join(',')] : [])],
      {
        cwd: root,
        env: processEnv(this.settings),
        stdio: ['ignore', 'pipe', 'pipe']
      }
    )
    const log: string[] = []
    const exited = once(child, 'exit').then(([code]) => code as number | null)
    const end = async (signal: NodeJS.Signals) => {
      child.kill(signal)
      return exited
    }
    this.#cleanups.push(() => end('SIGKILL'))
    const listening = Promise.withResolvers<string>()
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', line => {
        log.push(line)
        if (line.includes('"msg":"listening"')) listening.resolve((JSON.parse(line) as { url: string }).url)
      })
    }
    const ended = exited.then(code => {
      throw new Error(`the process ended (${code}):\n${log.join('\n')}`)
    })
    const url = await Promise.race([
      listening.promise,
      ended,
      delay(START_MS, null, { ref: false }).then(() => {
        throw new Error(`the process does not listen after ${START_MS} ms:\n${log.join('\n')}`)
      })
    ])
    const worker = { url, log, process: child, end }
    if (roles.length === 0 || roles.includes('ingress')) this.#notified.url = `${url}/v1/gateways`
    const ready = eventually(async () => {
      const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) })
      if (!response.ok) throw new Error(`${await response.text()}\n${log.join('\n')}`)
    })
    // Once it runs, its end is the test's doing.
    await Promise.race([ready, ended])
    return worker
  }

  /** A request of the demo merchant. */
  async request(worker: Worker, method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const { key, body, headers, apiKey = this.apiKey } = options
    const response = await fetch(`${worker.url}${path}`, {
      method,
      signal: AbortSignal.timeout(ANSWER_MS),
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') === true
    const parsed = (isJson ? JSON.parse(text) : null) as Record<string, unknown>
    return { status: response.status, headers: response.headers, body: parsed }
  }

  /** Starts a payment of the demo merchant, and returns its id when it has been answered. */
  async pay(worker: Worker, key: string, changes: object = {}): Promise<string> {
    const { status, body } = await this.request(worker, 'POST', '/v1/payments', {
      ...{ key, body: payment(changes) }
    })
    if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`)
    return body['id'] as string
  }

  /** As the owner of the tables, on a connection of its own: the database is dropped when the file's tests have ended. */
  async query<R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    const client = new pg.Client(this.settings['AEGISPAY_POSTGRES_URL'])
    await client.connect()
    try {
      const { rows } = await client.query<R>(text, values)
      return rows
    } finally {
      await client.end()
    }
  }

  /** Changes the profiles of all gateways. */
  async changeProfiles(change: ProfileChange): Promise<void> {
    const { kafka, codec, topics, settings } = this
    await withControl(kafka, codec, topics.control, settings['AEGISPAY_PREFIX']!, (writer, table) =>
      changeProfiles(writer, table, change)
    )
  }

  /** Writes the profile of a gateway. */
  async putProfile(profile: GatewayProfileDocument): Promise<void> {
    const { kafka, codec, topics, settings } = this
    await withControl(kafka, codec, topics.control, settings['AEGISPAY_PREFIX']!, writer =>
      writer.put('gateway-profiles', profile.id, profile, { changedBy: 'test', reason: null })
    )
  }

  /** What really happened to money. */
  async ledger(payment?: string): Promise<LedgerRow[]> {
    if (payment !== undefined) return this.#ledger(`payment=${payment}`)
    const rows: (LedgerRow & { sequence: number })[] = []
    for (;;) {
      const page = await this.#ledger<{ sequence: number }>(`limit=1000&after=${rows.at(-1)?.sequence ?? 0}`)
      rows.push(...page)
      if (page.length < 1000) return rows
    }
  }

  async #ledger<More>(query: string): Promise<(LedgerRow & More)[]> {
    const response = await fetch(`${this.sandboxUrl}/ledger?${query}`)
    return (await response.json()) as (LedgerRow & More)[]
  }
}

export interface RequestOptions {
  readonly key?: string
  /** The demo merchant's unless given. */
  readonly apiKey?: string
  /** A string is sent as it is. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

/** The body of a payment that the sandbox approves. */
export const payment = (changes: object = {}): object => ({
  amount: 1099,
  currency: 'EUR',
  capture: 'automatic',
  customer: { id: 'cus_1', country: 'DE' },
  paymentMethod: { type: 'card', token: 'tok_visa' },
  ...changes
})

/** Tries until it does not throw, at most for the time; the last error is thrown. */
export async function eventually<T>(attempt: () => Promise<T>, withinMs = 30_000): Promise<T> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const began = Date.now()
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > deadline) throw error
      // What takes long to look at is looked at less often, so that looking leaves room for what is awaited.
      await delay(Math.max(50, Date.now() - began))
    }
  }
}

/** Whom the gateways notify; null while nobody listens. */
interface Notified {
  url: string | null
}

/** Gone with the test, or where it was made before all tests after the last one. */
function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `aegispay-${name}-`))
  current.push(() => rm(folder, { recursive: true }))
  return folder
}

async function startSandbox(latencyMs: number, notified: Notified): Promise<string> {
  const dataDir = temporaryFolder('sandbox')
  const sandbox = buildSandbox({
    dataDir,
    latencyMs,
    laterMs: LATER_MS,
    slowMs: SLOW_MS,
    notifications: { url: () => notified.url, secret: NOTIFICATION_SECRET }
  })
  await sandbox.listen({ host: '127.0.0.1', port: 0 })
  current.push(() => sandbox.close())
  return `http://127.0.0.1:${(sandbox.server.address() as AddressInfo).port}`
}

/** What is to be other in a gateway's profile. */
type ProfileChange = (profile: GatewayProfileDocument) => Partial<GatewayProfileDocument>

async function seed(
  kafka: Kafka,
  codec: AvroCodec,
  topic: string,
  prefix: string,
  sandboxUrl: string,
  payments: NonNullable<MerchantDocument['payments']>
): Promise<{ apiKey: string; adminKey: string }> {
  const [keySecret, adminSecret] = [drawSecret(), drawSecret()]
  return withControl(kafka, codec, topic, prefix, async (writer, table) => {
    const demo = await seedDemo({ writer, table, sandboxUrl, keySecret, adminSecret })
    const merchant = { ...demo.merchant, payments }
    await writer.put('merchants', merchant.id, merchant, { changedBy: 'test', reason: null })
    return demo
  })
}

async function changeProfiles(writer: ControlWriter, table: ControlTable, change: ProfileChange) {
  const profiles = await eventually(() => {
    if (table.gatewayProfiles().length < 3) throw new Error('the profiles are not there yet')
    return Promise.resolve(table.gatewayProfiles())
  })
  for (const profile of profiles) {
    const document = { ...profile, ...change(profile) }
    await writer.put('gateway-profiles', profile.id, document, { changedBy: 'test', reason: null })
  }
}

async function withControl<T>(
  kafka: Kafka,
  codec: AvroCodec,
  topic: string,
  prefix: string,
  work: (writer: ControlWriter, table: ControlTable) => Promise<T>
): Promise<T> {
  const producer = await BatchingProducer.start(kafka, silent, { sendTimeoutMs: 10_000 })
  const table = await ControlTable.follow({ kafka, topic, codec, groupPrefix: prefix, log: silent })
  try {
    return await work(new ControlWriter(producer, codec, topic), table)
  } finally {
    await Promise.all([table.stop(), producer.stop()])
  }
}
