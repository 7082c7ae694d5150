import { systemClock } from './clock.ts'

/**
 * Does work now and every so often, never twice at once, until it is told to stop. Keeps no process alive.
 *
 * @param failed told of what the work throws; it is done again all the same
 * @returns ends it
 */
export function repeat(
  everyMs: number,
  work: () => Promise<unknown>,
  failed: (error: unknown) => void,
  clock = systemClock
): () => void {
  let isUnderWay = false
  const turn = () => {
    if (isUnderWay) return
    isUnderWay = true
    work()
      .catch(failed)
      .finally(() => {
        isUnderWay = false
      })
  }
  turn()
  return clock.every(everyMs, turn)
}
