import type { AvroCodec } from '../platform/avro/codec.ts'
import type { BatchingProducer } from '../platform/kafka/batching-producer.ts'
import { checkDocument, controlKey, type ControlDocuments, type ControlKind } from './documents.ts'

export interface Change {
  readonly changedBy: string
  readonly reason: string | null
}

/** Writes control data. A document replaces the one under its id, everywhere, as soon as it is read. */
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
   * @throws InvalidDocumentError before anything is written.
   */
  async put<K extends ControlKind>(
    kind: K,
    id: string,
    document: ControlDocuments[K],
    { changedBy, reason }: Change
  ): Promise<number> {
    checkDocument(kind, id, document)
    const value = this.#codec.encode('aegispay.control.ControlDocument', {
      ...{ kind, id, changedBy, reason },
      document: JSON.stringify(document),
      changedAt: Date.now()
    })
    const record = { topic: this.#topic, partition: 0, key: controlKey(kind, id), value }
    const { offset } = await this.#producer.send(record)
    return offset
  }
}
