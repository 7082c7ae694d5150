import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Kafka } from 'kafkajs'
import pg from 'pg'
import { pino } from 'pino'
import { seedDemo, setUp, startSandbox, startService } from '../dev/aegispay.ts'
import { addressesAsSettings } from '../dev/stack/environment.ts'
import { freePort } from '../dev/stack/keep.ts'
import type { Processes, Running } from '../dev/stack/processes.ts'
import type { Stack } from '../dev/stack/stack.ts'
import { connectKafka } from '../src/platform/kafka/client.ts'
import { topicNames, type TopicNames } from '../src/topics.ts'
import { cpuTimes, type CpuTimes } from './cpu-time.ts'

export interface Bench {
  readonly stack: Stack
  readonly processes: Processes
  /** For the data of one run. */
  readonly dataDir: string
  /** Takes one line of progress. */
  readonly log: (line: string) => void
  /** Folder for CPU profiles of the service, when it is to be profiled. */
  readonly profiles?: string
}

/** All load comes from one address with one key. */
const UNLIMITED = {
  AEGISPAY_KEY_REQUESTS_PER_MINUTE: '1000000000',
  AEGISPAY_ADDRESS_REQUESTS_PER_MINUTE: '1000000000'
}

/** AegisPay set up under a prefix of its own, with a sandbox that answers at once. */
export class Installation {
  readonly kafka: Kafka
  readonly topics: TopicNames
  readonly url: string
  readonly apiKey: string
  readonly sandboxUrl: string
  readonly #bench: Bench
  readonly #sandbox: Running
  readonly #database: Database
  readonly #settings: Readonly<Record<string, string>>

  private constructor(
    bench: Bench,
    settings: Readonly<Record<string, string>>,
    parts: {
      prefix: string
      url: string
      apiKey: string
      sandboxUrl: string
      sandbox: Running
      database: Database
    }
  ) {
    this.#bench = bench
    this.#settings = settings
    this.#sandbox = parts.sandbox
    this.#database = parts.database
    const { brokers } = bench.stack.kafka
    this.kafka = connectKafka({ brokers, clientId: 'bench' }, pino({ level: 'silent' }))
    this.topics = topicNames(parts.prefix)
    this.url = parts.url
    this.apiKey = parts.apiKey
    this.sandboxUrl = parts.sandboxUrl
  }

  static async create(bench: Bench): Promise<Installation> {
    const { processes, stack, dataDir } = bench
    const prefix = `bench-${randomBytes(4).toString('hex')}-`
    const [port, sandboxPort] = [await freePort(), await freePort()]
    const database = await Database.create(stack.postgres, prefix.slice(0, -1))
    const settings = {
      ...addressesAsSettings(stack),
      AEGISPAY_POSTGRES_URL: database.url,
      AEGISPAY_PREFIX: prefix,
      AEGISPAY_STATE_DIR: join(dataDir, `state-${prefix}`),
      AEGISPAY_HTTP_HOST: '127.0.0.1',
      AEGISPAY_HTTP_PORT: String(port)
    }
    await setUp(processes, settings)
    const sandbox = await startSandbox(processes, {
      AEGISPAY_SANDBOX_PORT: String(sandboxPort),
      AEGISPAY_SANDBOX_DATA: join(dataDir, `sandbox-${prefix}`),
      AEGISPAY_SANDBOX_LATENCY_MS: '0'
    })
    const sandboxUrl = `http://127.0.0.1:${sandboxPort}`
    const keySecret = randomBytes(16).toString('hex')
    const adminSecret = randomBytes(16).toString('hex')
    const { apiKey } = await seedDemo(processes, settings, { sandboxUrl, keySecret, adminSecret })
    const url = `http://127.0.0.1:${port}`
    return new Installation(bench, settings, { prefix, url, apiKey, sandboxUrl, sandbox, database })
  }

  /** Starts the process under test with these roles, all unless given. */
  start(roles: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<Running> {
    const all = { AEGISPAY_LOG_LEVEL: 'warn', ...UNLIMITED, ...this.#settings, ...settings }
    return startService(this.#bench.processes, all, this.url, { roles, nodeOptions: this.#nodeOptions() })
  }

  #nodeOptions(): string[] {
    const { profiles } = this.#bench
    if (profiles === undefined) return []
    mkdirSync(profiles, { recursive: true })
    return ['--cpu-prof', `--cpu-prof-dir=${profiles}`]
  }

  /** Starts a second process, on a port and with a disk of its own. */
  async startBeside(
    name: string,
    roles: readonly string[],
    settings: Readonly<Record<string, string>> = {}
  ): Promise<{ running: Running; url: string }> {
    const { processes, dataDir } = this.#bench
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const own = {
      AEGISPAY_HTTP_PORT: String(port),
      AEGISPAY_STATE_DIR: join(dataDir, `${name}-${this.topics.state}`)
    }
    const all = { AEGISPAY_LOG_LEVEL: 'warn', ...UNLIMITED, ...this.#settings, ...own, ...settings }
    const options = { name, roles, nodeOptions: this.#nodeOptions() }
    return { running: await startService(processes, all, url, options), url }
  }

  /** Of a process of this installation. */
  pidOf(name: string): number | undefined {
    return this.#bench.processes.pidOf(name)
  }

  /** CPU seconds so far of the process under test and of everything it talks to. */
  cpuTimes(): CpuTimes {
    const names = ['service', 'kafka', 'postgres', 'redis', 'sandbox']
    return cpuTimes(Object.fromEntries(names.map(name => [name, this.#bench.processes.pidOf(name)])))
  }

  async close(): Promise<void> {
    await this.#sandbox.end()
    await this.#database.drop()
  }
}

/** An empty database: positions of a read model say nothing about another installation's topics. */
/** A database of its own. */
export class Database {
  readonly url: string
  readonly #server: string
  readonly #name: string

  private constructor(server: string, name: string) {
    this.#server = server
    this.#name = name
    const url = new URL(server)
    url.pathname = `/${name}`
    this.url = url.href
  }

  static async create(server: string, name: string): Promise<Database> {
    const database = new Database(server, name)
    await database.#execute(`CREATE DATABASE ${pg.escapeIdentifier(name)}`)
    return database
  }

  async drop(): Promise<void> {
    await this.#execute(`DROP DATABASE ${pg.escapeIdentifier(this.#name)} WITH (FORCE)`)
  }

  async #execute(statement: string): Promise<void> {
    const client = new pg.Client(this.#server)
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
}
