// Money as people write it, from integers in minor units and back. There are no floats on the way.
import { exponents } from './exponents.ts'

/** How many decimal digits the minor unit of a currency has. An unknown currency is shown in its minor units. */
const exponentOf = (currency: string): number => exponents[currency] ?? 0

/** `1099` of EUR is `10.99`, of JPY `1099`. */
export function toMajor(minor: number, currency: string): string {
  const exponent = exponentOf(currency)
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0')
  const whole = digits.slice(0, digits.length - exponent)
  const sign = minor < 0 ? '-' : ''
  return exponent === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-exponent)}`
}

export type MinorUnits =
  { readonly ok: true; readonly minor: number } | { readonly ok: false; readonly fault: string }

/** An amount as it was typed in. A comma is taken for the decimal point only where nothing else can be meant. */
export function toMinor(typed: string, currency: string): MinorUnits {
  const exponent = exponentOf(currency)
  const match = /^(\d+)(?:([.,])(\d+))?$/.exec(typed.trim())
  if (match === null)
    return { ok: false, fault: 'Write an amount in digits, such as ' + example(exponent) + '.' }
  const [, whole = '', mark, fraction = ''] = match
  if (mark === ',' && fraction.length === 3)
    return { ok: false, fault: 'Write a point where the decimals begin, and nothing between thousands.' }
  if (fraction.length > exponent) {
    const places = exponent === 0 ? 'no decimals' : `at most ${exponent} decimals`
    return { ok: false, fault: `${currency} has ${places}.` }
  }
  const minor = Number(whole + fraction.padEnd(exponent, '0'))
  if (!Number.isSafeInteger(minor)) return { ok: false, fault: 'That is more than can be processed.' }
  return { ok: true, minor }
}

const example = (exponent: number): string => (exponent === 0 ? '12' : `12.${'5'.padEnd(exponent, '0')}`)

const formats = new Map<string, Intl.NumberFormat>()

/** With the currency, as the reader's language writes it. */
export function formatMoney(minor: number, currency: string): string {
  const digits = exponentOf(currency)
  let format = formats.get(currency)
  if (format === undefined) {
    format = new Intl.NumberFormat(undefined, {
      ...{ style: 'currency', currency, currencyDisplay: 'code' },
      ...{ minimumFractionDigits: digits, maximumFractionDigits: digits }
    })
    formats.set(currency, format)
  }
  // A text, of which every digit counts, where a number would be rounded.
  return format.format(toMajor(minor, currency) as `${number}`)
}
