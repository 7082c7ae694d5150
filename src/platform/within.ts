import { systemClock } from './clock.ts'

/** What was waited for did not come in time. */
export class TooSlowError extends Error {
  override readonly name = 'TooSlowError'
}

/**
 * What a promise comes to, if it does so in time.
 *
 * @param limitMs milliseconds
 * @throws TooSlowError when it takes longer; what it comes to then is dropped
 */
export async function within<T>(limitMs: number, promise: Promise<T>, clock = systemClock): Promise<T> {
  const late = Promise.withResolvers<never>()
  const calledOff = clock.after(limitMs, () => late.reject(new TooSlowError('too slow')))
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    calledOff()
  }
}
