import type { ClientBase } from 'pg'
import type { JobQueue } from '../platform/job-queue.ts'
import { laneJob, type Lane } from './lane.ts'

/** By one statement. */
const LANES_AT_ONCE = 5000

/**
 * Puts every lane into the queue in which something waits, within the caller's transaction; those that are in it stay as
 * they are.
 *
 * @param endpointId of which; of all unless given. An endpoint that is not enabled has none.
 */
export async function queuePending(
  db: ClientBase,
  queue: Pick<JobQueue<Lane>, 'put'>,
  endpointId?: string
): Promise<void> {
  let last: Lane = { endpointId: '', paymentId: '', isAgain: false }
  for (;;) {
    const { rows } = await db.query<Lane>(
      `SELECT DISTINCT endpoint_id AS "endpointId", payment_id AS "paymentId", is_again AS "isAgain"
       FROM webhook_deliveries AS delivery JOIN webhook_endpoints AS endpoint ON endpoint.id = endpoint_id
       WHERE delivery.status = 'pending' AND endpoint.status = 'enabled' AND ($1::text IS NULL OR endpoint.id = $1)
         AND (endpoint_id, payment_id, is_again) > ($2, $3, $4)
       ORDER BY 1, 2, 3 LIMIT $5`,
      [endpointId ?? null, last.endpointId, last.paymentId, last.isAgain, LANES_AT_ONCE]
    )
    await queue.put(
      db,
      rows.map(lane => laneJob(lane))
    )
    if (rows.length < LANES_AT_ONCE) return
    last = rows.at(-1)!
  }
}
