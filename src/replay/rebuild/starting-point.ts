import type { TopicReader } from '../../platform/kafka/topic-reader.ts'
import type { Positions } from './shadow-table.ts'

/** Where a rebuild begins to take nothing for granted. */
export type StartingPoint =
  | { readonly type: 'beginning' }
  /** Epoch milliseconds: of each partition the first record of that time or later. */
  | { readonly type: 'time'; readonly at: number }
  /** The same in each partition. */
  | { readonly type: 'offset'; readonly offset: number }

/** Of each partition; within its log. */
export async function startsOf(point: StartingPoint, reader: TopicReader): Promise<Positions> {
  const bounds = await (point.type === 'time' ? reader.boundsSince(point.at) : reader.allBounds())
  return new Map(
    [...bounds].map(([partition, { start, end }]) => [
      partition,
      point.type === 'offset' ? Math.min(end, Math.max(start, point.offset)) : start
    ])
  )
}
