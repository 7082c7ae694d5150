import { controlKey, type ControlKind } from './documents.ts'

/** One change that took effect. */
export interface ControlVersion {
  /** Offset of its record. */
  readonly version: number
  /** Milliseconds since the epoch. */
  readonly changedAt: number
  readonly changedBy: string
  readonly reason: string | null
  /** JSON; null where it was deleted. */
  readonly document: string
}

/**
 * Every version of every document. Only those who show it keep it: the control topic is its own history, and the rest
 * of the product needs no more than what holds now.
 */
export class ControlHistory {
  readonly #versions = new Map<string, ControlVersion[]>()

  add(kind: ControlKind, id: string, version: ControlVersion): void {
    const key = controlKey(kind, id)
    const versions = this.#versions.get(key)
    if (versions === undefined) this.#versions.set(key, [version])
    else versions.push(version)
  }

  /** The oldest first; empty for what never was. */
  of(kind: ControlKind, id: string): readonly ControlVersion[] {
    return this.#versions.get(controlKey(kind, id)) ?? []
  }
}
