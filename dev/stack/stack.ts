import type { Processes } from './processes.ts'

/** Kafka, a schema registry, PostgreSQL and Redis, running and answering. */
export interface Stack extends StackAddresses {
  readonly provider: 'environment' | 'docker' | 'local'
  /** Settles when a part ends by itself; never for parts that are not ours to watch. */
  readonly died: Promise<{ name: string; log: string; end: string }>
  /** Ends what was started; data stay, unless the stack was disposable. */
  stop(): Promise<void>
}

export interface StackAddresses {
  readonly kafka: { readonly brokers: readonly string[] }
  /** Base URL of the Confluent-compatible API, version 7. */
  readonly schemaRegistry: string
  readonly postgres: string
  readonly redis: string
}

export interface StackOptions {
  /** Absolute path of an existing folder that no other running process uses. */
  readonly dataDir: string
  /** Every process the stack starts is started, and so recorded, here. */
  readonly processes: Processes
  /** Takes one line of progress. */
  readonly log: (line: string) => void
  /** For one test run: faster, since nothing survives the stop. */
  readonly disposable: boolean
}
