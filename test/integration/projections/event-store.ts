// An event store on the real services, with a database of its own.
import { afterAll } from '@jest/globals'
import type { Kafka, Producer, Transaction } from 'kafkajs'
import type { Pool } from 'pg'
import { pino, type Logger } from 'pino'
import type { Decided } from '../../../dev/payment-owner.ts'
import type { RecordName } from '../../../src/generated/records.ts'
import { AvroCodec, registerSchemas } from '../../../src/platform/avro/codec.ts'
import { connectKafka } from '../../../src/platform/kafka/client.ts'
import { createTopics } from '../../../src/platform/kafka/admin.ts'
import { connectPostgres } from '../../../src/platform/postgres.ts'
import { ReadDatabase } from '../../../src/projections/read-database.ts'
import { topicNames } from '../../../src/topics.ts'
import { stack } from '../stack.ts'

export class EventStore {
  readonly kafka: Kafka
  /** As the owner of the tables. */
  readonly pool: Pool
  readonly reads: ReadDatabase
  readonly codec: AvroCodec
  readonly topic: string
  readonly prefix: string
  readonly log: Logger
  readonly #producer: Producer
  readonly #producers: Producer[] = []

  private constructor(
    parts: Pick<EventStore, 'kafka' | 'pool' | 'reads' | 'codec' | 'prefix' | 'log'>,
    producer: Producer
  ) {
    this.kafka = parts.kafka
    this.pool = parts.pool
    this.reads = parts.reads
    this.codec = parts.codec
    this.prefix = parts.prefix
    this.log = parts.log
    this.topic = topicNames(parts.prefix).events
    this.#producer = producer
  }

  /** @param name tells the stores of one test file apart */
  static async create(name: string, partitions = 1): Promise<EventStore> {
    const { kafkaBrokers, schemaRegistry, prefix: filePrefix, createMigratedDatabase } = stack()
    const prefix = `${filePrefix}${name}-`
    const log = pino({ level: 'silent' })
    const kafka = connectKafka({ brokers: kafkaBrokers, clientId: 'test' }, log)
    const url = await createMigratedDatabase()
    await Promise.all([registerSchemas(schemaRegistry), createTopics(kafka, { prefix, partitions }, log)])
    const pool = connectPostgres({ url }, log)
    const reads = ReadDatabase.connect({ url }, log)
    const producer = kafka.producer({ idempotent: false })
    await producer.connect()
    const codec = await AvroCodec.connect(schemaRegistry)
    const store = new EventStore({ kafka, pool, reads, codec, prefix, log }, producer)
    stores.push(store)
    return store
  }

  /** Begins a transaction, which the caller ends. */
  async transaction(): Promise<Transaction> {
    const producer = this.kafka.producer({
      transactionalId: `${this.prefix}writer`,
      transactionTimeout: 20_000,
      idempotent: true
    })
    await producer.connect()
    this.#producers.push(producer)
    return producer.transaction()
  }

  /** Writes events the way an owner does: those of one decision in one batch; outside transactions unless one is given. */
  async write(decisions: readonly Decided[], partition = 0, to?: Transaction): Promise<void> {
    const messages = decisions.flatMap(({ topic, offset, events }) =>
      events.map(event => {
        const { type, ...fields } = event
        const value = {
          ...fields,
          eventId: `${event.paymentId}.${String(event.sequence)}`,
          ...{ correlationId: 'corr', inputTopic: topic, inputPartition: partition, inputOffset: offset },
          ...{ controlOffset: 0, schemaVersion: 1 }
        }
        const name = `aegispay.events.${type}` as RecordName
        return {
          key: event.paymentId,
          partition,
          value: this.codec.encode(name, value)
        }
      })
    )
    await (to ?? this.#producer).send({ topic: this.topic, messages })
  }

  async writeRaw(value: Buffer, partition = 0): Promise<void> {
    await this.#producer.send({ topic: this.topic, messages: [{ key: 'raw', value, partition }] })
  }

  async close(): Promise<void> {
    for (const producer of [this.#producer, ...this.#producers]) await producer.disconnect()
    await Promise.all([this.pool.end(), this.reads.close()])
  }
}

const stores: EventStore[] = []

afterAll(async () => {
  for (const store of stores) await store.close()
})

/** Waits until the condition holds; the test's own timeout bounds it. */
export async function eventually(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 20))
}
