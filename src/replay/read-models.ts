// The tables of the read models as a verification reads them: all merchants' rows, as their owner.
import type { Pool } from 'pg'
import { isOpenCompensation } from '../domain/payment/compensations.ts'
import type { Compensation, Operation, PaymentState } from '../domain/payment/state.ts'
import type { PaymentEventRow } from '../projections/payment-events/row.ts'
import {
  heldUntil,
  unknownSince,
  type PaymentRow,
  type RowCompensation,
  type RowOperation
} from '../projections/payments/apply.ts'
import { termsOf } from '../projections/payments/terms.ts'
import { eventViewNames } from '../projections/view.ts'

const IDS = 10_000

/** A row that is not there is absent. */
export interface SeenPayments {
  /** The offset of the first event that the rows do not show. */
  readonly position: number
  readonly rows: ReadonlyMap<string, PaymentRow>
}

export class ReadModels {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** By view, the offset of the first event of the partition that it does not show. */
  async positions(partition: number): Promise<ReadonlyMap<string, number>> {
    const { rows } = await this.#pool.query<{ view: string; position: number }>(
      `SELECT view, coalesce(next_offset, 0) AS position
       FROM unnest($1::text[]) AS needed (view)
       LEFT JOIN (SELECT * FROM projection_positions WHERE partition = $2) AS stored USING (view)`,
      [eventViewNames, partition]
    )
    return new Map(rows.map(({ view, position }) => [view, position]))
  }

  /** In order, from one offset up to another, exclusive. */
  async eventRows(partition: number, from: number, to: number): Promise<PaymentEventRow[]> {
    const { rows } = await this.#pool.query<PaymentEventRow>(
      `SELECT * FROM payment_events WHERE partition = $1 AND event_offset >= $2 AND event_offset < $3
       ORDER BY event_offset`,
      [partition, from, to]
    )
    return rows
  }

  /** Rows of events that the view does not claim to have seen. */
  async eventRowsBeyondPosition(partition: number): Promise<PaymentEventRow[]> {
    const { rows } = await this.#pool.query<PaymentEventRow>(
      `SELECT * FROM payment_events WHERE partition = $1 AND event_offset >= coalesce(
         (SELECT next_offset FROM projection_positions WHERE view = 'payment_events' AND partition = $1), 0)
       ORDER BY event_offset LIMIT 1000`,
      [partition]
    )
    return rows
  }

  /** Rows and position by one statement, so that they belong together. */
  async payments(partition: number, ids: readonly string[]): Promise<SeenPayments> {
    const { rows } = await this.#pool.query<PaymentRow & { wanted: string; position: number }>(
      `SELECT payments.*, wanted, coalesce(
         (SELECT next_offset FROM projection_positions WHERE view = 'payments' AND partition = $2), 0) AS position
       FROM unnest($1::text[]) AS wanted LEFT JOIN payments ON id = wanted`,
      [ids, partition]
    )
    const found = rows.flatMap(({ wanted, position: _, ...row }) =>
      (row.id as string | null) === null ? [] : [[wanted, row] as const]
    )
    return { position: rows[0]?.position ?? 0, rows: new Map(found) }
  }

  /** The ids of all payments, of whatever partition. */
  async *paymentIds(): AsyncGenerator<string[]> {
    for (let after = ''; ;) {
      const { rows } = await this.#pool.query<{ id: string }>(
        'SELECT id FROM payments WHERE id > $1 ORDER BY id LIMIT $2',
        [after, IDS]
      )
      if (rows.length === 0) return
      yield rows.map(({ id }) => id)
      after = rows.at(-1)!.id
    }
  }
}

/** The row that follows from what the owner knows; null when the payment was refused. */
export function expectedRow({ paymentId, merchantId, payment }: PaymentState): PaymentRow | null {
  if (payment === null) return null
  const operation = payment.operation && operationOf(payment.operation)
  const compensations = payment.compensations.filter(isOpenCompensation).map(compensationOf)
  return {
    ...{ id: paymentId, merchant_id: merchantId, status: payment.status, version: payment.version },
    ...{ amount: payment.amount, currency: payment.currency, capture: payment.capture },
    authorized_amount: payment.authorizedAmount,
    captured_amount: payment.capturedAmount,
    refunded_amount: payment.refundedAmount,
    gateway: payment.gateway,
    customer_id: payment.customer.id,
    customer_country: payment.customer.country,
    ...{ description: payment.description, metadata: payment.metadata, failure: payment.failure },
    ...{ operation, compensations, unknown_since: unknownSince({ operation, compensations }) },
    ...{ review: payment.review, held_until: heldUntil(payment) },
    created_at: new Date(payment.createdAt),
    updated_at: new Date(payment.updatedAt),
    terms: termsOf({
      id: paymentId,
      ...{ merchantId, customerId: payment.customer.id },
      ...{ description: payment.description, metadata: payment.metadata }
    })
  }
}

const operationOf = ({ operationId, kind, status, redirectUrl, unknownSince }: Operation): RowOperation => ({
  ...{ operationId, kind, status, redirectUrl, unknownSince }
})

const compensationOf = ({
  operationId,
  kind,
  gateway,
  amount,
  unknownSince
}: Compensation): RowCompensation => ({
  ...{ operationId, kind, gateway, amount, unknownSince }
})
