// A processor that cannot go wrong unnoticed: it numbers the records of each key, so that a record that is lost, doubled
// or folded into a state that never was shows as a gap or a repeat in what it writes.
import { afterAll, expect } from '@jest/globals'
import type { Admin, Kafka, Producer } from 'kafkajs'
import { pino } from 'pino'
import { connectKafka } from '../../../src/platform/kafka/client.ts'
import type {
  Changelog,
  ChangelogEntry,
  InputRecord,
  OutputRecord,
  PartitionLogic,
  StagedState
} from '../../../src/processors/core/logic.ts'
import { readAll } from '../payments/topic.ts'
import { createTopics } from '../create-topics.ts'
import { stack } from '../stack.ts'

const KEYS = 7
/** Milliseconds after which what has not happened is taken never to happen. */
const PATIENCE_MS = 20_000
const { kafkaBrokers, prefix } = stack()

export const silent = pino({ level: 'silent' })

export const client = (): Kafka => connectKafka({ brokers: kafkaBrokers, clientId: 'test' }, silent)

/** One counted record: which it was, and the number that it got among the records of its key. */
interface Counted {
  readonly input: string
  readonly partition: number
  readonly offset: number
  readonly key: string
  readonly count: number
}

const stops: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
})

/** Has something stopped after the last test of the file. */
export const finallyStop = (stop: () => Promise<unknown>): void => void stops.push(stop)

/** The topics of one test: two co-partitioned inputs, the changelog, and what was counted. */
export class CountingTopics {
  readonly name: string
  readonly kafka = client()
  readonly admin: Admin = this.kafka.admin()
  readonly partitions: number
  readonly #producer: Producer = this.kafka.producer({
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition!
  })
  #written = 0

  private constructor(name: string, partitions: number) {
    this.name = `${prefix}${name}`
    this.partitions = partitions
  }

  static async create(name: string, partitions = 1): Promise<CountingTopics> {
    const topics = new CountingTopics(name, partitions)
    await Promise.all([topics.admin.connect(), topics.#producer.connect()])
    await createTopics(
      topics.admin,
      [...Object.values(topics.inputs), topics.state, topics.counted].map(topic => ({
        topic,
        numPartitions: partitions,
        replicationFactor: 1
      }))
    )
    finallyStop(() => Promise.all([topics.admin.disconnect(), topics.#producer.disconnect()]))
    return topics
  }

  get inputs(): Readonly<Record<'first' | 'second', string>> {
    return { first: `${this.name}-first`, second: `${this.name}-second` }
  }

  get state(): string {
    return `${this.name}-state`
  }

  get counted(): string {
    return `${this.name}-counted`
  }

  /** Writes some records to both inputs of every partition. */
  async write(records: number): Promise<void> {
    const messages = Array.from({ length: records }, () => {
      const n = this.#written++
      return { key: `key-${n % KEYS}`, value: String(n), partition: n % this.partitions }
    })
    await this.#producer.sendBatch({
      topicMessages: Object.values(this.inputs).map(topic => ({ topic, messages }))
    })
  }

  /** Writes some records again and again. */
  async writeUntil(signal: AbortSignal, records: number): Promise<void> {
    while (!signal.aborted) {
      await this.write(records)
      await pause(5)
    }
  }

  /** Waits until every record of the inputs was counted, and only once, in the state that those before it had left. */
  async expectEachCountedOnce(): Promise<void> {
    const inputs = await Promise.all(
      Object.entries(this.inputs).map(async ([input, topic]) =>
        (await readAll(this.kafka, topic)).map(({ partition, offset }) => `${input}/${partition}/${offset}`)
      )
    )
    const expected = inputs.flat().sort()
    let counted: Counted[]
    const deadline = Date.now() + PATIENCE_MS
    do counted = await this.readCounted()
    while (counted.length < expected.length && Date.now() < deadline && (await pause(50)))
    expect(counted.map(({ input, partition, offset }) => `${input}/${partition}/${offset}`).sort()).toEqual(
      expected
    )
    for (const ofKey of Map.groupBy(counted, ({ partition, key }) => `${partition}/${key}`).values())
      expect(ofKey.map(({ count }) => count)).toEqual(ofKey.map((_, i) => i + 1))
  }

  async readCounted(): Promise<Counted[]> {
    const records = await readAll(this.kafka, this.counted)
    return records.map(({ value }) => JSON.parse(value!.toString()) as Counted)
  }
}

async function pause(milliseconds: number): Promise<boolean> {
  await new Promise(resolve => setTimeout(resolve, milliseconds))
  return true
}

/** Waits until the condition holds. @throws when it does not within the patience of a test. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`still not so: ${String(holds)}`)
    await pause(1)
  }
}

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

export const countingChangelog = (topic: string): Changelog<number> => ({
  topic,
  encodeState: (key, state) => entry(key, { type: 'state', key, state }),
  encodeCheckpoint: positions => entry('checkpoint', { type: 'checkpoint', positions }),
  encodeFence: () => entry('fence', { type: 'fence' }),
  prepare: () => Promise.resolve(),
  decode: value => JSON.parse(value.toString()) as ChangelogEntry<number>
})

const entry = (key: string, content: ChangelogEntry<number>) => ({
  key,
  value: Buffer.from(JSON.stringify(content))
})
