import type { ClientBase } from 'pg'
import { contactKeyOf } from '../../customers/contact-key.ts'
import { asJsonRows } from '../../platform/postgres.ts'
import type { View } from '../view.ts'
import { contactChangeIn, type ContactChange } from './row.ts'

/** A row for each customer whose contact details are held. */
export const customersView: View<ContactChange> = {
  name: 'customers',
  tables: ['customers'],
  topic: 'customers',
  read: contactChangeIn,
  apply,
  describe: () => null
}

async function apply(db: ClientBase, changes: readonly ContactChange[]): Promise<void> {
  const last = [...new Map(changes.map(change => [placeOf(change), change])).values()]
  const erased = last.filter(({ row }) => row === null)
  const held = last.flatMap(({ row }) => row ?? [])
  if (erased.length > 0) {
    await db.query(
      `DELETE FROM customers USING unnest($1::text[], $2::text[], $3::integer[]) AS erased (merchant, customer, place)
       WHERE merchant_id = merchant AND id = customer AND partition = place`,
      [
        erased.map(({ merchantId }) => merchantId),
        erased.map(({ customerId }) => customerId),
        erased.map(({ partition }) => partition)
      ]
    )
  }
  if (held.length > 0) {
    await db.query(
      `INSERT INTO customers SELECT * FROM json_populate_recordset(NULL::customers, $1)
       ON CONFLICT (merchant_id, id, partition) DO UPDATE SET
         email = EXCLUDED.email, name = EXCLUDED.name, phone = EXCLUDED.phone, updated_at = EXCLUDED.updated_at`,
      [asJsonRows(held)]
    )
  }
}

const placeOf = (change: ContactChange): string => `${change.partition}/${contactKeyOf(change)}`
