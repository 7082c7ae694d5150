/** Whose contact details they are. */
export interface ContactKey {
  readonly merchantId: string
  /** The merchant's id of the customer. */
  readonly customerId: string
}

/** The key of the record. */
export const contactKeyOf = ({ merchantId, customerId }: ContactKey): string => `${merchantId}/${customerId}`

/** Null when the key names no customer. A merchant's id has no slash in it; a customer's may. */
export function parseContactKey(key: string): ContactKey | null {
  const slash = key.indexOf('/')
  if (slash < 1 || slash === key.length - 1) return null
  return { merchantId: key.slice(0, slash), customerId: key.slice(slash + 1) }
}
