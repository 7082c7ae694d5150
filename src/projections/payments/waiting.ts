import type { ReadDatabase } from '../read-database.ts'

/**
 * How many payments of all merchants wait for a gateway: to be asked, to answer, or to say what became of what it was asked.
 * Those that wait for a customer or an operator do not.
 * @param upTo counted no further
 */
export async function countWaiting(db: ReadDatabase, upTo: number): Promise<number> {
  const [row] = await db.ofAllMerchants<{ waiting: number }>(
    `SELECT count(*) AS waiting FROM (
       SELECT 1 FROM payments
       WHERE (status = 'INITIATED' AND held_until IS NULL)
         OR (status = 'PROCESSING' AND operation ->> 'status' IN ('REQUESTED', 'RETRY_SCHEDULED', 'UNKNOWN'))
       LIMIT $1) AS waiting_payments`,
    [upTo]
  )
  return row!.waiting
}
