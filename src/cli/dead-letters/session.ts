import type { Author } from '../../control/writer.ts'
import { AvroCodec } from '../../platform/avro/codec.ts'
import { readSettings } from '../../platform/config/read-settings.ts'
import { assertCoPartitioned, withAdmin } from '../../platform/kafka/admin.ts'
import { withTopicReader, type TopicReader } from '../../platform/kafka/topic-reader.ts'
import { createLog, stderr } from '../../platform/log.ts'
import { topicNames } from '../../topics.ts'
import { reachKafka } from '../reach-kafka.ts'
import { findLetters, type Cursor, type FoundLetter, type LetterFilter } from './find-letters.ts'
import { idOf, standing, type Place, type RedriveMark } from './letter.ts'
import type { Readers } from './redrivable.ts'
import { redrive, type Redriven, type RedriveOptions } from './redrive.ts'

/** The dead letters of an installation, worked on without a running AegisPay: Kafka's permissions say who may. */
export interface Letters {
  readonly readers: Readers
  /** The newest first. */
  list(
    filter: LetterFilter,
    page: { readonly limit: number; readonly before: Cursor | null }
  ): ReturnType<typeof findLetters>
  /** The oldest first, of the newest that the filter lets through. */
  places(filter: LetterFilter, limit: number): Promise<{ places: readonly Place[]; isMore: boolean }>
  /** Null when no letter stands there. */
  find(place: Place): Promise<FoundLetter | null>
  redrive(
    places: readonly Place[],
    how: Pick<RedriveOptions, 'author' | 'again' | 'progress'> & { readonly author: Author }
  ): Promise<Redriven[]>
}

/** Works on the dead letters as they are now. */
export async function withLetters(work: (letters: Letters) => Promise<void>): Promise<void> {
  const settings = readSettings(['kafka', 'schemaRegistry', 'topics', 'log'])
  // What goes well is told on stdout.
  const log = createLog({ ...settings.log, level: 'warn' }, stderr())
  const { prefix } = settings.topics
  const topics = topicNames(prefix)
  const kafka = await reachKafka(settings.kafka, log)
  const codec = await AvroCodec.connect(settings.schemaRegistry.url)
  const partitions = await assertCoPartitioned(kafka, [topics.deadLetters, topics.commands, topics.outcomes])
  const readers = { codec, topics, partitions }
  const read = { topic: topics.deadLetters, groupPrefix: `${prefix}dlq` }

  const workWith = async (reader: TopicReader) => {
    const letters: Letters = {
      readers,
      list: async (filter, page) => {
        const { since } = filter
        const bounds = since === undefined ? reader.allBounds() : reader.boundsSince(since)
        return findLetters(reader, await bounds, filter, page)
      },
      places: async (filter, limit) => {
        const { found, next } = await letters.list(filter, { limit, before: null })
        return { places: found.map(({ letter }) => letter).toReversed(), isMore: next !== null }
      },
      find: async place => {
        const { start, end } = (await reader.allBounds()).get(place.partition) ?? { start: 0, end: 0 }
        if (place.offset < start || place.offset >= end) return null
        const standings = (await reader.read(place.partition, { start: place.offset, end })).flatMap(
          message => standing(place.partition, message) ?? []
        )
        const [first] = standings
        if (first?.type !== 'letter' || first.letter.offset !== place.offset) return null
        const marks = standings.flatMap(what => (what.type === 'mark' ? what.mark : []))
        return { letter: first.letter, marks: marksOf(place, marks) }
      },
      redrive: (places, how) => redrive(places, { ...how, ...readers, kafka, reader, prefix, log })
    }
    await work(letters)
  }
  await withAdmin(kafka, admin => withTopicReader(kafka, admin, read, workWith))
}

const marksOf = (place: Place, marks: readonly RedriveMark[]) =>
  marks.filter(({ of }) => of === idOf(place)).toReversed()
