// The model of Kafka's logs and of its transaction coordinator: what becomes of records, by whichever order of requests. It is
// checked against a real broker, script by script: test/integration/simulation/log-model.test.ts.

export interface Appended {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, Buffer>>
}

export interface LoggedRecord extends Appended {
  readonly offset: number
  readonly timestamp: number
}

/** A record, or the mark by which a transaction ended, which takes up an offset as well. */
interface Entry {
  readonly offset: number
  readonly record: LoggedRecord | null
  /** Null for what no transaction wrote. */
  readonly transaction: Transaction | null
}

interface Transaction {
  readonly id: string
  state: 'OPEN' | 'COMMITTED' | 'ABORTED'
  /** By partition, where its first record stands, until the partition has its mark. */
  readonly open: Map<Partition, number>
}

interface Producer {
  epoch: number
  readonly timeoutMs: number
  transaction: Transaction | null
}

export type Isolation = 'read_committed' | 'read_uncommitted'

export interface Fetched {
  readonly records: readonly LoggedRecord[]
  /** Where the next fetch goes on: behind marks and records that are not to be seen. */
  readonly next: number
}

/** A newer producer has the transactional id, or the coordinator has given the transaction up. */
export class FencedError extends Error {
  override readonly name = 'FencedError'
}

/** The coordinator is asked to end a transaction, and none is open. */
export class NoTransactionError extends Error {
  override readonly name = 'NoTransactionError'
}

class Partition {
  readonly entries: Entry[] = []
  readonly waiting = new Set<() => void>()
  readonly transactions = new Set<Transaction>()

  get end(): number {
    return this.entries.length
  }

  /** In front of the first record of the first transaction that is still open. */
  get lastStable(): number {
    return Math.min(this.end, ...[...this.transactions].map(({ open }) => open.get(this) ?? Infinity))
  }

  changed(): void {
    for (const wake of [...this.waiting]) wake()
  }
}

export class LogModel {
  readonly #topics = new Map<string, readonly Partition[]>()
  readonly #producers = new Map<string, Producer>()
  readonly #now: () => number

  /** @param now epoch milliseconds, by the brokers' clock */
  constructor(now: () => number) {
    this.#now = now
  }

  createTopic(name: string, partitions: number): void {
    this.#topics.set(
      name,
      Array.from({ length: partitions }, () => new Partition())
    )
  }

  partitionsOf(topic: string): number {
    return this.#topics.get(topic)!.length
  }

  /** @returns the offset of the first */
  append(topic: string, partition: number, records: readonly Appended[]): number {
    return this.#append(this.#partition(topic, partition), records, null)
  }

  /** Ends what an earlier producer of the id left open, and refuses that producer from now on. @returns the epoch */
  initProducer(id: string, timeoutMs: number): number {
    const earlier = this.#producers.get(id)
    if (earlier?.transaction != null) {
      if (earlier.transaction.state === 'OPEN') earlier.transaction.state = 'ABORTED'
      this.writeMarks(id)
    }
    const epoch = (earlier?.epoch ?? -1) + 1
    this.#producers.set(id, { epoch, timeoutMs, transaction: null })
    return epoch
  }

  /**
   * Of a producer whose last transaction has its marks.
   * @returns the offset of the first
   * @throws FencedError
   */
  appendTransactional(
    id: string,
    epoch: number,
    topic: string,
    partition: number,
    records: readonly Appended[]
  ): number {
    const producer = this.#checked(id, epoch)
    producer.transaction ??= { id, state: 'OPEN', open: new Map() }
    return this.#append(this.#partition(topic, partition), records, producer.transaction)
  }

  /** What tells the transaction that the producer has open from all others; null when it has none. */
  openTransaction(id: string, epoch: number): object | null {
    const producer = this.#producers.get(id)
    return producer?.epoch === epoch && producer.transaction?.state === 'OPEN' ? producer.transaction : null
  }

  /** Whether the end of a transaction is decided and its marks are still to be written. */
  isEnding(id: string): boolean {
    const transaction = this.#producers.get(id)?.transaction
    return transaction != null && transaction.state !== 'OPEN'
  }

  /**
   * Decides a transaction. Readers see it when the marks are written.
   * @throws FencedError, NoTransactionError
   */
  endTransaction(id: string, epoch: number, commits: boolean): void {
    const { transaction } = this.#checked(id, epoch)
    if (transaction === null) throw new NoTransactionError(`no transaction of ${id} is open`)
    if (transaction.state === 'OPEN') transaction.state = commits ? 'COMMITTED' : 'ABORTED'
  }

  /** Writes the marks of a transaction that is decided. */
  writeMarks(id: string): void {
    const producer = this.#producers.get(id)
    const transaction = producer?.transaction
    if (producer === undefined || transaction == null || transaction.state === 'OPEN') return
    producer.transaction = null
    for (const partition of [...transaction.open.keys()]) {
      transaction.open.delete(partition)
      partition.transactions.delete(transaction)
      partition.entries.push({ offset: partition.end, record: null, transaction })
      partition.changed()
    }
  }

  /** The coordinator gives up a transaction that took too long, and its producer with it. */
  timeOut(id: string, transaction: object): void {
    const producer = this.#producers.get(id)
    if (producer?.transaction !== transaction || producer.transaction.state !== 'OPEN') return
    producer.transaction.state = 'ABORTED'
    this.writeMarks(id)
    producer.epoch++
  }

  /** Records from an offset, as far as can be read. */
  fetch(topic: string, partition: number, from: number, isolation: Isolation, atMost = Infinity): Fetched {
    const log = this.#partition(topic, partition)
    const end = isolation === 'read_committed' ? log.lastStable : log.end
    const records: LoggedRecord[] = []
    let next = from
    for (; next < end && records.length < atMost; next++) {
      const { record, transaction } = log.entries[next]!
      if (record === null) continue
      if (isolation === 'read_uncommitted' || transaction === null || transaction.state === 'COMMITTED')
        records.push(record)
    }
    return { records, next }
  }

  /** The end that a reader of this isolation is told. */
  end(topic: string, partition: number, isolation: Isolation): number {
    const log = this.#partition(topic, partition)
    return isolation === 'read_committed' ? log.lastStable : log.end
  }

  /** The offset of the last record, whatever becomes of it; -1 where there is none. */
  lastRecord(topic: string, partition: number): number {
    return this.#partition(topic, partition).entries.findLastIndex(
      ({ record, transaction }) => record !== null && transaction?.state !== 'ABORTED'
    )
  }

  /** Calls back whenever a partition changes. @returns ends it */
  watch(topic: string, partition: number, changed: () => void): () => void {
    const { waiting } = this.#partition(topic, partition)
    waiting.add(changed)
    return () => waiting.delete(changed)
  }

  #checked(id: string, epoch: number): Producer {
    const producer = this.#producers.get(id)
    if (producer?.epoch !== epoch) throw new FencedError(`a newer producer has ${id}`)
    return producer
  }

  #append(log: Partition, records: readonly Appended[], transaction: Transaction | null): number {
    const first = log.end
    for (const record of records) {
      const offset = log.end
      log.entries.push({ offset, record: { ...record, offset, timestamp: this.#now() }, transaction })
    }
    if (transaction !== null && !transaction.open.has(log)) {
      transaction.open.set(log, first)
      log.transactions.add(transaction)
    }
    log.changed()
    return first
  }

  #partition(topic: string, partition: number): Partition {
    const log = this.#topics.get(topic)?.[partition]
    if (log === undefined) throw new Error(`there is no ${topic}/${partition}`)
    return log
  }
}
