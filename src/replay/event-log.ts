// The event store as a replay reads it, up to an offset or up to what a checkpoint covers.
import type { AvroCodec } from '../platform/avro/codec.ts'
import type { LogBounds } from '../platform/kafka/log-bounds.ts'
import type { TopicReader } from '../platform/kafka/topic-reader.ts'
import { decodeEvent } from '../projections/event-view.ts'
import type { StoredEvent } from '../projections/view.ts'

/** By the full name of an input topic, the next offset to deal with. */
export type Checkpoint = ReadonlyMap<string, number>

export interface EventStretch {
  readonly events: readonly StoredEvent[]
  readonly from: number
  readonly to: number
}

export class EventLog {
  readonly #reader: TopicReader
  readonly #codec: AvroCodec

  constructor(reader: TopicReader, codec: AvroCodec) {
    this.#reader = reader
    this.#codec = codec
  }

  bounds(partition: number): Promise<LogBounds> {
    return this.#reader.bounds(partition)
  }

  /** By partition, from the first event that was written at a time or later. Epoch milliseconds. */
  boundsSince(at: number): Promise<ReadonlyMap<number, LogBounds>> {
    return this.#reader.boundsSince(at)
  }

  /** @param key leaves out the records of all others, unread */
  async *read(partition: number, bounds: LogBounds, key?: string): AsyncGenerator<EventStretch> {
    for await (const { records, from, to } of this.#reader.stretches(partition, bounds)) {
      const wanted = key === undefined ? records : records.filter(record => String(record.key) === key)
      await this.#codec.learn(wanted.map(({ value }) => value))
      yield { events: wanted.map(record => decodeEvent(record, partition, this.#codec)), from, to }
    }
  }

  /**
   * Hands over the events whose inputs a checkpoint covers, and stops at the first that it does not: a partition has
   * one writer, so they are a beginning of the stretch.
   * @returns the offset to go on from
   */
  async readThrough(
    partition: number,
    bounds: LogBounds,
    checkpoint: Checkpoint,
    take: (event: StoredEvent) => void,
    key?: string
  ): Promise<number> {
    for await (const { events } of this.read(partition, bounds, key)) {
      for (const event of events) {
        const [topic, offset] = inputOf(event)
        // What was copied from other topics was dealt with there.
        const position = topic === null ? undefined : checkpoint.get(topic)
        if (position !== undefined && offset >= position) return event.offset
        take(event)
      }
    }
    return Math.max(bounds.start, bounds.end)
  }
}

/** The last input that an event tells of; a timer has none. */
export const inputOf = ({ type, value }: StoredEvent): readonly [topic: string | null, offset: number] =>
  type === 'InputsHandled' ? [value.topic, value.throughOffset] : [value.inputTopic, value.inputOffset ?? -1]
