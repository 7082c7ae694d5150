import { randomUUID } from 'node:crypto'
import type { HeaderName } from '../headers.ts'
import { partitionOf } from '../platform/kafka/partition-of.ts'
import { contactKeyOf, type ContactKey } from './contact-key.ts'

interface Outgoing {
  readonly topic: string
  readonly partition: number
  readonly key: string
  /** Null is a tombstone. */
  readonly value: Buffer | null
  readonly headers: Readonly<Record<string, string>>
}

export interface ContactPorts {
  /** Resolves when all in-sync replicas have the record. */
  readonly send: (record: Outgoing) => Promise<{ offset: number }>
  /** The name of `customers` on this cluster. */
  readonly topic: string
  readonly partitions: number
  /** The part of AegisPay that writes, such as `/ingress`. */
  readonly source: string
}

/** Of the records, and of what the tombstones are of. */
const RECORD = 'aegispay.customers.CustomerContact'
const ERASED_BY = 'aegispay-erased-by' satisfies HeaderName
/** Names no customer, so it is nobody's. */
const ROLL_KEY = '/'

/** Writes contact details to the only topic that holds any, and erases them there. */
export class ContactWriter {
  readonly #ports: ContactPorts

  constructor(ports: ContactPorts) {
    this.#ports = ports
  }

  /**
   * Replaces what is held of a customer, once all in-sync replicas have it.
   *
   * @param contact a CustomerContact, encoded
   * @throws ProducerUnavailableError when Kafka does not confirm it in time: it may have been stored all the same
   */
  async put(key: ContactKey, contact: Buffer, traceparent: string | undefined): Promise<void> {
    const text = contactKeyOf(key)
    const headers = traceparent === undefined ? {} : { traceparent }
    await this.#send(partitionOf(text, this.#ports.partitions), text, contact, headers)
  }

  /**
   * Writes the tombstone, and resolves with its offset in each partition. It goes to every partition, for a direct
   * producer's partitioner may have put details elsewhere than ours would, and there no other tombstone reaches them.
   *
   * @param erasedBy who wants it, which the tombstones say for as long as they stay
   * @throws ProducerUnavailableError as `put`; to be tried again until it succeeds
   */
  erase(key: ContactKey, erasedBy: string): Promise<number[]> {
    return this.#sendToAll(contactKeyOf(key), { [ERASED_BY]: erasedBy })
  }

  /**
   * Lets the brokers compact what was erased. They never compact the segment that they write to, and close it only when
   * something is written after its time: on a quiet partition an erased address would stay.
   */
  async roll(): Promise<void> {
    await this.#sendToAll(ROLL_KEY, {})
  }

  #sendToAll(key: string, headers: Readonly<Record<string, string>>): Promise<number[]> {
    const all = Array.from({ length: this.#ports.partitions }, (_, partition) => partition)
    return Promise.all(all.map(partition => this.#send(partition, key, null, headers)))
  }

  async #send(
    partition: number,
    key: string,
    value: Buffer | null,
    more: Readonly<Record<string, string>>
  ): Promise<number> {
    const { send, topic, source } = this.#ports
    const headers = {
      ce_specversion: '1.0',
      ce_id: randomUUID(),
      ce_source: source,
      ce_type: RECORD,
      ce_time: new Date().toISOString(),
      ...more
    }
    const { offset } = await send({ topic, partition, key, value, headers })
    return offset
  }
}
