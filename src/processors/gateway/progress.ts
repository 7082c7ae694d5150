/**
 * How far a partition's requests have been dealt with, when they finish out of order: up to the first one that has
 * not, since the group can commit one position only.
 */
export class Progress {
  readonly #open: number[] = []
  readonly #finished = new Set<number>()
  #next: number

  /** @param next offset of the first request to come */
  constructor(next: number) {
    this.#next = next
  }

  /** A request was taken on. Offsets come in order. */
  begin(offset: number): void {
    this.#open.push(offset)
  }

  /** Reading has come to this offset; what lies before it and was not begun needs nothing done. */
  readTo(next: number): void {
    this.#next = next
  }

  finish(offset: number): void {
    this.#finished.add(offset)
    while (this.#open.length > 0 && this.#finished.delete(this.#open[0]!)) this.#open.shift()
  }

  /** The offset from which a successor has to go on. */
  get position(): number {
    return this.#open[0] ?? this.#next
  }
}
