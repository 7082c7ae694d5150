/** Time, as a process has it. It is given to whatever waits or asks for the time, so that tests can run on a time of their own. */
export interface Clock {
  /** Epoch milliseconds; somebody may set it. */
  now(): number
  /** Milliseconds of a clock that nobody sets. */
  monotonic(): number
  /**
   * Calls back once.
   * @returns calls it off
   */
  after(ms: number, act: () => void): () => void
  /**
   * Calls back every so often. Keeps no process alive.
   * @returns ends it
   */
  every(ms: number, act: () => void): () => void
  /** Calls back in the next turn of the event loop. */
  soon(act: () => void): void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms)
    return () => clearTimeout(timer)
  },
  every(ms, act) {
    const timer = setInterval(act, ms).unref()
    return () => clearInterval(timer)
  },
  soon: act => void setImmediate(act)
}

/** @param signal ends the wait early, without an error */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const calledOff = clock.after(signal?.aborted ? 0 : ms, resolve)
    signal?.addEventListener('abort', () => {
      calledOff()
      resolve()
    })
  })
}

export const nextTurn = (clock: Clock): Promise<void> => new Promise(resolve => clock.soon(resolve))
