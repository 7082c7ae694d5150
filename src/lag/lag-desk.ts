import type { Admin, Kafka } from 'kafkajs'
import type { AvroCodec } from '../platform/avro/codec.ts'
import { TooSlowError, within } from '../platform/within.ts'
import type { ReadDatabase } from '../projections/read-database.ts'
import { lagOfGroups, type GroupLag } from './lag-of-groups.ts'

export interface LagDeskPorts {
  readonly kafka: Kafka
  readonly codec: AvroCodec
  readonly reads: ReadDatabase
  readonly prefix: string
}

/** Kafka does not tell the lag, or not in time. */
export class LagUnavailableError extends Error {
  override readonly name = 'LagUnavailableError'
}

/** Milliseconds in which Kafka has to answer before it is asked for more. */
const ANSWER_MS = 900
/** Milliseconds that all of it may take. */
const PATIENCE_MS = 10_000
/** Milliseconds for which an answer does: however many pages are open, the cluster is asked once in that time. */
const FRESH_MS = 1_000

/** The lag of all groups as a running process tells it: one look at a time, which all who ask meanwhile share. */
export class LagDesk {
  readonly #ports: LagDeskPorts
  readonly #admin: Admin
  #looking: { readonly lag: Promise<GroupLag[]>; endedAt: number } | null = null

  constructor(ports: LagDeskPorts) {
    this.#ports = ports
    this.#admin = ports.kafka.admin({ retry: { initialRetryTime: 50, multiplier: 1.5, retries: 3 } })
  }

  /** @throws LagUnavailableError */
  current(): Promise<GroupLag[]> {
    if (this.#looking !== null && performance.now() < this.#looking.endedAt + FRESH_MS)
      return this.#looking.lag
    const looking = { lag: this.#look(), endedAt: Infinity }
    this.#looking = looking
    looking.lag.then(
      () => (looking.endedAt = performance.now()),
      // Nobody is told of an old failure.
      () => (looking.endedAt = -Infinity)
    )
    return looking.lag
  }

  stop(): Promise<void> {
    return this.#admin.disconnect()
  }

  async #look(): Promise<GroupLag[]> {
    const { kafka, codec, reads, prefix } = this.#ports
    const admin = this.#admin
    try {
      await within(
        ANSWER_MS,
        admin.connect().then(() => admin.describeCluster())
      )
      const ports = { kafka, admin, reads, prefix, codec: () => Promise.resolve(codec) }
      return await within(PATIENCE_MS, lagOfGroups(ports))
    } catch (error) {
      const why = error instanceof TooSlowError ? 'it takes too long' : 'Kafka does not answer'
      throw new LagUnavailableError(why, { cause: error })
    }
  }
}
