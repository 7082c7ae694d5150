// Payments that are held until an operator decides.
import type { ReadDatabase } from '../read-database.ts'
import type { Page, PageRequest } from '../../page.ts'
import { pageOfWaiting } from './page.ts'

/** A payment that somebody has to look at, as the API shows it. */
export interface HeldPayment {
  readonly paymentId: string
  readonly merchantId: string
  readonly customerId: string
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  readonly version: number
  /** RFC 3339: when the payment fails unless somebody has decided. */
  readonly until: string
}

const LIST = { list: 'held payments' }

/**
 * Of all merchants, those first that fail first.
 * @throws InvalidCursorError
 */
export const listHeld = (db: ReadDatabase, page: PageRequest): Promise<Page<HeldPayment>> =>
  pageOfWaiting(db, 'held_until', LIST, page, row => ({
    ...{ paymentId: row.id, merchantId: row.merchant_id, customerId: row.customer_id },
    ...{ amount: row.amount, currency: row.currency, version: row.version },
    until: row.held_until.toISOString()
  }))
