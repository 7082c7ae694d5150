// As of when a view is. A projector writes down which end of the log its view has come to, and since when it knows that; any
// process that can read the view can read that too, and need not ask Kafka. All times are the database's, so that the
// clocks of projectors and readers need not agree.
import type { Pool } from 'pg'
import { asJsonRows } from '../platform/postgres.ts'
import type { LogEnd } from './log-ends.ts'
import type { ReadDatabase } from './read-database.ts'
import type { ViewName } from './view.ts'

/**
 * @param reached ends to which views have come
 * @param now by the clock of `seenAt`
 */
export async function noteFreshness(
  pool: Pool,
  reached: readonly (LogEnd & { readonly view: ViewName })[],
  now: number
): Promise<void> {
  if (reached.length === 0) return
  const rows = reached.map(({ view, partition, offset, seenAt }) => ({
    ...{ view, partition },
    ...{ log_end: offset, age_ms: now - seenAt }
  }))
  // In one order: two projectors that hold a partition for a moment must not wait for each other.
  await pool.query(
    `INSERT INTO projection_freshness (view, partition, log_end, as_of)
     SELECT view, partition, log_end, clock_timestamp() - age_ms * interval '1 millisecond'
     FROM json_to_recordset($1) AS reached (view text, partition integer, log_end bigint, age_ms float8)
     ORDER BY view, partition
     ON CONFLICT (view, partition) DO UPDATE SET log_end = EXCLUDED.log_end, as_of = EXCLUDED.as_of`,
    [asJsonRows(rows)]
  )
}

/** A view shows everything that was on record at a moment, and perhaps more. */
export interface ViewFreshness {
  readonly view: string
  readonly asOf: Date
  /** Milliseconds from that moment until this was read. */
  readonly ageMs: number
}

/**
 * Of each view of which it is known for all partitions.
 *
 * A view that was built anew and is not as far as the one before counts as unknown until it has come to an end of the log.
 *
 * @param partitions of the topics
 */
export function readFreshness(db: ReadDatabase, partitions: number): Promise<ViewFreshness[]> {
  return db.ofNoMerchant<{ view: string; asOf: Date; ageMs: number }>(
    `SELECT view, min(as_of) AS "asOf",
       (extract(epoch FROM clock_timestamp() - min(as_of)) * 1000)::float8 AS "ageMs"
     FROM projection_freshness JOIN projection_positions USING (view, partition)
     WHERE next_offset >= log_end GROUP BY view HAVING count(*) >= $1`,
    [partitions]
  )
}
