import { monitorEventLoopDelay } from 'node:perf_hooks'

const RESOLUTION_MS = 10
const SAMPLE_MS = 200

/** How late the event loop is, as the mean of the last sample: short enough to see an overload begin and end. */
export class EventLoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  readonly #timer: NodeJS.Timeout
  #milliseconds = 0

  /** @param report called with each sample's milliseconds. */
  constructor(report: (milliseconds: number) => void) {
    this.#histogram.enable()
    this.#timer = setInterval(() => {
      // A sample that the loop was too busy to take changes nothing.
      if (this.#histogram.count === 0) return
      this.#milliseconds = Math.max(0, this.#histogram.mean / 1e6 - RESOLUTION_MS)
      this.#histogram.reset()
      report(this.#milliseconds)
    }, SAMPLE_MS).unref()
  }

  get milliseconds(): number {
    return this.#milliseconds
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#histogram.disable()
  }
}
