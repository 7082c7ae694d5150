import type { Identity } from './process-table.d.ts'

/** Who holds a claim, with whatever it noted on it. */
export interface Holder extends Identity {
  readonly url?: string
  readonly stopping?: boolean
}

export interface Held {
  readonly held: true
  note(facts: { url?: string; stopping?: boolean }): void
  release(): void
}

export type Claim = Held | { readonly held: false; readonly holder: Holder }

export declare function claim(path: string): Claim
