import type { AvroCodec } from '../../platform/avro/codec.ts'
import type { LogBounds } from '../../platform/kafka/log-bounds.ts'
import type { TopicReader } from '../../platform/kafka/topic-reader.ts'
import type { View } from '../../projections/view.ts'
import type { Positions, ShadowTable } from './shadow-table.ts'

/** Records that are applied by one statement, as many as the projector takes into one transaction. */
const TOGETHER = 4000

export interface BuilderDeps {
  readonly reader: TopicReader
  readonly codec: AvroCodec
  readonly view: View
  readonly shadow: ShadowTable
  /** Told of the offsets that have been read. */
  readonly advanced: (offsets: number) => void
}

/** Fills the table from the log, as the projector would. */
export class Builder {
  /** Of each partition, the first record that is not applied. */
  positions: Positions
  readonly #deps: BuilderDeps

  constructor(deps: BuilderDeps, positions: Positions) {
    this.#deps = deps
    this.positions = positions
  }

  /** How many offsets lie between here and there. */
  distance(to: Positions): number {
    return this.#stretches(to).reduce((sum, { bounds }) => sum + bounds.end - bounds.start, 0)
  }

  /**
   * Applies the records up to positions that the live view has come to.
   * @param only the keys of the records that are applied; all unless given
   * @throws UnprojectableError when an event does not fit what is there
   */
  async advance(to: Positions, only?: ReadonlySet<string>): Promise<void> {
    const { reader, codec, view, shadow, advanced } = this.#deps
    for (const { partition, bounds } of this.#stretches(to)) {
      for await (const { records, from, to: end } of reader.stretches(partition, bounds, TOGETHER)) {
        const wanted = only === undefined ? records : records.filter(({ key }) => only.has(String(key)))
        await codec.learn(wanted.map(({ value }) => value))
        const said = wanted.map(record => view.read(record, partition, codec)).filter(one => one !== null)
        if (said.length > 0) await shadow.apply(said)
        advanced(end - from)
      }
    }
    this.positions = new Map([...this.positions, ...to])
  }

  /** The keys of all records up to the positions. */
  async keys(to: Positions): Promise<Set<string>> {
    const { reader, advanced } = this.#deps
    const keys = new Set<string>()
    for (const { partition, bounds } of this.#stretches(to)) {
      for await (const { records, from, to: end } of reader.stretches(partition, bounds)) {
        for (const { key } of records) if (key !== null) keys.add(String(key))
        advanced(end - from)
      }
    }
    return keys
  }

  #stretches(to: Positions): { partition: number; bounds: LogBounds }[] {
    return [...to].map(([partition, end]) => {
      const start = this.positions.get(partition) ?? 0
      if (end < start)
        throw new Error('positions_moved_back: the live view was set back meanwhile; begin again')
      return { partition, bounds: { start, end } }
    })
  }
}
