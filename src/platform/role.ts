/** In the order of the way of a payment; the table in roles.ts says what each does. */
export const roleNames = [
  ...(['ingress', 'query', 'processor', 'gateway', 'projector', 'listener'] as const),
  ...(['delivery', 'admin'] as const)
]

/** What `aegispay start --role` chooses from. */
export type RoleName = (typeof roleNames)[number]

export const isRoleName = (name: string): name is RoleName => roleNames.some(known => known === name)

/** A running part of the product. */
export interface Role {
  readonly name: string
  /** Null when the role does its work, else why it does not. */
  notReady(): string | null
  /** Finishes what is under way, then lets go. Shared clients stay open. */
  stop(): Promise<void>
}
