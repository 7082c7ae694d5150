import { setTimeout as delay } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import type { Author } from '../control/writer.ts'
import type { TopicReader } from '../platform/kafka/topic-reader.ts'
import type { InputRecord, OutputRecord } from '../processors/core/logic.ts'
import { type Transactor, withFenced } from '../processors/core/transactor.ts'
import { idOf, markHeaders, standing, type DeadLetter, type Place } from './letter.ts'
import { isRefusal, original, type Readers, type Refusal } from './redrivable.ts'

export interface RedriveOptions extends Readers {
  readonly kafka: Kafka
  /** Of the dead-letter topic. */
  readonly reader: Pick<TopicReader, 'allBounds' | 'stretches'>
  /** Begins the transactional ids. */
  readonly prefix: string
  readonly author: Author & { readonly reason: string }
  /** Also those that were redriven before. */
  readonly again: boolean
  /** Told after every transaction how many letters are dealt with. */
  readonly progress: (done: number) => void
  readonly log: Logger
}

/** What became of a letter. */
export type Redriven =
  | { readonly letter: string; readonly result: 'redriven'; readonly to: string }
  | ({ readonly letter: string; readonly result: 'refused' } & Refusal)

/** Abandoned with the terminal, a transaction holds up the processors' reading for so long. */
const TRANSACTION_TIMEOUT_MS = 10_000
const MAX_LETTERS_PER_TRANSACTION = 50
/** Below what a topic of inputs takes in one batch. */
const MAX_BYTES_PER_TRANSACTION = 1024 * 1024
/** Offsets that are read of a partition at once: a letter may be as large as a record can be. */
const STRETCH = 500
/**
 * Milliseconds in which the marks of a transaction that is committed are to be seen. Only one that another has left open
 * can hold them back for longer, and whether that ends in time changes nothing about what was redriven.
 */
const SHOWN_MS = 5_000
const LOOK_EVERY_MS = 10

/**
 * Writes records to the topics that they came from again, each in one transaction with the mark that says so: a letter
 * is never redriven without its mark, nor marked without being redriven. Of two at the same time the later fences the
 * earlier, then sees its marks.
 * @throws when the outcome of a transaction is not known; to be repeated, which redrives nothing twice
 */
export async function redrive(places: readonly Place[], options: RedriveOptions): Promise<Redriven[]> {
  const outcomes: Redriven[] = []
  for (const [partition, asked] of Map.groupBy(places, place => place.partition)) {
    const transactionalId = `${options.prefix}dlq-redrive.${partition}`
    const transactionTimeoutMs = TRANSACTION_TIMEOUT_MS
    const progress = (count: number) => options.progress(outcomes.length + count)
    const redriven = await withFenced(
      options.kafka,
      { transactionalId, transactionTimeoutMs },
      options.log,
      transactor => redrivePartition(partition, asked, transactor, { ...options, progress })
    )
    outcomes.push(...redriven)
  }
  return outcomes
}

async function redrivePartition(
  partition: number,
  asked: readonly Place[],
  transactor: Transactor,
  options: RedriveOptions
): Promise<Redriven[]> {
  const { letters, marked } = await lookUp(partition, asked, options)
  const outcomes: Redriven[] = []
  let batch: { letter: DeadLetter; record: InputRecord }[] = []
  let bytes = 0
  let lastMark = -1
  const commit = async () => {
    if (batch.length > 0) {
      const written = await write(batch, transactor, options)
      outcomes.push(...written.redriven)
      lastMark = written.lastMark
    }
    batch = []
    bytes = 0
    options.progress(outcomes.length)
  }
  for (const id of new Set(asked.map(idOf))) {
    const letter = letters.get(id)
    const record = await judged(letter, marked, options)
    if (isRefusal(record)) {
      outcomes.push({ letter: id, result: 'refused', ...record })
      continue
    }
    const { length } = record.value!
    if (batch.length === MAX_LETTERS_PER_TRANSACTION || bytes + length > MAX_BYTES_PER_TRANSACTION)
      await commit()
    bytes += length
    batch.push({ letter: letter!, record })
  }
  await commit()
  // Once: the marks of earlier transactions stand before the last one's.
  if (lastMark >= 0) await untilShown(options.reader, partition, lastMark)
  return outcomes
}

async function judged(
  letter: DeadLetter | undefined,
  marked: ReadonlySet<string>,
  options: RedriveOptions
): Promise<InputRecord | Refusal> {
  if (letter === undefined) return { code: 'letter_not_found', detail: 'no dead letter stands there' }
  if (marked.has(letter.id) && !options.again)
    return { code: 'already_redriven', detail: 'say --again if that is what you want' }
  return original(letter, options)
}

/** The letters that are asked for, and which letters have marks. After the fence, so that no mark is still to come. */
async function lookUp(partition: number, asked: readonly Place[], { reader }: RedriveOptions) {
  const { start, end } = (await reader.allBounds()).get(partition) ?? { start: 0, end: 0 }
  const wanted = new Set(asked.map(idOf))
  const letters = new Map<string, DeadLetter>()
  const marked = new Set<string>()
  const first = Math.max(start, Math.min(...asked.map(({ offset }) => offset)))
  for await (const { records } of reader.stretches(partition, { start: first, end }, STRETCH)) {
    for (const message of records) {
      const what = standing(partition, message)
      if (what?.type === 'mark') marked.add(what.mark.of)
      else if (what?.type === 'letter' && wanted.has(what.letter.id)) letters.set(what.letter.id, what.letter)
    }
  }
  return { letters, marked }
}

/** All letters of a batch are of one partition. */
async function write(
  batch: readonly { letter: DeadLetter; record: InputRecord }[],
  transactor: Transactor,
  { topics, author }: RedriveOptions
): Promise<{ redriven: Redriven[]; lastMark: number }> {
  const at = new Date().toISOString()
  const records: OutputRecord[] = []
  const counts = new Map<string, number>()
  const written = batch.map(({ letter, record }) => {
    const { topic } = letter.source
    const { partition, key, value } = record
    const to = `${topic}/${partition}`
    const headers = { ...record.headers, 'aegispay-redriven-from': letter.id }
    const mark = { of: letter.id, at, by: author.changedBy, reason: author.reason, to }
    records.push(
      { topic, partition, key, value, headers },
      { topic: topics.deadLetters, partition: letter.partition, key, value: null, headers: markHeaders(mark) }
    )
    const position = counts.get(to) ?? 0
    counts.set(to, position + 1)
    return { letter: letter.id, to, position }
  })
  const offsets = await transactor.commit(records, () => true)
  const redriven = written.map(({ letter, to, position }): Redriven => ({
    ...{ letter, result: 'redriven' },
    to: `${to}/${offsets.get(to)! + position}`
  }))
  const { partition } = batch[0]!.letter
  return { redriven, lastMark: offsets.get(`${topics.deadLetters}/${partition}`)! + batch.length - 1 }
}

/** Brokers write the end of a transaction to each partition after they have confirmed it; before, no reader is given it. */
async function untilShown(
  reader: Pick<TopicReader, 'allBounds'>,
  partition: number,
  offset: number
): Promise<void> {
  const deadline = performance.now() + SHOWN_MS
  while (performance.now() < deadline) {
    // What is committed stays so, whether or not Kafka can be asked about it now.
    const bounds = await reader.allBounds().catch(() => null)
    if ((bounds?.get(partition)?.end ?? 0) > offset) return
    await delay(LOOK_EVERY_MS)
  }
}
