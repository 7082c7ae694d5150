import type { Logger } from 'pino'
import type { Clock } from '../../platform/clock.ts'
import type { LogBounds } from '../../platform/kafka/log-bounds.ts'
import type { StretchReader } from '../../platform/kafka/stretch-reader.ts'
import type { LocalStore } from './local-store.ts'
import type { Changelog, PartitionLogic } from './logic.ts'
import type { Transactor } from './transactor.ts'
import type { Turns } from './turns.ts'

export interface InputTopic {
  readonly id: string
  readonly topic: string
  /** Waits while the logic has no capacity. */
  readonly throttled: boolean
}

/** What an owner needs of the process it lives in. */
export interface OwnerPorts<State> {
  /** In order of precedence: what comes first is dealt with first. */
  readonly inputs: readonly InputTopic[]
  readonly changelog: Changelog<State>
  readonly changelogReader: StretchReader
  readonly transactor: Transactor
  /** @throws LocalStoreError */
  readonly openLocalStore: (partition: number) => Promise<LocalStore>
  /** Shared by all owners of the process. */
  readonly turns: Turns
  readonly createLogic: () => PartitionLogic<State>
  readonly logBounds: (topic: string, partition: number) => Promise<LogBounds>
  readonly readFrom: (topic: string, partition: number, offset: number) => void
  readonly pause: (topic: string, partition: number) => void
  /** Resolves when this process is known to be a member of the group, by proof later than the call. */
  readonly membershipConfirmed: () => Promise<void>
  /** An owner met something that no retry mends. */
  readonly fatal: (error: Error) => void
  readonly clock: Clock
  readonly observe: OwnerObserver
  readonly processName: string
  readonly log: Logger
}

export interface OwnerObserver {
  /** @param inputs records dealt with, by input */
  readonly transaction: (inputs: Readonly<Record<string, number>>, seconds: number) => void
  /** A partition is being restored: so many offsets of its changelog are still to be read. */
  readonly restoring: (partition: number, remaining: number) => void
  /**
   * A partition runs here, so many seconds after it was given to this process.
   * @param restored records of its changelog that had to be read
   */
  readonly takeover: (seconds: number, restored: number) => void
  /** @param reason the name of the error */
  readonly rebuild: (reason: string) => void
}
