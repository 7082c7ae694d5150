import type { Admin, Kafka } from 'kafkajs'
import type { Logger } from 'pino'
import { TopicReader } from '../platform/kafka/topic-reader.ts'
import { TooSlowError, within } from '../platform/within.ts'
import { Letters } from './letters.ts'
import type { Readers } from './redrivable.ts'

export interface DeskPorts {
  readonly kafka: Kafka
  readonly readers: Readers
  /** Begins the names of groups and transactional ids. */
  readonly prefix: string
  readonly log: Logger
}

/** Kafka does not let the letters be read, or not in time. */
export class LettersUnavailableError extends Error {
  override readonly name = 'LettersUnavailableError'
}

/** Milliseconds in which Kafka has to answer before anything is read. */
const ANSWER_MS = 900
/** Milliseconds that whoever asks waits in all: behind others, for a reader, and for what it reads. */
const PATIENCE_MS = 20_000
/** Milliseconds for which a reader that nobody needs is kept: whoever has looked at a list will look at a letter. */
const KEPT_MS = 60_000
/** Records that one list may read. */
const MOST_READ = 50_000

interface Open {
  readonly letters: Letters
  close(): Promise<unknown>
}

/**
 * The dead letters of a running process. One asks after the other, so that however many look, the topic is read once at a
 * time.
 */
export class LetterDesk {
  readonly #ports: DeskPorts
  readonly #admin: Admin
  #open: Open | null = null
  #last: Promise<unknown> = Promise.resolve()
  #idle: NodeJS.Timeout | null = null
  #isStopped = false

  constructor(ports: DeskPorts) {
    this.#ports = ports
    this.#admin = ports.kafka.admin({ retry: { initialRetryTime: 50, multiplier: 1.5, retries: 3 } })
  }

  /**
   * What work on the letters comes to.
   * @throws LettersUnavailableError
   * @throws whatever the work throws, unless time is over
   */
  async use<T>(work: (letters: Letters) => Promise<T>): Promise<T> {
    await this.#asked()
    const before = this.#last
    const done = before.then(() => this.#work(work))
    this.#last = done.catch(() => undefined)
    return unlessLate(PATIENCE_MS, done)
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#close()
    await this.#admin.disconnect()
  }

  /** Kafka answers now: whoever would wait for a broker that is away is told at once. */
  async #asked(): Promise<void> {
    const { topics } = this.#ports.readers
    const answered = this.#admin.connect().then(() => this.#admin.fetchTopicOffsets(topics.deadLetters))
    await unlessLate(ANSWER_MS, answered).catch((error: unknown) => {
      throw new LettersUnavailableError('Kafka does not answer', { cause: error })
    })
  }

  async #work<T>(work: (letters: Letters) => Promise<T>): Promise<T> {
    if (this.#isStopped) throw new LettersUnavailableError('the process stops')
    if (this.#idle !== null) clearTimeout(this.#idle)
    this.#open ??= await this.#reader()
    try {
      return await work(this.#open.letters)
    } finally {
      this.#idle = setTimeout(() => void this.#close(), KEPT_MS).unref()
    }
  }

  async #reader(): Promise<Open> {
    const { kafka, readers, prefix, log } = this.#ports
    const options = { topic: readers.topics.deadLetters, groupPrefix: `${prefix}dlq` }
    const reader = await TopicReader.open(kafka, this.#admin, options)
    const letters = new Letters({ ...{ kafka, reader, readers, prefix, log }, most: MOST_READ })
    return { letters, close: () => reader.close() }
  }

  async #close(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle)
    const open = this.#open
    this.#open = null
    await open
      ?.close()
      .catch((error: unknown) => this.#ports.log.warn({ err: error }, 'a reader did not end'))
  }
}

async function unlessLate<T>(limitMs: number, promise: Promise<T>): Promise<T> {
  try {
    return await within(limitMs, promise)
  } catch (error) {
    if (!(error instanceof TooSlowError)) throw error
    throw new LettersUnavailableError('it takes too long', { cause: error })
  }
}
