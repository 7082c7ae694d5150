import type { ClientBase } from 'pg'
import { asJsonRows } from '../../platform/postgres.ts'
import { eventView } from '../event-view.ts'
import type { StoredEvent, StoredPaymentEvent } from '../view.ts'
import { rowOf } from './row.ts'

/** A row for each event of a payment, and for each rejection. */
export const paymentEventsView = eventView({ name: 'payment_events', apply })

const isOfPayment = (event: StoredEvent): event is StoredPaymentEvent => event.type !== 'InputsHandled'

async function apply(db: ClientBase, events: readonly StoredEvent[]): Promise<void> {
  const rows = events.filter(isOfPayment).map(rowOf)
  if (rows.length === 0) return
  await db.query(
    'INSERT INTO payment_events SELECT * FROM json_populate_recordset(NULL::payment_events, $1)',
    [asJsonRows(rows)]
  )
}
