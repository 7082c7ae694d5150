import type { IHeaders } from 'kafkajs'

/** A record of one of the co-partitioned inputs. */
export interface InputRecord {
  /** Which input it came by; the names are the processor's own. */
  readonly input: string
  readonly partition: number
  readonly offset: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: IHeaders
  /** Epoch milliseconds, as the broker or the producer set it. */
  readonly timestamp: number
}

export interface OutputRecord {
  readonly topic: string
  readonly partition: number
  readonly key: Buffer | string | null
  readonly value: Buffer | null
  readonly headers?: IHeaders
  /** Epoch milliseconds in digits, as the client has it; now, unless given. */
  readonly timestamp?: string
}

/** Next offset to deal with, by input. */
export type Positions = Readonly<Record<string, number>>

/** State as the records of a batch see it: what they wrote shows at once, and is real only after the commit. */
export interface StagedState<State> {
  get(key: string): State | undefined
  set(key: string, state: State): void
}

/** What a record of the changelog says. */
export type ChangelogEntry<State> =
  | { readonly type: 'state'; readonly key: string; readonly state: State }
  | { readonly type: 'checkpoint'; readonly positions: Positions; readonly changelogId: string | null }
  | { readonly type: 'fence' }

/** How state, checkpoints and fences stand on the changelog topic. */
export interface Changelog<State> {
  readonly topic: string
  /** With the header of `due.ts` when the state does something by itself. */
  encodeState(key: string, state: State): { key: string; value: Buffer; headers?: IHeaders }
  /** @param changelogId tells this changelog from one that had the same name; it never changes */
  encodeCheckpoint(positions: Positions, changelogId: string): { key: string; value: Buffer }
  encodeFence(owner: string, now: number): { key: string; value: Buffer }
  /** Makes what follows possible for these values. @throws when it cannot be told yet whether they can be decoded. */
  prepare(values: readonly (Buffer | null)[]): Promise<void>
  /** What a value is, told without decoding it. A closed state is never active. */
  kindOf(value: Buffer): 'state' | 'closed' | 'checkpoint' | 'fence'
  decode(value: Buffer): ChangelogEntry<State>
}

/** What is done with the inputs of one partition. One instance serves one ownership of the partition. */
export interface PartitionLogic<State> {
  /** Fetches what `process` needs, before the transaction begins. @throws when the batch has to be tried again. */
  prepare(records: readonly InputRecord[], state: StagedState<State>): Promise<void>
  /**
   * Folds the records in order and says what to write. It must not keep anything from a batch that may yet fail. A record
   * may see the state of its own key, and no other.
   */
  process(records: readonly InputRecord[], state: StagedState<State>): OutputRecord[]
  /**
   * Does what states do by themselves whose time has come, after `process` in the same transaction. One that has moved on
   * since it was due does nothing.
   */
  fire(keys: readonly string[], state: StagedState<State>, partition: number): OutputRecord[]
  /** Whether the state counts in what the logic keeps of the partition as a whole. */
  isActive(state: State): boolean
  /** The state of a key is now definite. Called after a commit, and for the active states when the partition is taken over. */
  replaced(previous: State | undefined, next: State): void
  /** The outputs of the last `process` are committed. */
  committed(state: StagedState<State>): void
  /** The outputs of the last `process` came to nothing; the same records will come again. */
  abandoned(): void
  /** How many records of throttled inputs it can take now. */
  capacity(): number
}
