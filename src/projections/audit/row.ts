import type { Entry } from '../../audit/chain.ts'

/** A row of the tables `audit` and `control_audit`, as it is written. */
export interface AuditRow {
  readonly partition: number
  readonly record_offset: number
  readonly number: number
  readonly record_id: string | null
  readonly type: string | null
  readonly subject: string | null
  readonly merchant_id: string | null
  readonly causation_id: string | null
  readonly decided_by: string | null
  readonly occurred_at: Date | null
  /** As PostgreSQL's bytea reads it. */
  readonly digest: string
  readonly chain: string
}

export const rowOf = (entry: Entry, chain: Buffer): AuditRow => ({
  ...{ partition: entry.partition, record_offset: entry.offset, number: entry.number },
  ...{ record_id: entry.recordId, type: entry.type, subject: entry.subject, merchant_id: entry.merchantId },
  ...{ causation_id: entry.causationId, decided_by: entry.decidedBy },
  occurred_at: entry.occurredAt === null ? null : new Date(entry.occurredAt / 1000),
  digest: `\\x${entry.digest.toString('hex')}`,
  chain: `\\x${chain.toString('hex')}`
})
