import type { ContactKey } from '../customers/contact-key.ts'

/** Null for what cannot be the id of a customer: Postgres' text holds no NUL, and so no id does. */
export const customerKeyOf = (merchantId: string, customerId: string): ContactKey | null =>
  customerId.includes('\0') ? null : { merchantId, customerId }
