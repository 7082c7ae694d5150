import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findJdk } from '../../dev/stack/jdk.ts'
import { fetchArtifacts } from '../../dev/stack/maven.ts'
import type { Processes, Running } from '../../dev/stack/processes.ts'
import { StackError } from '../../dev/stack/stack-error.ts'

const folder = join(import.meta.dirname, 'kafka-streams')
const pom = join(folder, 'pom.xml')
const cache = join(import.meta.dirname, '..', '..', '.aegispay')
const PREREQUISITES = 'the peer is a Java program: install a JDK 21 or later, and Maven'
/** With what Kafka Streams brings of RocksDB for all platforms. */
const size_MB = 80
const JVM = ['-Xmx512m']

/** Where the peer keeps its states. */
export type PeerStore = 'memory' | 'rocksdb'

export interface PeerOptions {
  readonly brokers: readonly string[]
  /** Names its group, and its changelog `<id>-states-changelog`. */
  readonly applicationId: string
  readonly commands: string
  /** Must exist. */
  readonly events: string
  readonly store: PeerStore
  readonly stateDir: string
}

/** A Kafka Streams application with the processor's topology: `kafka-streams/Peer.java`. */
export class KafkaStreamsPeer {
  readonly #processes: Processes
  readonly #java: string
  readonly #libraries: string

  private constructor(processes: Processes, java: string, libraries: string) {
    this.#processes = processes
    this.#java = java
    this.#libraries = libraries
  }

  /**
   * Fetches what it runs on, unless an earlier run of this clone has.
   * @throws StackError naming what to install
   */
  static async prepare(processes: Processes, log: (line: string) => void): Promise<KafkaStreamsPeer> {
    const jdk = findJdk()
    if (jdk === undefined) throw new StackError(PREREQUISITES)
    const id = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)
    const libraries = join(cache, `kafka-streams-${id}`)
    if (!existsSync(libraries)) {
      const target = `${libraries}.${process.pid}`
      mkdirSync(target, { recursive: true })
      try {
        const fetching = { processes, log, jdk, pom, target, what: 'Kafka Streams', size_MB }
        if (!(await fetchArtifacts(fetching))) throw new StackError(PREREQUISITES)
        renameSync(target, libraries)
      } finally {
        rmSync(target, { recursive: true, force: true })
      }
    }
    return new KafkaStreamsPeer(processes, join(jdk.home, 'bin', 'java'), join(libraries, '*'))
  }

  start({ brokers, applicationId, commands, events, store, stateDir }: PeerOptions): Running {
    const main = [
      join(folder, 'Peer.java'),
      brokers.join(','),
      applicationId,
      commands,
      events,
      store,
      stateDir
    ]
    const log = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'
    const args = [...JVM, log, '--class-path', this.#libraries, ...main]
    return this.#processes.start({ name: 'peer', command: this.#java, args })
  }
}
