// Amounts as Stripe counts them. Ours are minor units as ISO 4217 has them; Stripe's differ for some currencies.
import { exponentOf } from '../../../domain/money/currencies.ts'

const WITHOUT_DECIMALS = 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' ')
/** The last digit has to be 0. */
const WITH_THREE_DECIMALS = 'BHD JOD KWD OMR TND'.split(' ')
/** Stripe's documentation counts it without decimals in one place and with two in another: a hundredfold charge. */
const AMBIGUOUS = 'UGX'
/** Counted with two decimals, of which the last two digits have to be 0. */
const WITH_EMPTY_DECIMALS = 'ISK'

/** Null for a currency that is none, or of which it is not sure how Stripe counts it. */
function stripeExponentOf(currency: string): number | null {
  const ours = exponentOf(currency)
  if (ours === null || currency === AMBIGUOUS) return null
  if (WITHOUT_DECIMALS.includes(currency)) return 0
  if (WITH_THREE_DECIMALS.includes(currency)) return 3
  return ours === 2 || currency === WITH_EMPTY_DECIMALS ? 2 : null
}

/**
 * An amount as Stripe is told it.
 * @param amount minor units after ISO 4217
 * @returns null where Stripe has no such amount: of a currency that it counts in a way that is not sure, with more digits
 *   than it takes, or too large to be counted
 */
export function toStripe(amount: number, currency: string): number | null {
  const exponent = stripeExponentOf(currency)
  if (exponent === null || (exponent === 3 && amount % 10 !== 0)) return null
  const told = scaled(amount, exponent - exponentOf(currency)!)
  return Number.isSafeInteger(told) ? told : null
}

/**
 * @param currency as Stripe states it, in lower case
 * @returns null where it is no amount of ours
 */
export function fromStripe(
  amount: unknown,
  currency: unknown
): { readonly amount: number; readonly currency: string } | null {
  if (!Number.isSafeInteger(amount) || typeof currency !== 'string') return null
  const code = currency.toUpperCase()
  const exponent = stripeExponentOf(code)
  if (exponent === null) return null
  const stated = scaled(amount as number, exponentOf(code)! - exponent)
  return Number.isSafeInteger(stated) ? { amount: stated, currency: code } : null
}

/** Divides rather than multiplies by a fraction, which would not be exact. */
const scaled = (amount: number, digits: number): number =>
  digits < 0 ? amount / 10 ** -digits : amount * 10 ** digits
