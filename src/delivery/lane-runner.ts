// Sends the webhooks that are due in a lane.
//
// A webhook is sent before it is recorded, so one whose sender dies in between is sent again, under the same id. Two senders
// may be at one lane for a moment, when the first was taken for dead: they send the same webhook, never one after it, since a
// lane moves on by what is recorded alone.
import type { ClientBase, Pool } from 'pg'
import type { Logger } from 'pino'
import type { JobQueue } from '../platform/job-queue.ts'
import { inTransaction } from '../platform/postgres.ts'
import type { DeliveryRow } from './delivery.ts'
import type { EndpointRow } from './endpoint.ts'
import { workingSecrets } from './endpoints.ts'
import { laneJob, type Lane } from './lane.ts'
import { takeTurn } from './lane-turn.ts'
import { pauseAfter } from './retry-schedule.ts'
import type { SecretBox } from './secrets.ts'
import { isGone, type Attempt, type Sender } from './sender.ts'

export interface LaneRunnerDeps {
  /** As the owner of the tables. */
  readonly pool: Pool
  readonly queue: Pick<JobQueue<Lane>, 'put'>
  readonly box: SecretBox
  readonly sender: Pick<Sender, 'send'>
  /** Milliseconds after each failed attempt. */
  readonly pausesMs: readonly number[]
  /** Milliseconds of failing after which an endpoint is paused. */
  readonly pauseAfterMs: number
  readonly metrics: LaneMetrics
  readonly log: Logger
}

export interface LaneMetrics {
  attempted(attempt: Attempt): void
  /** An endpoint was stopped because of its answers. */
  stopped(status: 'paused' | 'disabled'): void
}

interface Head extends DeliveryRow {
  readonly url: string
  readonly endpoint_status: EndpointRow['status']
  readonly is_due: boolean
}

export class LaneRunner {
  readonly #deps: LaneRunnerDeps

  constructor(deps: LaneRunnerDeps) {
    this.#deps = deps
  }

  /** @throws when the database cannot be reached, or a secret cannot be read: to be tried again */
  async run(lane: Lane, signal: AbortSignal): Promise<void> {
    const { pool, queue, box, sender } = this.#deps
    await takeTurn(
      {
        next: async () => {
          const head = await this.#headOf(lane)
          return head?.endpoint_status === 'enabled' ? head : null
        },
        attempt: async head => {
          const secrets = await workingSecrets(pool, box, lane.endpointId)
          const attempt = await sender.send({ id: head.id, url: head.url, body: head.body, secrets })
          await this.#record(head, lane, attempt)
          return null
        },
        putBack: at => inTransaction(pool, db => queue.put(db, [laneJob(lane, at)]))
      },
      signal
    )
  }

  async #headOf({ endpointId, paymentId, isAgain }: Lane): Promise<Head | null> {
    const { rows } = await this.#deps.pool.query<Head>(
      `SELECT delivery.*, endpoint.url, endpoint.status AS endpoint_status,
         coalesce(next_attempt_at <= now(), true) AS is_due
       FROM webhook_deliveries AS delivery JOIN webhook_endpoints AS endpoint ON endpoint.id = endpoint_id
       WHERE endpoint_id = $1 AND payment_id = $2 AND delivery.status = 'pending' AND is_again = $3
       ORDER BY sequence LIMIT 1`,
      [endpointId, paymentId, isAgain]
    )
    return rows[0] ?? null
  }

  async #record(head: Head, lane: Lane, attempt: Attempt): Promise<void> {
    const { pool, pausesMs, metrics, log } = this.#deps
    const isDelivered = attempt.outcome === 'delivered'
    const pause =
      isDelivered || isGone(attempt) ? null : pauseAfter(pausesMs, head.tries + 1, attempt.retryAfterMs)
    const status = isDelivered ? 'delivered' : pause === null ? 'failed' : 'pending'
    const stopped = await inTransaction(pool, async db => {
      const stopped = isDelivered ? await this.#succeeded(db, head) : await this.#failed(db, head, attempt)
      // One that somebody else has delivered meanwhile stays delivered.
      const { rows } = await db.query<{ attempts: number }>(
        `UPDATE webhook_deliveries SET attempts = attempts + 1, tries = tries + 1,
           status = CASE WHEN status = 'pending' THEN $2 ELSE status END,
           next_attempt_at = CASE WHEN $2 = 'pending' THEN now() + make_interval(secs => $3) END,
           delivered_at = CASE WHEN $2 = 'delivered' THEN coalesce(delivered_at, now()) ELSE delivered_at END
         WHERE id = $1 RETURNING attempts`,
        [head.id, status, (pause ?? 0) / 1000]
      )
      // Its endpoint was deleted.
      if (rows[0] === undefined) return null
      await db.query('INSERT INTO webhook_attempts VALUES ($1, $2, $3, $4, $5, $6, $7, $8)', [
        ...[head.id, rows[0].attempts, head.merchant_id, attempt.beganAt, attempt.durationMs],
        ...[attempt.httpStatus, attempt.error, attempt.response]
      ])
      return stopped
    })
    metrics.attempted(attempt)
    const about = { endpointId: lane.endpointId, paymentId: lane.paymentId, webhookId: head.id }
    const { httpStatus, durationMs: ms, error } = attempt
    log.debug({ ...about, attempt: head.attempts + 1, httpStatus, ms, error }, 'sent a webhook')
    if (stopped === null) return
    metrics.stopped(stopped)
    log.warn(
      { ...about, merchantId: head.merchant_id, status: stopped },
      'a webhook endpoint was stopped because of its answers'
    )
  }

  async #succeeded(db: ClientBase, { endpoint_id }: Head): Promise<null> {
    await db.query(
      'UPDATE webhook_endpoints SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL',
      [endpoint_id]
    )
    return null
  }

  /** What becomes of the endpoint; null when it goes on. */
  async #failed(
    db: ClientBase,
    { endpoint_id }: Head,
    attempt: Attempt
  ): Promise<'paused' | 'disabled' | null> {
    if (isGone(attempt)) {
      const { rowCount } = await db.query(
        `UPDATE webhook_endpoints SET status = 'disabled', status_reason = 'it answered 410 Gone', updated_at = now()
         WHERE id = $1 AND status <> 'disabled'`,
        [endpoint_id]
      )
      return rowCount === 1 ? 'disabled' : null
    }
    const { rowCount: began } = await db.query(
      'UPDATE webhook_endpoints SET failing_since = now() WHERE id = $1 AND failing_since IS NULL',
      [endpoint_id]
    )
    if (began === 1) return null
    const { rowCount } = await db.query(
      `UPDATE webhook_endpoints SET status = 'paused', updated_at = now(),
         status_reason = 'it has failed without a success for too long'
       WHERE id = $1 AND status = 'enabled' AND failing_since <= now() - make_interval(secs => $2)`,
      [endpoint_id, this.#deps.pauseAfterMs / 1000]
    )
    return rowCount === 1 ? 'paused' : null
  }
}
