import type { ContactKey } from '../../customers/contact-key.ts'
import type { HeldContacts } from '../../customers/erase-customer.ts'
import type { ReadDatabase } from '../read-database.ts'
import { reading } from '../reading.ts'
import type { CustomerRow } from './row.ts'

/** What is held of a customer, as the API shows it. */
export interface CustomerView {
  readonly id: string
  readonly email?: string
  readonly name?: string
  /** E.164. */
  readonly phone?: string
  /** RFC 3339. */
  readonly updatedAt: string
}

/** Null when the merchant has given no contact details of this customer, or they were erased. */
export async function findCustomer(
  db: ReadDatabase,
  { merchantId, customerId }: ContactKey
): Promise<CustomerView | null> {
  const [row] = await db.ofMerchant<CustomerRow>(
    merchantId,
    'SELECT * FROM customers WHERE merchant_id = $1 AND id = $2 ORDER BY updated_at DESC LIMIT 1',
    [customerId]
  )
  return row === undefined ? null : customerViewOf(row)
}

/** The read model, as an erasure asks it. */
export const heldContacts = (db: ReadDatabase): HeldContacts => ({
  isHeld: async key => (await reading(() => findCustomer(db, key))) !== null,
  applied: () => reading(() => appliedContacts(db))
})

async function appliedContacts(db: ReadDatabase): Promise<ReadonlyMap<number, number>> {
  const rows = await db.ofNoMerchant<{ partition: number; next_offset: number }>(
    "SELECT partition, next_offset FROM projection_positions WHERE view = 'customers'"
  )
  return new Map(rows.map(({ partition, next_offset }) => [partition, next_offset]))
}

const customerViewOf = ({ id, email, name, phone, updated_at }: CustomerRow): CustomerView => ({
  id,
  ...(email === null ? {} : { email }),
  ...(name === null ? {} : { name }),
  ...(phone === null ? {} : { phone }),
  updatedAt: updated_at.toISOString()
})
