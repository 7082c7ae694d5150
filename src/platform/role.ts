/** What `aegispay start --role` chooses from; the roles table in main.ts says what each does. */
export type RoleName =
  'ingress' | 'query' | 'processor' | 'gateway' | 'projector' | 'listener' | 'delivery' | 'admin'

/** A running part of the product: what `aegispay start --role` chooses from. */
export interface Role {
  readonly name: string
  /** Null when the role does its work, else why it does not. */
  notReady(): string | null
  /** Finishes what is under way, then lets go. Shared clients stay open. */
  stop(): Promise<void>
}
