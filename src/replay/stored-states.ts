// The changelog as it stands: the last record of each payment, and the checkpoint.
import type { PaymentState } from '../domain/payment/state.ts'
import type { TopicReader } from '../platform/kafka/topic-reader.ts'
import { CHECKPOINT_KEY, FENCE_KEY, type PaymentChangelog } from '../processors/payments/changelog.ts'
import type { TopicNames } from '../topics.ts'
import type { Checkpoint } from './event-log.ts'

export interface StoredStates {
  /** By payment id, undecoded. */
  readonly states: ReadonlyMap<string, Buffer>
  /** Null before the first transaction of the partition. */
  readonly checkpoint: Checkpoint | null
}

export class StateLog {
  readonly #reader: TopicReader
  readonly #changelog: PaymentChangelog
  readonly #topics: TopicNames

  constructor(reader: TopicReader, changelog: PaymentChangelog, topics: TopicNames) {
    this.#reader = reader
    this.#changelog = changelog
    this.#topics = topics
  }

  /** @param key the only payment whose state is kept; of all unless given */
  async read(partition: number, key?: string): Promise<StoredStates> {
    const states = new Map<string, Buffer>()
    let checkpoint: Checkpoint | null = null
    const bounds = await this.#reader.bounds(partition)
    for await (const { records } of this.#reader.stretches(partition, bounds)) {
      for (const record of records) {
        const name = String(record.key)
        if (name === FENCE_KEY) continue
        if (record.value === null) {
          states.delete(name)
          continue
        }
        if (name === CHECKPOINT_KEY) checkpoint = await this.#checkpointIn(record.value)
        else if (key === undefined || name === key) states.set(name, record.value)
      }
    }
    return { states, checkpoint }
  }

  /** @throws UndecodableError when it is no state, or one that this version does not know */
  async decode(value: Buffer): Promise<PaymentState> {
    await this.#changelog.prepare([value])
    const entry = this.#changelog.decode(value)
    if (entry.type !== 'state') throw new Error(`a ${entry.type} stands under the key of a payment`)
    return entry.state
  }

  async #checkpointIn(value: Buffer): Promise<Checkpoint | null> {
    await this.#changelog.prepare([value])
    const entry = this.#changelog.decode(value)
    if (entry.type !== 'checkpoint') throw new Error(`a ${entry.type} stands under the key of the checkpoint`)
    const { commands = 0, outcomes = 0 } = entry.positions
    return new Map([
      [this.#topics.commands, commands],
      [this.#topics.outcomes, outcomes]
    ])
  }
}
