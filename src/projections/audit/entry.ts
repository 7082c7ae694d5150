// What the audit trail says of a record. It must stay what it is: the hashes of old entries are made of it.
import type { KafkaMessage } from 'kafkajs'
import { recordDigest, type Entry } from '../../audit/chain.ts'
import { readChange } from '../../control/read-change.ts'
import type { ControlDocument } from '../../generated/records.ts'
import { UndecodableError, type AvroCodec } from '../../platform/avro/codec.ts'
import { decodeEvent } from '../event-view.ts'
import type { StoredEvent } from '../view.ts'

/** An entry without its place in the chain. */
export interface AuditedRecord {
  readonly entry: Omit<Entry, 'number'>
  /** Null of a record that is no event. */
  readonly event: StoredEvent | null
}

/**
 * Of a record of the event store.
 * @throws UnprojectableError when it is no event
 */
export function auditedEvent(record: KafkaMessage, partition: number, codec: AvroCodec): AuditedRecord {
  const event = decodeEvent(record, partition, codec)
  const { type, value } = event
  const { eventId, paymentId, merchantId, causationId, occurredAt } = value
  const isDecision = type === 'OutcomeResolved' || type === 'ReviewResolved'
  const entry = {
    ...{ topic: 'payments.events', partition, offset: event.offset, digest: recordDigest(record) },
    recordId: stored(eventId),
    ...{ type, subject: stored(paymentId), merchantId: stored(merchantId) },
    causationId: stored(causationId),
    decidedBy: isDecision ? stored(value.decidedBy) : null,
    occurredAt: microseconds(occurredAt)
  }
  return { entry, event }
}

/** Of a record of control data, which may be one that says nothing: whoever may write the topic can put anything there. */
export function auditedChange(record: KafkaMessage, partition: number, codec: AvroCodec): AuditedRecord {
  const { key, offset, headers } = record
  const change = changeOrNull(record, codec)
  const entry = {
    ...{ topic: 'control', partition, offset: Number(offset), digest: recordDigest(record) },
    recordId: stored(headers?.['ce_id']?.toString() ?? null),
    type: change === null ? null : change.document === 'null' ? 'Deleted' : 'Put',
    subject: stored(key?.toString() ?? null),
    ...{ merchantId: null, causationId: null },
    decidedBy: stored(change?.changedBy ?? null),
    occurredAt: change === null ? null : microseconds(change.changedAt)
  }
  return { entry, event: null }
}

function changeOrNull(record: KafkaMessage, codec: AvroCodec): ControlDocument | null {
  try {
    return readChange(codec, record)
  } catch (error) {
    if (error instanceof UndecodableError) return null
    throw error
  }
}

/** As PostgreSQL keeps a text, which holds no NUL. */
const stored = (text: string | null): string | null =>
  text?.includes('\0') ? text.replaceAll('\0', '\ufffd') : text

const microseconds = (at_ms: number): number => at_ms * 1000
