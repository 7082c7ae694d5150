import type { KafkaMessage } from 'kafkajs'
import type { ControlDocument } from '../generated/records.ts'
import { UndecodableError, type AvroCodec } from '../platform/avro/codec.ts'

/**
 * The change that a record of the control topic asks for; whether it takes effect is judged elsewhere.
 *
 * @param codec has met the record's schema
 * @throws UndecodableError when it is none, or stands under another key than its own
 */
export function readChange(codec: AvroCodec, { key, value }: KafkaMessage): ControlDocument {
  const name = key?.toString() ?? ''
  if (value === null) return deletionOf(name)
  const decoded = codec.decode(value)
  if (decoded.name !== 'aegispay.control.ControlDocument')
    throw new UndecodableError(`${name} is a ${decoded.name}`)
  const { kind, id, changedAt } = decoded.value
  if (`${kind}/${id}` !== name) throw new UndecodableError(`${kind}/${id} stands under the key ${name}`)
  if (Number.isNaN(new Date(changedAt).getTime())) throw new UndecodableError(`${name} changed at no time`)
  return decoded.value
}

/** A tombstone says no more than its key: nothing of ours writes one, an operator with Kafka's tools may. */
function deletionOf(key: string): ControlDocument {
  const [kind = '', id = ''] = key.split('/', 2)
  return { kind, id, document: 'null', changedBy: 'unknown', changedAt: 0, reason: null, basedOn: null }
}
