// What is refused before anything is sent, since a number that lost its last digit on the way would be another amount.
import { AegisPayError } from './errors.ts'

/** As the service has it: one below 2^53 - 1, which is as far as a number counts. */
const MAX_AMOUNT = 9_007_199_254_740_990

/**
 * @param amount minor units; undefined where the service decides
 * @throws AegisPayError request_invalid
 */
export function checkAmount(amount: number | undefined): void {
  if (amount === undefined || (Number.isSafeInteger(amount) && amount > 0 && amount <= MAX_AMOUNT)) return
  throw invalid(`An amount is an integer of minor units from 1 to ${MAX_AMOUNT}: 1099 is 10.99 EUR.`)
}

/** @throws AegisPayError request_invalid */
export function checkKey(idempotencyKey: string): void {
  // What the service takes: printable ASCII without spaces.
  if (!/^[!-~]{1,255}$/.test(idempotencyKey))
    throw invalid('An idempotency key is 1 to 255 printable ASCII characters without spaces.')
}

export const invalid = (message: string): AegisPayError => new AegisPayError('request_invalid', message)
