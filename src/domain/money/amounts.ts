// Sums as people write them, in units of the currency. The product itself counts in minor units, as integers, everywhere.
import { limits } from '../payment/limits.ts'
import { exponentOf } from './currencies.ts'

/** A sum of digits, in the only way to write it: no sign, no exponent, no grouping, no zeros that say nothing. */
const WRITTEN = /^(?<units>0|[1-9]\d*)(?:\.(?<minor>\d+))?$/

/**
 * Reads a sum in units of a currency. No arithmetic but on digits is done, so nothing is ever rounded.
 *
 * @param text with exactly as many decimals as the currency has: `12.34` of EUR, `1234` of JPY
 * @returns minor units, 0 to `limits.maxAmount`; null when the text is no such sum, or the currency none in use
 */
export function parseAmount(text: string, currency: string): number | null {
  const exponent = exponentOf(currency)
  const { units, minor = '' } = WRITTEN.exec(text)?.groups ?? {}
  if (exponent === null || units === undefined || minor.length !== exponent) return null
  const amount = Number(units + minor)
  return isAmount(amount) ? amount : null
}

/**
 * Writes a sum in units of a currency, as `parseAmount` reads it.
 *
 * @param amount minor units, 0 to `limits.maxAmount`
 * @throws RangeError when the amount is none, or the currency none in use
 */
export function formatAmount(amount: number, currency: string): string {
  const exponent = exponentOf(currency)
  if (exponent === null) throw new RangeError(`${currency} is no currency in use`)
  if (!isAmount(amount)) throw new RangeError(`${amount} is no amount in minor units`)
  return inUnits(amount, exponent)
}

/**
 * Writes minor units of whatever sign as units. Of digits alone, so that nothing is rounded.
 *
 * @param amount an integer
 * @param exponent decimals, 0 or more
 */
export function inUnits(amount: number, exponent: number): string {
  if (exponent === 0) return String(amount)
  const sign = amount < 0 ? '-' : ''
  const digits = String(Math.abs(amount)).padStart(exponent + 1, '0')
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

const isAmount = (amount: number): boolean =>
  Number.isInteger(amount) && amount >= 0 && amount <= limits.maxAmount
