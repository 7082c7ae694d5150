import { randomUUID } from 'node:crypto'
import type { AvroCodec } from '../platform/avro/codec.ts'
import type { BatchingProducer } from '../platform/kafka/batching-producer.ts'
import { checkDocument, controlKey, type ControlDocuments, type ControlKind } from './documents.ts'

/** Who changes what is there, and why. */
export interface Author {
  readonly changedBy: string
  readonly reason: string | null
}

export interface Change extends Author {
  /** The version that is replaced; whatever is there, unless given. */
  readonly basedOn?: number
  /** Names the change, so that its writer knows its record again; a new one, unless given. */
  readonly changeId?: string
}

const RECORD = 'aegispay.control.ControlDocument'

/** Writes changes of control data. Whether one takes effect, those who read the topic decide. */
export class ControlWriter {
  readonly #producer: Pick<BatchingProducer, 'send'>
  readonly #codec: AvroCodec
  readonly #topic: string

  /** @param topic the control topic's name on this cluster */
  constructor(producer: Pick<BatchingProducer, 'send'>, codec: AvroCodec, topic: string) {
    this.#producer = producer
    this.#codec = codec
    this.#topic = topic
  }

  /**
   * Resolves with the offset of the change when it is durable.
   *
   * @throws InvalidDocumentError before anything is written.
   * @throws ProducerUnavailableError when the brokers do not confirm it: it may have been written all the same
   */
  async put<K extends ControlKind>(
    kind: K,
    id: string,
    document: ControlDocuments[K],
    change: Change
  ): Promise<number> {
    checkDocument(kind, id, document)
    return await this.#send(kind, id, JSON.stringify(document), change)
  }

  /**
   * Resolves as `put`. Not a tombstone, which would not say who deleted it.
   * @throws ProducerUnavailableError as `put`
   */
  delete(kind: ControlKind, id: string, change: Change): Promise<number> {
    return this.#send(kind, id, 'null', change)
  }

  async #send(
    kind: ControlKind,
    id: string,
    document: string,
    { changedBy, reason, basedOn, changeId = randomUUID() }: Change
  ): Promise<number> {
    const changedAt = Date.now()
    const value = this.#codec.encode(RECORD, {
      ...{ kind, id, document, changedBy, changedAt, reason },
      basedOn: basedOn ?? null
    })
    const headers = {
      ...{ ce_specversion: '1.0', ce_id: changeId, ce_source: '/control', ce_type: RECORD },
      ce_time: new Date(changedAt).toISOString()
    }
    const record = { topic: this.#topic, partition: 0, key: controlKey(kind, id), value, headers }
    const { offset } = await this.#producer.send(record)
    return offset
  }
}
