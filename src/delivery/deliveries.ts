// What was sent to merchants, what came of it, and sending it again.
import type { Pool } from 'pg'
import { ApiError } from '../errors.ts'
import type { JobQueue } from '../platform/job-queue.ts'
import { inTransaction } from '../platform/postgres.ts'
import type { ReadDatabase } from '../projections/read-database.ts'
import {
  attemptViewOf,
  deliveryViewOf,
  type AttemptRow,
  type DeliveryDetails,
  type DeliveryRow,
  type DeliveryStatus,
  type DeliveryView
} from './delivery.ts'
import { laneJob, laneKey, type Lane } from './lane.ts'
import type { Page, PageRequest } from '../page.ts'
import { pageOf, startOf } from './page.ts'

export interface DeliveryFilter {
  readonly endpointId?: string
  readonly paymentId?: string
  readonly status?: DeliveryStatus
}

/** Instants of events: from the first on, before the second. */
export interface TimeRange {
  readonly from: Date
  readonly to: Date
}

interface DeliveriesDeps {
  /** As the owner of the tables. */
  readonly pool: Pool
  readonly reads: ReadDatabase
  readonly queue: Pick<JobQueue<Lane>, 'put' | 'withdraw'>
}

/** By one request. */
export const MAX_REDELIVERIES = 10_000

export class Deliveries {
  readonly #deps: DeliveriesDeps

  constructor(deps: DeliveriesDeps) {
    this.#deps = deps
  }

  /** Null when the merchant has no such delivery. */
  async find(merchantId: string, id: string): Promise<DeliveryDetails | null> {
    const { reads } = this.#deps
    const [row] = await reads.ofMerchant<DeliveryRow>(
      merchantId,
      'SELECT * FROM webhook_deliveries WHERE merchant_id = $1 AND id = $2',
      [id]
    )
    if (row === undefined) return null
    const attempts = await reads.ofMerchant<AttemptRow>(
      merchantId,
      'SELECT * FROM webhook_attempts WHERE merchant_id = $1 AND delivery_id = $2 ORDER BY attempt',
      [id]
    )
    return { ...deliveryViewOf(row), body: row.body, attempts: attempts.map(attemptViewOf) }
  }

  /** Newest first. */
  async list(merchantId: string, filter: DeliveryFilter, page: PageRequest): Promise<Page<DeliveryView>> {
    const start = startOf(page)
    // The merchant is $1.
    const values: unknown[] = []
    const parameter = (value: unknown) => `$${values.push(value) + 1}`
    const { endpointId, paymentId, status } = filter
    const conditions = [
      'merchant_id = $1',
      ...(endpointId === undefined ? [] : [`endpoint_id = ${parameter(endpointId)}`]),
      ...(paymentId === undefined ? [] : [`payment_id = ${parameter(paymentId)}`]),
      ...(status === undefined ? [] : [`status = ${parameter(status)}`]),
      `(created_at, id) < (${parameter(start.createdAt)}, ${parameter(start.id)})`
    ]
    const rows = await this.#deps.reads.ofMerchant<DeliveryRow>(
      merchantId,
      `SELECT * FROM webhook_deliveries WHERE ${conditions.join(' AND ')}
       ORDER BY created_at DESC, id DESC LIMIT ${parameter(page.limit + 1)}`,
      values
    )
    return pageOf(rows, page, deliveryViewOf)
  }

  /**
   * Sends a webhook once more, under its id. One that has not had its last attempt is tried now, in its turn.
   * @returns null when the merchant has no such delivery
   */
  redeliver(merchantId: string, id: string): Promise<DeliveryView | null> {
    const { pool, queue } = this.#deps
    return inTransaction(pool, async db => {
      const { rows } = await db.query<DeliveryRow>(
        `UPDATE webhook_deliveries
         SET status = 'pending', is_again = is_again OR status <> 'pending', tries = 0, next_attempt_at = now()
         WHERE id = $1 AND merchant_id = $2 RETURNING *`,
        [id, merchantId]
      )
      const [row] = rows
      if (row === undefined) return null
      const lane = { endpointId: row.endpoint_id, paymentId: row.payment_id, isAgain: row.is_again }
      await queue.withdraw(db, { key: laneKey(lane) })
      await queue.put(db, [laneJob(lane)])
      return deliveryViewOf(row)
    })
  }

  /**
   * Sends an endpoint once more what happened within a time, of each payment in order.
   * @returns how many webhooks that are
   * @throws ApiError redelivery_too_large
   */
  redeliverRange(merchantId: string, endpointId: string, { from, to }: TimeRange): Promise<number> {
    const { pool, queue } = this.#deps
    return inTransaction(pool, async db => {
      const { rows } = await db.query<{ payment_id: string }>(
        `UPDATE webhook_deliveries SET status = 'pending', is_again = true, tries = 0, next_attempt_at = now()
         WHERE id IN (
           SELECT id FROM webhook_deliveries
           WHERE endpoint_id = $1 AND merchant_id = $2 AND status <> 'pending' AND occurred_at >= $3 AND occurred_at < $4
           LIMIT $5
         ) RETURNING payment_id`,
        [endpointId, merchantId, from, to, MAX_REDELIVERIES + 1]
      )
      if (rows.length > MAX_REDELIVERIES) throw new ApiError('redelivery_too_large')
      const payments = new Set(rows.map(({ payment_id }) => payment_id))
      const lanes = [...payments].map(paymentId => ({ endpointId, paymentId, isAgain: true }))
      await queue.put(
        db,
        lanes.map(lane => laneJob(lane))
      )
      return rows.length
    })
  }
}
