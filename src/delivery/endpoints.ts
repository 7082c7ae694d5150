// The endpoints of merchants. They are delivery's own state and no control data: merchants make them, their answers stop
// them, their secrets must not stand in a log that is kept, and what they are and what is sent to them change together.
import { randomBytes } from 'node:crypto'
import type { ClientBase, Pool } from 'pg'
import { ApiError } from '../errors.ts'
import type { JobQueue } from '../platform/job-queue.ts'
import { inTransaction } from '../platform/postgres.ts'
import type { ReadDatabase } from '../projections/read-database.ts'
import { endpointViewOf, type EndpointRow, type EndpointSpec, type EndpointView } from './endpoint.ts'
import { INTAKE } from './intake.ts'
import type { Lane } from './lane.ts'
import type { Page, PageRequest } from '../page.ts'
import { pageOf, startOf } from './page.ts'
import { queuePending } from './queue-pending.ts'
import { drawWebhookSecret, type SecretBox } from './secrets.ts'

export interface EndpointsDeps {
  /** As the owner of the tables. */
  readonly pool: Pool
  readonly reads: ReadDatabase
  readonly queue: Pick<JobQueue<Lane>, 'put' | 'withdraw'>
  readonly box: SecretBox
}

export interface IssuedEndpoint {
  readonly endpoint: EndpointView
  /** `whsec_…`, this once. */
  readonly secret: string
}

export interface EndpointChange extends Partial<EndpointSpec> {
  readonly status?: 'enabled' | 'paused'
}

/** Of one merchant. */
export const MAX_ENDPOINTS = 20

export class Endpoints {
  readonly #deps: EndpointsDeps

  constructor(deps: EndpointsDeps) {
    this.#deps = deps
  }

  /** Null when the merchant has no such endpoint. */
  async find(merchantId: string, id: string): Promise<EndpointView | null> {
    const [row] = await this.#deps.reads.ofMerchant<EndpointRow>(
      merchantId,
      'SELECT * FROM webhook_endpoints WHERE merchant_id = $1 AND id = $2',
      [id]
    )
    return row === undefined ? null : endpointViewOf(row)
  }

  /** Newest first. */
  async list(merchantId: string, page: PageRequest): Promise<Page<EndpointView>> {
    const start = startOf(page)
    const rows = await this.#deps.reads.ofMerchant<EndpointRow>(
      merchantId,
      `SELECT * FROM webhook_endpoints WHERE merchant_id = $1 AND (created_at, id) < ($2, $3)
       ORDER BY created_at DESC, id DESC LIMIT $4`,
      [start.createdAt, start.id, page.limit + 1]
    )
    return pageOf(rows, page, endpointViewOf)
  }

  /**
   * Makes an endpoint, which is sent every event from here on.
   * @throws ApiError too_many_webhook_endpoints
   */
  create(merchantId: string, { url, description, eventTypes }: EndpointSpec): Promise<IssuedEndpoint> {
    const id = `we_${randomBytes(16).toString('hex')}`
    const secret = drawWebhookSecret()
    return inTransaction(this.#deps.pool, async db => {
      const takesFrom = await intakePositions(db)
      // Two that are made at once are counted one after the other.
      await db.query("SELECT pg_advisory_xact_lock(hashtext('aegispay webhooks'), hashtext($1))", [
        merchantId
      ])
      const { rows: counted } = await db.query<{ count: number }>(
        'SELECT count(*) AS count FROM webhook_endpoints WHERE merchant_id = $1',
        [merchantId]
      )
      if (counted[0]!.count >= MAX_ENDPOINTS) throw new ApiError('too_many_webhook_endpoints')
      const { rows } = await db.query<EndpointRow>(
        `INSERT INTO webhook_endpoints
           (id, merchant_id, url, description, event_types, status, takes_from, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, 'enabled', $6, date_trunc('milliseconds', now()), now()) RETURNING *`,
        [id, merchantId, url, description, eventTypes, takesFrom]
      )
      await this.#keepSecret(db, id, secret)
      return { endpoint: endpointViewOf(rows[0]!), secret }
    })
  }

  /**
   * Changes an endpoint. With other event types, or enabled again after it was disabled, it is sent what is read from here on;
   * enabled after a pause, also what has waited.
   * @returns null when the merchant has no such endpoint
   */
  change(merchantId: string, id: string, change: EndpointChange): Promise<EndpointView | null> {
    const { pool, queue } = this.#deps
    return inTransaction(pool, async db => {
      // In the order in which the intake locks them.
      const positions = await intakePositions(db)
      const { rows: found } = await db.query<EndpointRow>(
        'SELECT * FROM webhook_endpoints WHERE id = $1 AND merchant_id = $2 FOR NO KEY UPDATE',
        [id, merchantId]
      )
      const [before] = found
      if (before === undefined) return null
      const {
        url = before.url,
        description = before.description,
        eventTypes = before.event_types,
        status = before.status
      } = change
      const startsAnew =
        change.eventTypes !== undefined || (before.status === 'disabled' && status !== 'disabled')
      const isResumed = status === 'enabled' && before.status !== 'enabled'
      const reason =
        status === before.status ? before.status_reason : status === 'paused' ? 'asked for' : null
      const { rows } = await db.query<EndpointRow>(
        `UPDATE webhook_endpoints SET url = $2, description = $3, event_types = $4, status = $5, status_reason = $6,
           failing_since = CASE WHEN $7 THEN NULL ELSE failing_since END,
           takes_from = CASE WHEN $8 THEN $9::jsonb ELSE takes_from END, updated_at = now()
         WHERE id = $1 RETURNING *`,
        [id, url, description, eventTypes, status, reason, isResumed, startsAnew, positions]
      )
      if (isResumed) await resume(db, queue, id)
      return endpointViewOf(rows[0]!)
    })
  }

  /** Deletes an endpoint with its deliveries; false when the merchant has no such endpoint. */
  async delete(merchantId: string, id: string): Promise<boolean> {
    const { rowCount } = await this.#deps.pool.query(
      'DELETE FROM webhook_endpoints WHERE id = $1 AND merchant_id = $2',
      [id, merchantId]
    )
    return rowCount === 1
  }

  /**
   * Gives an endpoint a new secret. The one before signs along until the overlap is over; an earlier one ends at once, so that
   * there are never more than two.
   * @returns null when the merchant has no such endpoint
   */
  rotate(merchantId: string, id: string, overlapSeconds: number): Promise<IssuedEndpoint | null> {
    const secret = drawWebhookSecret()
    return inTransaction(this.#deps.pool, async db => {
      const { rows } = await db.query<EndpointRow>(
        'UPDATE webhook_endpoints SET updated_at = now() WHERE id = $1 AND merchant_id = $2 RETURNING *',
        [id, merchantId]
      )
      if (rows[0] === undefined) return null
      await db.query('DELETE FROM webhook_secrets WHERE endpoint_id = $1 AND works_until IS NOT NULL', [id])
      await db.query(
        `UPDATE webhook_secrets SET works_until = now() + make_interval(secs => $2) WHERE endpoint_id = $1`,
        [id, overlapSeconds]
      )
      await this.#keepSecret(db, id, secret)
      return { endpoint: endpointViewOf(rows[0]), secret }
    })
  }

  async #keepSecret(db: ClientBase, endpointId: string, secret: string): Promise<void> {
    await db.query('INSERT INTO webhook_secrets (endpoint_id, sealed, created_at) VALUES ($1, $2, now())', [
      endpointId,
      this.#deps.box.seal(secret, endpointId)
    ])
  }
}

/** What an endpoint's webhooks are signed with now, the newest first. */
export async function workingSecrets(
  db: Pick<ClientBase, 'query'>,
  box: SecretBox,
  endpointId: string
): Promise<string[]> {
  const { rows } = await db.query<{ sealed: Buffer }>(
    `SELECT sealed FROM webhook_secrets
     WHERE endpoint_id = $1 AND (works_until IS NULL OR works_until > now()) ORDER BY id DESC`,
    [endpointId]
  )
  return rows.map(({ sealed }) => box.open(sealed, endpointId))
}

/**
 * Up to where events have been read. Waits for a transaction that takes some in, and lets no other begin before this one
 * has ended: so it is certain of every event whether it was read before or after.
 */
async function intakePositions(db: ClientBase): Promise<Readonly<Record<string, number>>> {
  const { rows } = await db.query<{ partition: number; next_offset: number }>(
    'SELECT partition, next_offset FROM projection_positions WHERE view = $1 ORDER BY partition FOR SHARE',
    [INTAKE]
  )
  return Object.fromEntries(rows.map(({ partition, next_offset }) => [partition, next_offset]))
}

/** What has waited goes out now, at whatever time it would have been tried again. */
async function resume(db: ClientBase, queue: EndpointsDeps['queue'], endpointId: string): Promise<void> {
  await db.query(
    `UPDATE webhook_deliveries SET next_attempt_at = now(), tries = 0 WHERE endpoint_id = $1 AND status = 'pending'`,
    [endpointId]
  )
  await queue.withdraw(db, { data: { endpointId } })
  await queuePending(db, queue, endpointId)
}
