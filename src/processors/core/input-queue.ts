import type { InputRecord } from './logic.ts'

interface Fetched {
  readonly records: readonly InputRecord[]
  /** Where the partition goes on behind them; control records may lie between. */
  readonly next: number
}

export interface Taken {
  readonly records: readonly InputRecord[]
  /** Next offset to deal with once these records have been. */
  readonly next: number
}

/** What has been fetched of one input of a partition and not yet been dealt with, in order. */
export class InputQueue {
  #fetched: Fetched[] = []
  #taken = 0
  #length = 0
  /** Where fetching goes on. */
  #position = 0

  get length(): number {
    return this.#length
  }

  get position(): number {
    return this.#position
  }

  /** Forgets everything; the next records to come are those from the offset. */
  reset(position: number): void {
    this.#fetched = []
    this.#taken = 0
    this.#length = 0
    this.#position = position
  }

  push(records: readonly InputRecord[], next: number): void {
    this.#position = next
    if (records.length === 0) return
    this.#fetched.push({ records, next })
    this.#length += records.length
  }

  /** Takes the first records, up to a number of records and of bytes, at least one; null when there is none. */
  take(maxRecords: number, maxBytes: number): Taken | null {
    const records: InputRecord[] = []
    let bytes = 0
    let next: number | null = null
    for (let head = this.#fetched[0]; head !== undefined; head = this.#fetched[0]) {
      const record = head.records[this.#taken]!
      bytes += sizeOf(record)
      if (records.length > 0 && (records.length === maxRecords || bytes > maxBytes)) break
      records.push(record)
      this.#taken++
      next = record.offset + 1
      if (this.#taken === head.records.length) {
        next = head.next
        this.#fetched.shift()
        this.#taken = 0
      }
    }
    this.#length -= records.length
    return next === null ? null : { records, next }
  }
}

/** Bytes of a record, about. Headers count: a dead letter or a forwarded record is written with them. */
function sizeOf({ key, value, headers }: InputRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0)
  for (const name in headers) {
    for (const header of [headers[name]].flat()) bytes += name.length + (header?.length ?? 0)
  }
  return bytes
}
