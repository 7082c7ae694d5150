// Finds card numbers in text, so that none is ever accepted, stored or logged.

/** Groups of digits with one space, dot or dash between them: how people and programs write card numbers. */
export const DIGIT_GROUPS = /\d+(?:[ .-]\d+)*/g
/**
 * Idempotency keys and order ids are often UUIDs, of whose digits one in a thousand would pass for a card number; so would one
 * in some two thousand of our ids of webhook endpoints and deliveries.
 */
export const IDS = /\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:we|msg)_[0-9a-f]{32})\b/gi

/** Issuer prefixes and lengths of the networks in use; a time stamp or an order number rarely looks like one. */
const NETWORKS: readonly RegExp[] = [
  /^4(?:\d{12}|\d{15}|\d{18})$/, // Visa
  /^(?:5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12})$/, // Mastercard
  /^3[47]\d{13}$/, // American Express
  /^3(?:0[0-5]|095|[689]\d)\d{11,16}$/, // Diners Club
  /^35(?:2[89]|[3-8]\d)\d{12,15}$/, // JCB
  /^6(?:011|4[4-9]\d|5\d\d)\d{12,15}$/, // Discover
  /^62\d{14,17}$/, // UnionPay
  /^(?:50|5[6-9]|6\d)\d{11,17}$/ // Maestro
]

const MIN_LENGTH = 13
const MAX_LENGTH = 19

/** As few as a card number has, with at most one space, dot or dash between two of them. */
const ENOUGH_DIGITS = new RegExp(`\\d(?:[ .-]?\\d){${MIN_LENGTH - 1}}`)

/**
 * Whether a card number stands anywhere in the text, also next to other groups of digits such as a date or a CVV.
 * A number that begins or ends within a longer unbroken run of digits is not one: long order numbers would match.
 */
export function containsCardNumber(text: string): boolean {
  // Nearly all texts end here. What stands in place of an id below keeps apart what stood beside it.
  if (!ENOUGH_DIGITS.test(text)) return false
  for (const [run] of text.replaceAll(IDS, ' ').matchAll(DIGIT_GROUPS)) {
    const groups = run.split(/[ .-]/)
    for (let first = 0; first < groups.length; first++) {
      let digits = ''
      for (let last = first; last < groups.length && digits.length <= MAX_LENGTH; last++) {
        digits += groups[last]!
        if (digits.length >= MIN_LENGTH && digits.length <= MAX_LENGTH && isCardNumber(digits)) return true
      }
    }
  }
  return false
}

const isCardNumber = (digits: string): boolean =>
  NETWORKS.some(network => network.test(digits)) && passesLuhn(digits)

/** ISO/IEC 7812-1 annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48
    const weighted = i % 2 === 0 ? digit : digit * 2
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum % 10 === 0
}
