import { formatAmount } from '../domain/money/amounts.ts'
import { isCurrency } from '../domain/money/currencies.ts'

/**
 * As a person reads it: `10.99 EUR`. A history outlives currencies; what was paid in one that is out of use is shown as it is
 * kept.
 *
 * @param amount minor units
 */
export const shownAmount = (amount: number, currency: string): string =>
  isCurrency(currency)
    ? `${formatAmount(amount, currency)} ${currency}`
    : `${amount} minor units of ${currency}`
