import type { TrackedPayment } from './tracked-payment.ts'

/** In which a payment is under way: its money is on the way to the merchant. */
export const paymentsInFlight = ['INITIATED', 'PROCESSING', 'AUTHORIZED', 'CAPTURED'] as const

/** Of refunds that were taken in and have not ended, whatever the status of their payments. */
export const REFUNDING = 'REFUNDING'

export interface InFlight {
  readonly status: (typeof paymentsInFlight)[number] | typeof REFUNDING
  readonly amount: number
}

/** What of a payment has begun and not ended. */
export function inFlight(payment: TrackedPayment | null): InFlight[] {
  if (payment === null) return []
  const { amount, authorized_amount, captured_amount } = payment
  const refunds = Object.values(payment.refunds).map(
    refund => ({ status: REFUNDING, amount: refund }) as const
  )
  switch (payment.status) {
    case 'INITIATED':
    case 'PROCESSING':
      return [{ status: payment.status, amount }, ...refunds]
    case 'AUTHORIZED':
      return [{ status: payment.status, amount: authorized_amount }, ...refunds]
    case 'CAPTURED':
      return [{ status: payment.status, amount: captured_amount }, ...refunds]
    default:
      return refunds
  }
}
