import { fnv1a } from '../../src/domain/hashes.ts'

interface Event {
  readonly at: number
  /** Events of one moment happen in the order in which they were planned. */
  readonly sequence: number
  readonly act: () => void
  isOff: boolean
}

/** A Wednesday. */
const BEGINNING = Date.UTC(2025, 0, 1, 12)

/**
 * The one source of time and order in a simulation. Time stands still while anything can still happen at the moment that it
 * is: the promises of the product settle before the next event is taken.
 */
export class Scheduler {
  #time = 0
  #sequence = 0
  #steps = 0
  #hash = fnv1a('')
  readonly #heap: Event[] = []
  readonly #listeners: ((line: string) => void)[] = []

  /** Milliseconds since the simulation began. */
  get time(): number {
    return this.#time
  }

  /** Epoch milliseconds, as a clock shows them that is right. */
  get now(): number {
    return BEGINNING + this.#time
  }

  get steps(): number {
    return this.#steps
  }

  /** Of everything that was noted, and when: equal for two runs that went alike. */
  get traceHash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0')
  }

  /** Tells whoever looks on, and the trace's hash, what happens. */
  note(what: string): void {
    const line = `${this.#time} ${what}`
    this.#hash = fnv1a(line, this.#hash)
    for (const listener of this.#listeners) listener(line)
  }

  listen(listener: (line: string) => void): void {
    this.#listeners.push(listener)
  }

  /** @returns calls it off */
  after(ms: number, act: () => void): () => void {
    const at = this.#time + Math.max(0, Math.round(ms))
    const event: Event = { at, sequence: this.#sequence++, act, isOff: false }
    this.#push(event)
    return () => {
      event.isOff = true
    }
  }

  /** Lets things happen until it is over, or the time has passed, whichever is first. */
  async run(limitMs: number, isOver: () => boolean = () => false): Promise<void> {
    const end = this.#time + limitMs
    await settled()
    while (!isOver()) {
      const next = this.#heap[0]
      if (next === undefined || next.at > end) {
        this.#time = end
        return
      }
      this.#pop()
      if (next.isOff) continue
      this.#time = next.at
      this.#steps++
      next.act()
      await settled()
    }
  }

  #push(event: Event): void {
    const heap = this.#heap
    let at = heap.push(event) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(event, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = event
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
  }
}

/** Of a turn of the event loop, in which every promise that can settle does. */
const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

const isBefore = (one: Event, other: Event): boolean =>
  one.at < other.at || (one.at === other.at && one.sequence < other.sequence)
