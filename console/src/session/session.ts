// Who is signed in, and what that allows. The key stays in this tab alone, and goes with it.
import type { Api } from '../api/client.ts'
import { createContext, use } from 'react'

export type Role = 'merchant' | 'viewer' | 'operator' | 'admin'

export interface Merchant {
  readonly id: string
  readonly name: string
}

export interface Session {
  readonly apiKey: string
  readonly keyId: string
  readonly role: Role
  readonly merchants: readonly Merchant[]
  /** The one whose payments are shown; null where there is none. */
  readonly merchant: Merchant | null
  /** In the name of that merchant. */
  readonly api: Api
  readonly chooseMerchant: (id: string) => void
  readonly signOut: () => void
}

export const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
  const session = use(SessionContext)
  if (session === null) throw new Error('nobody is signed in')
  return session
}

/** What only some may do. */
export type Permission = 'act' | 'decide' | 'configure' | 'operate'

const holders: Readonly<Record<Permission, readonly Role[]>> = {
  // On a payment or a webhook: with a merchant's key its own scopes have the last word.
  act: ['merchant', 'operator', 'admin'],
  decide: ['operator', 'admin'],
  configure: ['admin'],
  // To see what concerns the installation, and not one merchant.
  operate: ['viewer', 'operator', 'admin']
}

export const may = (role: Role, permission: Permission): boolean => holders[permission].includes(role)

/** Said where something is not offered. */
export const reasonAgainst = (role: Role, permission: Permission): string | null =>
  may(role, permission)
    ? null
    : `Your key has the role ${role}: this needs ${holders[permission].filter(needed => needed !== 'merchant').join(' or ')}.`

const KEY = 'aegispay.key'
const MERCHANT = 'aegispay.merchant'

export const storedKey = (): string | null => sessionStorage.getItem(KEY)
export const storedMerchant = (): string | null => sessionStorage.getItem(MERCHANT)
export const keepKey = (apiKey: string): void => sessionStorage.setItem(KEY, apiKey)
export const keepMerchant = (id: string): void => sessionStorage.setItem(MERCHANT, id)
export function forget(): void {
  sessionStorage.removeItem(KEY)
  sessionStorage.removeItem(MERCHANT)
}
