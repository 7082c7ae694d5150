// What the records of the control topic come to: a fold that every process computes alike.
import {
  checkDocument,
  controlKey,
  InvalidDocumentError,
  isControlKind,
  type ControlDocuments,
  type ControlKind
} from './documents.ts'

/** The version of what was never there. */
export const NO_VERSION = -1

/** What a record says. */
export interface ControlChange {
  readonly kind: string
  readonly id: string
  /** JSON; null deletes. */
  readonly document: string
  /** The version that this change replaces; null for whatever is there, as the first releases wrote it. */
  readonly basedOn: number | null
}

/** A document and the offset of the record that made it so. */
export interface Held<D> {
  readonly version: number
  readonly document: D
}

/**
 * What came of a record: it took effect, it lost against another that was based on the same version, its document is
 * none that this process understands, or it is of a kind that this process does not know.
 */
export type Judgement = 'applied' | 'refused' | 'faulty' | 'foreign'

/**
 * The topic has no lock, so two writers may base a change on the same version. The first of the two on the topic wins:
 * by its offset the version changes, and the second is based on one that is no longer there. Every process reads the
 * same records in the same order, and so they agree on who has won.
 *
 * For that, a version counts also where its document is faulty: a newer process may understand it, and would then
 * judge the next change by another version.
 */
export class ControlState {
  readonly #documents: { readonly [K in ControlKind]: Map<string, Held<ControlDocuments[K]>> } = {
    merchants: new Map(),
    'api-keys': new Map(),
    'gateway-profiles': new Map(),
    limits: new Map(),
    'routing-policies': new Map(),
    'fraud-rules': new Map()
  }
  /** Offset of the last change of a key, also of one that deleted it. */
  readonly #versions = new Map<string, number>()

  /**
   * A faulty document leaves the one before: half of a setting is worse than the old one.
   *
   * @param offset of the change's record
   */
  apply({ kind, id, document, basedOn }: ControlChange, offset: number): Judgement {
    if (!isControlKind(kind)) return 'foreign'
    if (basedOn !== null && basedOn !== this.version(kind, id)) return 'refused'
    this.#versions.set(controlKey(kind, id), offset)
    try {
      const parsed: unknown = JSON.parse(document)
      if (parsed === null) this.#documents[kind].delete(id)
      else this.#put(kind, id, parsed, offset)
      return 'applied'
    } catch (error) {
      if (error instanceof InvalidDocumentError || error instanceof SyntaxError) return 'faulty'
      throw error
    }
  }

  find<K extends ControlKind>(kind: K, id: string): Held<ControlDocuments[K]> | undefined {
    return this.#documents[kind].get(id)
  }

  /** In no order. */
  all<K extends ControlKind>(kind: K): Iterable<Held<ControlDocuments[K]>> {
    return this.#documents[kind].values()
  }

  /** What a change has to be based on; NO_VERSION when nothing was ever there. */
  version(kind: ControlKind, id: string): number {
    return this.#versions.get(controlKey(kind, id)) ?? NO_VERSION
  }

  #put(kind: ControlKind, id: string, document: unknown, version: number): void {
    checkDocument(kind, id, document)
    const documents = this.#documents[kind] as Map<string, Held<ControlDocuments[ControlKind]>>
    documents.set(id, { version, document })
  }
}
