import type { ClientBase } from 'pg'
import { asJsonRows } from '../../platform/postgres.ts'
import { eventView } from '../event-view.ts'
import {
  isSequenced,
  recordedEventOf,
  UnprojectableError,
  type StoredEvent,
  type StoredSequencedEvent
} from '../view.ts'
import { applyEvent, type PaymentRow, type SequencedEvent } from './apply.ts'

/** A row for each payment as it is now. */
export const paymentsView = eventView({ name: 'payments', apply })

/** One statement loads the payments concerned and one writes them, however many events there are. */
async function apply(db: ClientBase, events: readonly StoredEvent[]): Promise<void> {
  const sequenced = events.filter(isSequenced)
  if (sequenced.length === 0) return
  const rows = await load(db, sequenced)
  for (const stored of sequenced) {
    const { paymentId } = stored.value
    try {
      const event = recordedEventOf(stored) as SequencedEvent
      rows.set(paymentId, applyEvent(rows.get(paymentId) ?? null, event))
    } catch (error) {
      throw new UnprojectableError(stored.offset, error)
    }
  }
  await db.query(
    `INSERT INTO payments SELECT * FROM json_populate_recordset(NULL::payments, $1)
     ON CONFLICT (id) DO UPDATE SET
       status = EXCLUDED.status,
       authorized_amount = EXCLUDED.authorized_amount,
       captured_amount = EXCLUDED.captured_amount,
       refunded_amount = EXCLUDED.refunded_amount,
       gateway = EXCLUDED.gateway,
       version = EXCLUDED.version,
       failure = EXCLUDED.failure,
       operation = EXCLUDED.operation,
       compensations = EXCLUDED.compensations,
       unknown_since = EXCLUDED.unknown_since,
       review = EXCLUDED.review,
       held_until = EXCLUDED.held_until,
       updated_at = EXCLUDED.updated_at`,
    [asJsonRows([...rows.values()])]
  )
}

/** Also where the first event is among these: that there is no row yet is checked, not assumed. */
async function load(
  db: ClientBase,
  events: readonly StoredSequencedEvent[]
): Promise<Map<string, PaymentRow>> {
  const ids = new Set(events.map(({ value }) => value.paymentId))
  const { rows } = await db.query<PaymentRow>('SELECT * FROM payments WHERE id = ANY($1)', [[...ids]])
  return new Map(rows.map(row => [row.id, row]))
}
