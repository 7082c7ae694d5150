// The topics of a counting processor (counting-logic.ts), and what must stand on them in the end.
import { afterAll, expect } from '@jest/globals'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Admin, ITopicConfig, Kafka, Producer } from 'kafkajs'
import { pino } from 'pino'
import { connectKafka } from '../../../src/platform/kafka/client.ts'
import { readAll } from '../payments/topic.ts'
import { createTopics } from '../create-topics.ts'
import { stack } from '../stack.ts'
import { countedOf, inputsOf, stateOf, type Counted } from './counting-logic.ts'

const KEYS = 7
/** Milliseconds after which what has not happened is taken never to happen. */
const PATIENCE_MS = 20_000
const { kafkaBrokers, prefix } = stack()

export const silent = pino({ level: 'silent' })

export const client = (brokers: readonly string[] = kafkaBrokers): Kafka =>
  connectKafka({ brokers, clientId: 'test' }, silent)

const stops: (() => Promise<unknown>)[] = []
afterAll(stopAll)

/** Stops what the tests have started so far: needed earlier only by those whose broker ends before the file does. */
export async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop()
}

/** Has something stopped after the last test of the file. */
export const finallyStop = (stop: () => Promise<unknown>): void => void stops.push(stop)

/** The topics of one test: two co-partitioned inputs, the changelog, and what was counted. */
export class CountingTopics {
  readonly name: string
  readonly kafka: Kafka
  readonly admin: Admin
  readonly partitions: number
  /** For the local stores of one machine. */
  readonly stateDir = mkdtempSync(join(tmpdir(), 'aegispay-state-'))
  readonly #producer: Producer
  #written = 0

  private constructor(name: string, partitions: number, kafka: Kafka) {
    this.name = `${prefix}${name}`
    this.partitions = partitions
    this.kafka = kafka
    this.admin = kafka.admin()
    this.#producer = kafka.producer({
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition!
    })
  }

  /**
   * @param kafka a client of the brokers that they are to be on: that of the test run, unless given
   * @param config of each topic
   */
  static async create(
    name: string,
    partitions = 1,
    kafka = client(),
    config: Pick<ITopicConfig, 'replicationFactor' | 'configEntries'> = { replicationFactor: 1 }
  ): Promise<CountingTopics> {
    const topics = new CountingTopics(name, partitions, kafka)
    await Promise.all([topics.admin.connect(), topics.#producer.connect()])
    await createTopics(
      topics.admin,
      [...Object.values(topics.inputs), topics.state, topics.counted].map(topic => ({
        topic,
        numPartitions: partitions,
        ...config
      }))
    )
    finallyStop(() => rm(topics.stateDir, { recursive: true }))
    finallyStop(() => Promise.all([topics.admin.disconnect(), topics.#producer.disconnect()]))
    return topics
  }

  get inputs(): ReturnType<typeof inputsOf> {
    return inputsOf(this.name)
  }

  get state(): string {
    return stateOf(this.name)
  }

  get counted(): string {
    return countedOf(this.name)
  }

  /** Writes some records to both inputs of every partition, or to those that are named, of so many bytes at least. */
  async write(records: number, inputs = Object.values(this.inputs), bytes = 0): Promise<void> {
    const messages = Array.from({ length: records }, () => {
      const n = this.#written++
      return { key: `key-${n % KEYS}`, value: String(n).padEnd(bytes), partition: n % this.partitions }
    })
    await this.#producer.sendBatch({ topicMessages: inputs.map(topic => ({ topic, messages })) })
  }

  /** Leaves records of an aborted transaction at the end of both inputs, which nobody is ever given. */
  async abort(): Promise<void> {
    const transactionalId = `${this.name}-aborts`
    const producer = this.kafka.producer({ transactionalId, transactionTimeout: 10_000, idempotent: true })
    await producer.connect()
    const transaction = await producer.transaction()
    const messages = [{ key: 'key-0', value: 'aborted', partition: 0 }]
    await transaction.sendBatch({
      topicMessages: Object.values(this.inputs).map(topic => ({ topic, messages }))
    })
    await transaction.abort()
    await producer.disconnect()
  }

  /** Writes some records again and again, with so many milliseconds between. */
  async writeUntil(signal: AbortSignal, records: number, everyMs = 5): Promise<void> {
    while (!signal.aborted) {
      await this.write(records)
      await pause(everyMs)
    }
  }

  /**
   * Waits until every record of the inputs was counted, and only once, in the state that those before it had left.
   * @param withinMs how long to wait for the last of them
   * @returns how many there are
   */
  async expectEachCountedOnce(withinMs = PATIENCE_MS): Promise<number> {
    const inputs = await Promise.all(
      Object.entries(this.inputs).map(async ([input, topic]) =>
        (await readAll(this.kafka, topic)).map(({ partition, offset }) => `${input}/${partition}/${offset}`)
      )
    )
    const expected = inputs.flat().sort()
    let counted: Counted[]
    const deadline = Date.now() + withinMs
    do counted = await this.readCounted()
    while (counted.length < expected.length && Date.now() < deadline && (await pause(50)))
    expect(counted.map(({ input, partition, offset }) => `${input}/${partition}/${offset}`).sort()).toEqual(
      expected
    )
    for (const ofKey of Map.groupBy(counted, ({ partition, key }) => `${partition}/${key}`).values())
      expect(ofKey.map(({ count }) => count)).toEqual(ofKey.map((_, i) => i + 1))
    return expected.length
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
export async function until(holds: () => boolean | Promise<boolean>, withinMs = PATIENCE_MS): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`still not so: ${String(holds)}`)
    await pause(1)
  }
}
