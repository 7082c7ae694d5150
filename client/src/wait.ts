import { AegisPayError } from './errors.ts'
import type { ReadOptions } from './options.ts'
import { jittered, pause } from './pauses.ts'
import type { Payment } from './wire.ts'

export interface WaitOptions {
  /** Milliseconds to wait in all; 30000 unless given. */
  readonly waitMs?: number
}

const WAIT_MS = 30_000
/** Milliseconds between looks, at first and at most. */
const FIRST_MS = 50
const LONGEST_MS = 2_000

/** @throws AegisPayError wait_timeout, and what does not pass by itself */
export async function waitUntil(
  paymentId: string,
  { waitMs = WAIT_MS, ...options }: ReadOptions & WaitOptions,
  isIt: (payment: Payment) => boolean,
  look: (options: ReadOptions) => Promise<Payment>
): Promise<Payment> {
  const deadline = Date.now() + waitMs
  let last: unknown
  for (let looks = 0; ; looks++) {
    try {
      const payment = await look(options)
      if (isIt(payment)) return payment
      last = undefined
    } catch (error) {
      if (!passes(error)) throw error
      last = error
    }
    const next = jittered(looks, { firstMs: FIRST_MS, longestMs: LONGEST_MS })
    if (Date.now() + next >= deadline)
      throw new AegisPayError('wait_timeout', `The payment did not become that within ${waitMs} ms.`, {
        ...{ paymentId, cause: last }
      })
    await pause(next, options.signal)
  }
}

/** A payment that was accepted a moment ago may not be there to be read. */
const passes = (error: unknown): boolean =>
  error instanceof AegisPayError && (error.retryable || error.code === 'payment_not_found')
