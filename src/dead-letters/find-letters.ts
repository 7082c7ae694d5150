import type { KafkaMessage } from 'kafkajs'
import type { LogBounds } from '../platform/kafka/log-bounds.ts'
import type { TopicReader } from '../platform/kafka/topic-reader.ts'
import { placeOf, standing, type DeadLetter, type RedriveMark } from './letter.ts'

export interface LetterFilter {
  readonly code?: string
  /** The topic that the record came from. */
  readonly topic?: string
  /** Epoch milliseconds, inclusive. */
  readonly since?: number
  /** Epoch milliseconds, exclusive. */
  readonly until?: number
  /** Only those that were not redriven. */
  readonly open?: boolean
}

export interface FoundLetter {
  readonly letter: DeadLetter
  /** The last one first. */
  readonly marks: readonly RedriveMark[]
}

/** By partition, the offset before which a page begins. */
export type Cursor = ReadonlyMap<number, number>

interface Page {
  /** The newest first. */
  readonly found: readonly FoundLetter[]
  /** Where the next page begins; null when there is none. */
  readonly next: Cursor | null
}

/** The page lies too far from the end of the topic. */
export class TooManyLettersError extends Error {
  override readonly name = 'TooManyLettersError'
}

/** Offsets that are read of a partition at once. */
const STRETCH = 500

/**
 * The newest letters that the filter lets through. The topic is read from its end backwards, whatever the page, since the
 * mark of a letter may stand anywhere behind it.
 * @param bounds of the dead-letter topic; begin no later than `since`
 * @param most records that may be read
 * @throws TooManyLettersError when the page would take more
 */
export async function findLetters(
  reader: TopicReader,
  bounds: ReadonlyMap<number, LogBounds>,
  filter: LetterFilter,
  { limit, before, most }: { readonly limit: number; readonly before: Cursor | null; readonly most: number }
): Promise<Page> {
  const marks = new Map<string, RedriveMark[]>()
  const found: FoundLetter[] = []
  // What is written from now on is on no page that follows.
  const next = new Map(
    [...bounds].map(([partition, { end }]) => [partition, Math.min(before?.get(partition) ?? end, end)])
  )
  let read = 0
  for await (const { partition, message } of newestFirst(reader, bounds)) {
    if (++read > most) throw new TooManyLettersError(`a page takes more than ${most} records`)
    const what = standing(partition, message)
    if (what?.type === 'mark') marks.set(what.mark.of, [...(marks.get(what.mark.of) ?? []), what.mark])
    if (what?.type !== 'letter' || what.letter.offset >= next.get(partition)!) continue
    const candidate = { letter: what.letter, marks: marks.get(what.letter.id) ?? [] }
    if (!passes(candidate, filter)) continue
    if (found.length === limit) return { found, next }
    found.push(candidate)
    next.set(partition, what.letter.offset)
  }
  return { found, next: null }
}

function passes({ letter, marks }: FoundLetter, { code, topic, since, until, open }: LetterFilter): boolean {
  const at = Date.parse(letter.at)
  return (
    (code === undefined || letter.reason === code) &&
    (topic === undefined || letter.source.topic === topic) &&
    (since === undefined || at >= since) &&
    (until === undefined || at < until) &&
    !(open === true && marks.length > 0)
  )
}

interface Standing {
  readonly partition: number
  readonly message: KafkaMessage
}

/** The records of all partitions, each partition from its end, merged by their timestamps. */
async function* newestFirst(
  reader: TopicReader,
  bounds: ReadonlyMap<number, LogBounds>
): AsyncGenerator<Standing> {
  const tails = [...bounds].map(([partition, { start, end }]) => ({
    ...{ partition, start, position: end },
    records: [] as KafkaMessage[]
  }))
  for (;;) {
    await Promise.all(
      tails.map(async tail => {
        while (tail.records.length === 0 && tail.position > tail.start) {
          const from = Math.max(tail.start, tail.position - STRETCH)
          tail.records = await reader.read(tail.partition, { start: from, end: tail.position })
          tail.position = from
        }
      })
    )
    const [newest] = tails
      .filter(({ records }) => records.length > 0)
      .sort((a, b) => Number(b.records.at(-1)!.timestamp) - Number(a.records.at(-1)!.timestamp))
    if (newest === undefined) return
    yield { partition: newest.partition, message: newest.records.pop()! }
  }
}

/** As callers hold it. */
export const formatCursor = (cursor: Cursor): string =>
  [...cursor].map(([partition, offset]) => `${partition}-${offset}`).join('.')

/** Null when the text is no cursor. */
export function parseCursor(text: string): Cursor | null {
  const places = text.split('.').map(placeOf)
  if (places.includes(null)) return null
  return new Map(places.map(place => [place!.partition, place!.offset]))
}
