import { randomUUID } from 'node:crypto'
import { ApiError } from '../errors.ts'
import { ProducerUnavailableError } from '../platform/kafka/batching-producer.ts'
import { within, TooSlowError } from '../platform/within.ts'
import { checkMeaning } from './document-faults.ts'
import type { ControlDocuments, ControlKind } from './documents.ts'
import type { ControlTable } from './table.ts'
import type { Author, ControlWriter } from './writer.ts'

/** A change that rests on a version. */
export interface Edit extends Author {
  /** See ControlTable.version. */
  readonly basedOn: number
}

/** Milliseconds in which this process sees its own change: as a rule a few; the schema registry may be away. */
const SEEN_WITHIN_MS = 5_000

/** Changes control data and tells what came of it. Whoever is told has the change in this process's table already. */
export class ControlEditor {
  readonly #writer: ControlWriter
  readonly #table: ControlTable

  constructor(writer: ControlWriter, table: ControlTable) {
    this.#writer = writer
    this.#table = table
  }

  /**
   * Resolves with the new version.
   *
   * @throws InvalidDocumentError before anything is written
   * @throws ApiError body_invalid when its values contradict each other
   * @throws ApiError precondition_failed when another change came first
   * @throws ApiError change_unconfirmed when the change may or may not take effect
   */
  async put<K extends ControlKind>(
    kind: K,
    id: string,
    document: ControlDocuments[K],
    edit: Edit
  ): Promise<number> {
    checkMeaning(kind, document)
    return this.#make(kind, id, edit, changeId => this.#writer.put(kind, id, document, { ...edit, changeId }))
  }

  /** Resolves and fails as `put`. */
  delete(kind: ControlKind, id: string, edit: Edit): Promise<number> {
    return this.#make(kind, id, edit, changeId => this.#writer.delete(kind, id, { ...edit, changeId }))
  }

  async #make(
    kind: ControlKind,
    id: string,
    { basedOn }: Edit,
    send: (changeId: string) => Promise<number>
  ): Promise<number> {
    if (basedOn !== this.#table.version(kind, id)) throw new ApiError('precondition_failed')
    const changeId = randomUUID()
    // The client may have written the record twice, and then it names the second place, where the change loses against
    // itself. So the change is known again by its id, and the first place counts.
    const seen = this.#table.seen(changeId)
    try {
      await send(changeId)
      const judged = await within(SEEN_WITHIN_MS, seen.judged)
      if (judged.judgement !== 'applied') throw new ApiError('precondition_failed')
      return judged.version
    } catch (error) {
      if (!(error instanceof ProducerUnavailableError || error instanceof TooSlowError)) throw error
      throw new ApiError('change_unconfirmed', { cause: error })
    } finally {
      seen.forget()
    }
  }
}
