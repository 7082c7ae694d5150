interface Flight<T> {
  readonly running: Promise<T>
  /** For those who came after it began. */
  next: Promise<T> | null
}

/**
 * Does one piece of work at a time for each key. Whoever comes while it runs waits for the next one, together with all
 * others that do: what anybody is given was begun after they came, so it is never older than what they may know.
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>()

  run(key: string, work: () => Promise<T>): Promise<T> {
    const flight = this.#flights.get(key)
    if (flight === undefined) return this.#begin(key, work)
    const again = () => this.#begin(key, work)
    flight.next ??= flight.running.then(again, again)
    return flight.next
  }

  #begin(key: string, work: () => Promise<T>): Promise<T> {
    const flight: Flight<T> = { running: work(), next: null }
    this.#flights.set(key, flight)
    const end = () => {
      if (flight.next === null) this.#flights.delete(key)
    }
    flight.running.then(end, end)
    return flight.running
  }
}
