import { exponents } from './exponents.ts'

/** How many decimal digits the minor unit of a currency in use has; null when a text is the code of none. */
export const exponentOf = (code: string): number | null =>
  Object.hasOwn(exponents, code) ? exponents[code]! : null

/** Whether a text is the alphabetic code of a currency in use. */
export const isCurrency = (code: string): boolean => exponentOf(code) !== null

/** Every currency in use, by its alphabetic code. */
export const currencies = (): string[] => Object.keys(exponents)
