import type { ClientBase } from 'pg'
import { asJsonRows } from '../../platform/postgres.ts'
import { eventView } from '../event-view.ts'
import { UnprojectableError, type StoredEvent } from '../view.ts'
import { entryOf, isMovement, type PaymentOwner, type StatementEntryRow } from './entries.ts'

/** A row for each event that moved money between a customer and a merchant. */
export const statementsView = eventView({ name: 'statement_entries', apply })

/** One statement loads whose payments these are and one writes the entries, however many events there are. */
async function apply(db: ClientBase, events: readonly StoredEvent[]): Promise<void> {
  const movements = events.filter(isMovement)
  if (movements.length === 0) return
  const owners = await ownersOf(
    db,
    movements.flatMap(({ type, value }) => (type === 'PaymentInitiated' ? [] : value.paymentId))
  )
  const entries = movements.map(event => {
    const { paymentId } = event.value
    try {
      const entry = entryOf(event, owners.get(paymentId))
      owners.set(paymentId, entry)
      return entry
    } catch (error) {
      throw new UnprojectableError(event.offset, error)
    }
  })
  await db.query(
    'INSERT INTO statement_entries SELECT * FROM json_populate_recordset(NULL::statement_entries, $1)',
    [asJsonRows(entries)]
  )
}

async function ownersOf(db: ClientBase, ids: readonly string[]): Promise<Map<string, PaymentOwner>> {
  if (ids.length === 0) return new Map()
  const { rows } = await db.query<StatementEntryRow>(
    `SELECT * FROM statement_entries WHERE payment_id = ANY($1) AND kind = 'initiated'`,
    [[...new Set(ids)]]
  )
  return new Map(rows.map(row => [row.payment_id, row]))
}
