import type { Compensation, Payment, Refund } from '../../domain/payment/state.ts'

/** What a payment has begun beside itself, as it stands on the changelog: most have none, and a null is a byte. */
export const children = ({
  refunds,
  compensations
}: Pick<Payment, 'refunds' | 'compensations'>): {
  readonly refunds: Refund[] | null
  readonly compensations: Compensation[] | null
} => ({
  refunds: refunds.length === 0 ? null : [...refunds],
  compensations: compensations.length === 0 ? null : [...compensations]
})
