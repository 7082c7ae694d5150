import type { ReadDatabase } from '../read-database.ts'

/** An entry of the audit trail as the API shows it. */
export interface AuditEntryView {
  readonly eventId: string
  readonly type: string
  /** RFC 3339. */
  readonly occurredAt: string
  readonly causationId: string | null
  readonly decidedBy: string | null
  readonly partition: number
  readonly offset: number
  /** In its chain. */
  readonly number: number
  /** Hexadecimal, like `chain`. */
  readonly digest: string
  readonly chain: string
}

interface Row extends Omit<AuditEntryView, 'occurredAt'> {
  readonly occurredAt: Date
}

/** A payment's entries in order, refusals of its merchant's commands included; null when the merchant has no such payment. */
export async function listAudit(
  db: ReadDatabase,
  merchantId: string,
  paymentId: string
): Promise<AuditEntryView[] | null> {
  const rows = await db.ofMerchant<Row>(
    merchantId,
    `SELECT record_id AS "eventId", type, occurred_at AS "occurredAt", causation_id AS "causationId",
       decided_by AS "decidedBy", partition, record_offset AS "offset", number,
       encode(digest, 'hex') AS digest, encode(chain, 'hex') AS chain
     FROM audit WHERE merchant_id = $1 AND subject = $2 ORDER BY record_offset`,
    [paymentId]
  )
  // Commands on another merchant's payment were refused, too.
  if (!rows.some(({ type }) => type !== 'CommandRejected')) return null
  return rows.map(row => ({ ...row, occurredAt: row.occurredAt.toISOString() }))
}
