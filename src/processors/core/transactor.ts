// The one seam to Kafka's transactions: nothing else in the product begins, commits or aborts one.
//
// How a zombie is fenced. The transactional id is a pure function of the partition, so every owner of a partition, in
// whatever process, uses the same one. InitProducerId finishes the previous owner's transaction and raises the epoch;
// from then on the broker refuses every write and commit of an older epoch. The new owner reads nothing of the
// partition before that, so nothing it reads can still change under it.
//
// What is never done. A producer whose commit failed in any way is not asked again: the client would be stuck in
// COMMITTING, and a delayed EndTxn of the same epoch could end the next transaction. It is dropped, and the next one
// begins with a new epoch, after which the log tells what became of the transaction.
import type { Kafka, Producer, Transaction } from 'kafkajs'
import type { Logger } from 'pino'
import type { OutputRecord } from './logic.ts'

/** The owner lost the partition, or stopped, before the transaction was committed. Nothing of it counts. */
export class OwnershipLostError extends Error {
  override readonly name = 'OwnershipLostError'
}

export interface TransactorOptions {
  readonly transactionalId: string
  /** Milliseconds after which the coordinator aborts an abandoned transaction. Must lie below the session timeout. */
  readonly transactionTimeoutMs: number
}

export class Transactor {
  readonly #kafka: Kafka
  readonly #options: TransactorOptions
  readonly #log: Logger
  #producer: Producer | null = null

  constructor(kafka: Kafka, options: TransactorOptions, log: Logger) {
    this.#kafka = kafka
    this.#options = options
    this.#log = log
  }

  /**
   * Becomes the only writer: finishes what an earlier owner left open and refuses it from now on.
   * @throws when the coordinator does not answer; to be tried again.
   */
  async fence(): Promise<void> {
    this.drop()
    const producer = this.#kafka.producer({
      transactionalId: this.#options.transactionalId,
      transactionTimeout: this.#options.transactionTimeoutMs,
      idempotent: true,
      // More than one request under way would let a retried one overtake its successor.
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner:
        () =>
        ({ message }) =>
          message.partition!
    })
    this.#producer = producer
    await producer.connect()
    // The client sends InitProducerId with its first transaction, not when it connects.
    const empty = await producer.transaction()
    await empty.abort()
  }

  /**
   * Writes all records or none, and returns only after a definite commit.
   *
   * @param mayCommit asked last of all: false when the partition was lost meanwhile
   * @returns the offset of the first record written to each `<topic>/<partition>`
   * @throws OwnershipLostError when `mayCommit` said no; anything else when the outcome is not known. After either
   *   `fence` must come before the next call.
   */
  async commit(records: readonly OutputRecord[], mayCommit: () => boolean): Promise<Map<string, number>> {
    const producer = this.#producer
    if (producer === null) throw new OwnershipLostError('no transaction without a fence')
    try {
      const transaction = await producer.transaction()
      const written = await send(transaction, records)
      if (!mayCommit()) throw new OwnershipLostError('the partition was lost before the commit')
      await transaction.commit()
      return written
    } catch (error) {
      this.drop()
      throw error
    }
  }

  /** Gives the producer up. An open transaction is left to the next fence, or to the coordinator's time-out. */
  drop(): void {
    const producer = this.#producer
    this.#producer = null
    producer?.disconnect().catch((error: unknown) => {
      this.#log.debug({ error }, 'a dropped producer did not disconnect')
    })
  }

  /** Disconnects in order. */
  async close(): Promise<void> {
    const producer = this.#producer
    this.#producer = null
    await producer?.disconnect()
  }
}

/** Lets `work` be the only writer under a transactional id. */
export async function withFenced<T>(
  kafka: Kafka,
  options: TransactorOptions,
  log: Logger,
  work: (transactor: Transactor) => Promise<T>
): Promise<T> {
  const transactor = new Transactor(kafka, options, log)
  try {
    await transactor.fence()
    return await work(transactor)
  } finally {
    await transactor.close()
  }
}

async function send(
  transaction: Transaction,
  records: readonly OutputRecord[]
): Promise<Map<string, number>> {
  const byTopic = Map.groupBy(records, ({ topic }) => topic)
  const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic, messages }))
  const written = await transaction.sendBatch({ acks: -1, topicMessages })
  return new Map(
    written.map(({ topicName, partition, baseOffset }) => [`${topicName}/${partition}`, Number(baseOffset)])
  )
}
