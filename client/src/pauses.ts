import { AegisPayError } from './errors.ts'

/** Milliseconds. */
export interface Pauses {
  readonly firstMs: number
  readonly longestMs: number
}

/**
 * Milliseconds to pause after so many tries in vain: doubling, and drawn from the upper half, so that those who failed at
 * the same time do not come back at the same time.
 */
export function jittered(tries: number, { firstMs, longestMs }: Pauses): number {
  const most = Math.min(longestMs, firstMs * 2 ** Math.min(tries, 30))
  return most / 2 + (Math.random() * most) / 2
}

/** Resolves after the milliseconds. @throws AegisPayError aborted */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer)
      reject(new AegisPayError('aborted', 'The caller has ended the call.', { cause: signal?.reason }))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort)
      resolve()
    }, ms)
    if (signal?.aborted === true) abort()
    else signal?.addEventListener('abort', abort, { once: true })
  })
}
