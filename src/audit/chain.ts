// The hash chain of the audit trail, as docs/audit.md specifies it. What an entry holds and how it is hashed never changes:
// anchors that were signed years ago say what came of it.
import { hash } from 'node:crypto'
import type { IHeaders } from 'kafkajs'
import { encodeFields, type Field } from './fields.ts'

/** What stands before the first entry of a partition. */
export const GENESIS = Buffer.alloc(32)

const RECORD = 'aegispay.audit.record.v1'
const ENTRY = 'aegispay.audit.entry.v1'
/** CloudEvents' attributes say what a record is; other headers, such as those of traces, are for its transport. */
const MATTERS = 'ce_'

/** What the audit trail says of one record. */
export interface Entry {
  /** The topic's name without the installation's prefix. */
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** The partition's records are 1, 2, 3 …, while of the offsets some belong to no record. */
  readonly number: number
  /** Of the record's bytes. */
  readonly digest: Buffer
  readonly recordId: string | null
  readonly type: string | null
  /** A payment's id, or the key of control data. */
  readonly subject: string | null
  readonly merchantId: string | null
  /** The command that led to it. */
  readonly causationId: string | null
  /** Who decided it, where it was a person or a program with a key. */
  readonly decidedBy: string | null
  /** Epoch microseconds, as fine as the database keeps them. */
  readonly occurredAt: number | null
}

export interface AuditedRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers?: IHeaders
}

/** A digest of a record as it stands on the topic, byte for byte. */
export function recordDigest({ key, value, headers = {} }: AuditedRecord): Buffer {
  const fields: Field[] = [RECORD, key, value]
  const names = Object.keys(headers).filter(name => name.startsWith(MATTERS))
  for (const name of names.sort()) {
    const content = headers[name]
    if (!Array.isArray(content)) fields.push(name, content ?? null)
    else for (const one of content) fields.push(name, one)
  }
  return sha256(encodeFields(fields))
}

/** What the chain comes to with this entry. @param previous what it came to before, `GENESIS` before the first */
export function entryHash(previous: Buffer, entry: Entry): Buffer {
  const { topic, partition, offset, number, digest, occurredAt } = entry
  const { recordId, type, subject, merchantId, causationId, decidedBy } = entry
  const fields = [
    ENTRY,
    previous,
    topic,
    String(partition),
    String(offset),
    String(number),
    digest,
    recordId,
    type,
    subject,
    merchantId,
    causationId,
    decidedBy,
    occurredAt === null ? null : String(occurredAt)
  ]
  return sha256(encodeFields(fields))
}

/** By way of hexadecimal, which takes Node half as long as to make the buffer itself. */
const sha256 = (bytes: Buffer): Buffer => Buffer.from(hash('sha256', bytes, 'hex'), 'hex')
