// What an API key may be used for. A merchant's key has some of the merchants' scopes; a key of those who run the
// installation is of no merchant and has exactly one of the roles.

export const MERCHANT_SCOPES = [
  'payments:read',
  'payments:write',
  'customers:read',
  'customers:write',
  'webhooks:read',
  'webhooks:write'
] as const
export type MerchantScope = (typeof MERCHANT_SCOPES)[number]

/**
 * Each includes those before it. A viewer reads, in the name of any merchant, too; an operator acts on payments; an admin
 * changes control data.
 */
export const KEY_ROLES = ['viewer', 'operator', 'admin'] as const
export type KeyRole = (typeof KEY_ROLES)[number]

export const SCOPES = [...MERCHANT_SCOPES, ...KEY_ROLES] as const
export type Scope = (typeof SCOPES)[number]

export const isKeyRole = (scope: string): scope is KeyRole => (KEY_ROLES as readonly string[]).includes(scope)

/** Whether a role may do what another may. */
export const includesRole = (held: KeyRole, needed: KeyRole): boolean =>
  KEY_ROLES.indexOf(held) >= KEY_ROLES.indexOf(needed)

/** The least role that may act for a merchant where the merchant's own key needs the scope. */
export const roleFor = (scope: MerchantScope): KeyRole => (scope.endsWith(':read') ? 'viewer' : 'operator')
