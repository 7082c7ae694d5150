// The dead letters of an installation, whether it runs or not.
import type { Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { Author } from '../control/writer.ts'
import type { TopicReader } from '../platform/kafka/topic-reader.ts'
import { findLetters, type Cursor, type FoundLetter, type LetterFilter } from './find-letters.ts'
import { idOf, standing, type Place, type RedriveMark } from './letter.ts'
import type { Readers } from './redrivable.ts'
import { redrive, type Redriven, type RedriveOptions } from './redrive.ts'

export interface LettersPorts {
  readonly kafka: Kafka
  /** Of the dead-letter topic. */
  readonly reader: TopicReader
  readonly readers: Readers
  /** Begins transactional ids. */
  readonly prefix: string
  /** Records that one list may read. */
  readonly most: number
  readonly log: Logger
}

export interface LetterPage {
  readonly limit: number
  readonly before: Cursor | null
}

/** Each method throws where Kafka does not answer. */
export class Letters {
  readonly readers: Readers
  readonly #ports: LettersPorts

  constructor(ports: LettersPorts) {
    this.#ports = ports
    this.readers = ports.readers
  }

  /**
   * The newest first.
   * @throws TooManyLettersError
   */
  async list(filter: LetterFilter, page: LetterPage): ReturnType<typeof findLetters> {
    const { reader, most } = this.#ports
    const { since } = filter
    const bounds = since === undefined ? reader.allBounds() : reader.boundsSince(since)
    return findLetters(reader, await bounds, filter, { ...page, most })
  }

  /** The oldest first, of the newest that the filter lets through. */
  async places(filter: LetterFilter, limit: number): Promise<{ places: readonly Place[]; isMore: boolean }> {
    const { found, next } = await this.list(filter, { limit, before: null })
    return { places: found.map(({ letter }) => letter).toReversed(), isMore: next !== null }
  }

  /** Null when no letter stands there. */
  async find(place: Place): Promise<FoundLetter | null> {
    const { reader } = this.#ports
    const { start, end } = (await reader.allBounds()).get(place.partition) ?? { start: 0, end: 0 }
    if (place.offset < start || place.offset >= end) return null
    let letter: FoundLetter['letter'] | null = null
    const marks: RedriveMark[] = []
    for await (const { records } of reader.stretches(
      place.partition,
      { start: place.offset, end },
      STRETCH
    )) {
      for (const message of records) {
        const what = standing(place.partition, message)
        if (what?.type === 'mark' && what.mark.of === idOf(place)) marks.unshift(what.mark)
        if (what?.type === 'letter' && what.letter.offset === place.offset) letter = what.letter
      }
      if (letter === null) return null
    }
    return letter && { letter, marks }
  }

  redrive(
    places: readonly Place[],
    how: Pick<RedriveOptions, 'author' | 'again' | 'progress'> & { readonly author: Author }
  ): Promise<Redriven[]> {
    const { kafka, reader, prefix, log } = this.#ports
    return redrive(places, { ...how, ...this.readers, kafka, reader, prefix, log })
  }
}

/** Offsets that are read at once: a letter may be as large as a record can be. */
const STRETCH = 500
