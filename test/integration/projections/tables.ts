// The read models' tables in a database of their own, without a projector.
import { afterAll } from '@jest/globals'
import type { Pool } from 'pg'
import { pino } from 'pino'
import { asJsonRows, connectPostgres } from '../../../src/platform/postgres.ts'
import type { PaymentRow } from '../../../src/projections/payments/apply.ts'
import { termsOf } from '../../../src/projections/payments/terms.ts'
import { ReadDatabase } from '../../../src/projections/read-database.ts'
import { stack } from '../stack.ts'

export interface Tables {
  readonly url: string
  /** As their owner. */
  readonly pool: Pool
  readonly reads: ReadDatabase
}

const log = pino({ level: 'silent' })
const closings: (() => Promise<void>)[] = []

afterAll(async () => {
  for (const close of closings) await close()
})

export async function createTables(): Promise<Tables> {
  const url = await stack().createMigratedDatabase()
  const pool = connectPostgres({ url }, log)
  const reads = ReadDatabase.connect({ url }, log)
  closings.push(
    () => pool.end(),
    () => reads.close()
  )
  return { url, pool, reads }
}

let count = 0

/** A payment that stands for any; its id says in which order the rows were made. */
export function row(changes: Partial<PaymentRow> = {}): PaymentRow {
  const at = changes.created_at ?? new Date('2026-01-01T00:00:00Z')
  const number = String(count++)
    .split('')
    .map(digit => 'abcdefghij'[Number(digit)])
    .join('')
  const made: Omit<PaymentRow, 'terms'> = {
    ...{ id: `pay_${number.padStart(32, 'a')}`, merchant_id: 'm1', status: 'COMPLETED' },
    ...{ amount: 1099, currency: 'EUR', capture: 'AUTOMATIC' },
    ...{ authorized_amount: 1099, captured_amount: 1099, refunded_amount: 0, gateway: 'alpha', version: 6 },
    ...{
      customer_id: 'cus_1',
      customer_country: null,
      description: null,
      metadata: {},
      failure: null,
      operation: null,
      compensations: [],
      unknown_since: null,
      review: null,
      held_until: null
    },
    ...{ created_at: at, updated_at: at },
    ...changes
  }
  const { id, merchant_id: merchantId, customer_id: customerId, description, metadata } = made
  return { ...made, terms: termsOf({ id, merchantId, customerId, description, metadata }) }
}

export async function insert(pool: Pool, rows: readonly PaymentRow[]): Promise<void> {
  await pool.query('INSERT INTO payments SELECT * FROM json_populate_recordset(NULL::payments, $1)', [
    asJsonRows(rows)
  ])
}
