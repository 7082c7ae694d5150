import { containsCardNumber } from './domain/card-number.ts'
import { ApiError } from './errors.ts'

/**
 * Keeps card numbers out: they are not even looked at any further, so that none can be stored, logged or echoed.
 *
 * @throws ApiError card_number_not_allowed
 */
export function refuseCardNumbers(text: string): void {
  if (containsCardNumber(text)) throw new ApiError('card_number_not_allowed')
}
