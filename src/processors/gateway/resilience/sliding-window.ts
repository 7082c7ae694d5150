/** What was counted of late: as many slots of time as make up the window, of which the oldest goes when a new one comes. */
export class SlidingWindow<T> {
  readonly #slotMs: number
  readonly #slots: number
  readonly #make: () => T
  #kept: { readonly nth: number; readonly content: T }[] = []

  /**
   * @param windowMs milliseconds; what is older by up to a tenth of that may count as well
   * @param make an empty slot
   */
  constructor(windowMs: number, make: () => T, slots = 10) {
    this.#slotMs = windowMs / slots
    this.#slots = slots
    this.#make = make
  }

  /** Where to count what happens now. @param now milliseconds of a clock that nobody sets */
  current(now: number): T {
    const nth = Math.floor(now / this.#slotMs)
    const newest = this.#kept.at(-1)
    if (newest?.nth === nth) return newest.content
    const content = this.#make()
    this.#kept.push({ nth, content })
    this.#forget(now)
    return content
  }

  /** Everything that still counts, the oldest first. */
  contents(now: number): readonly T[] {
    this.#forget(now)
    return this.#kept.map(({ content }) => content)
  }

  clear(): void {
    this.#kept = []
  }

  #forget(now: number): void {
    const oldest = Math.floor(now / this.#slotMs) - this.#slots
    const kept = this.#kept.findIndex(({ nth }) => nth >= oldest)
    this.#kept.splice(0, kept === -1 ? this.#kept.length : kept)
  }
}
