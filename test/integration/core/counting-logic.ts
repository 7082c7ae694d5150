// A processor that cannot go wrong unnoticed: it numbers the records of each key, so that a record that is lost, doubled
// or folded into a state that never was shows as a gap or a repeat in what it writes.
import type {
  InputRecord,
  OutputRecord,
  PartitionLogic,
  StagedState
} from '../../../src/processors/core/logic.ts'

/** One counted record: which it was, and the number that it got among the records of its key. */
export interface Counted {
  readonly input: string
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly count: number
}

/** The topics of a processor with the name: two co-partitioned inputs, the changelog, and what was counted. */
export const inputsOf = (name: string): Readonly<Record<'first' | 'second', string>> => ({
  first: `${name}-first`,
  second: `${name}-second`
})
export const stateOf = (name: string): string => `${name}-state`
export const countedOf = (name: string): string => `${name}-counted`

export class CountingLogic implements PartitionLogic<number> {
  readonly #topic: string
  readonly #told: (record: string) => void
  #batch: readonly InputRecord[] = []

  /** @param told called, with its input and offset, for every record whose commit is certain */
  constructor(topic: string, told: (record: string) => void = () => undefined) {
    this.#topic = topic
    this.#told = told
  }

  prepare(): Promise<void> {
    return Promise.resolve()
  }

  process(records: readonly InputRecord[], state: StagedState<number>): OutputRecord[] {
    this.#batch = records
    return records.map(({ key: bytes, input, partition, offset }) => {
      const key = bytes!.toString()
      const count = (state.get(key) ?? 0) + 1
      state.set(key, count)
      const counted: Counted = { input, partition, offset, key, count }
      return { topic: this.#topic, partition, key, value: Buffer.from(JSON.stringify(counted)) }
    })
  }

  fire(): OutputRecord[] {
    return []
  }

  isActive(): boolean {
    return false
  }

  replaced(): void {
    // Nothing is derived from the state.
  }

  committed(): void {
    for (const { input, offset } of this.#batch) this.#told(`${input}/${offset}`)
    this.#batch = []
  }

  abandoned(): void {
    this.#batch = []
  }

  capacity(): number {
    return Infinity
  }
}
