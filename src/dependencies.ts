// Whether the services that the roles of a process cannot work without answer: for its readiness, never for its liveness.
import type { Admin } from 'kafkajs'
import type { Logger } from 'pino'
import { Probe } from './platform/probe.ts'
import type { SharedClients } from './shared-clients.ts'

/** Redis is none: nothing is wrong without it. Nor is the schema registry, which is asked for schemas not seen before. */
export type Dependency = 'kafka' | 'postgres'

/** Fails soon: asking again is the probe's own business. */
const IMPATIENT = { initialRetryTime: 100, multiplier: 1.5, maxRetryTime: 500, retries: 3 }

export class Dependencies {
  readonly #probes: ReadonlyMap<Dependency, Probe>
  readonly #admin: Admin

  private constructor(needed: ReadonlySet<Dependency>, clients: SharedClients, log: Logger) {
    this.#admin = clients.kafka.admin({ retry: IMPATIENT })
    const starts: Record<Dependency, () => Probe> = {
      kafka: () => Probe.start('Kafka', () => this.#askKafka(), log),
      postgres: () => Probe.start('PostgreSQL', () => clients.reads().ofNoMerchant('SELECT 1'), log)
    }
    this.#probes = new Map([...needed].map(name => [name, starts[name]()]))
  }

  /** Asks each of them now and then. */
  static follow(needed: ReadonlySet<Dependency>, clients: SharedClients, log: Logger): Dependencies {
    return new Dependencies(needed, clients, log)
  }

  /** Why the first of these that does not answer does not; null when all do. */
  troubleOf(names: readonly Dependency[]): string | null {
    return names.map(name => this.#probes.get(name)!.trouble).find(trouble => trouble !== null) ?? null
  }

  /** Each with what is the matter with it, or null. */
  report(): Record<string, string | null> {
    return Object.fromEntries([...this.#probes].map(([name, { trouble }]) => [name, trouble]))
  }

  async stop(): Promise<void> {
    for (const probe of this.#probes.values()) probe.stop()
    await this.#admin.disconnect()
  }

  /** Connects, as long as it is not connected, each time. */
  async #askKafka(): Promise<void> {
    await this.#admin.connect()
    await this.#admin.describeCluster()
  }
}
