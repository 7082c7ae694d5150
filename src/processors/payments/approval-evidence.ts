import type { PaymentEvent, Rejection } from '../../domain/payment/events.ts'
import type { Payment } from '../../domain/payment/state.ts'
import { featuresOf, type Features } from '../../domain/routing/features.ts'

/** What a gateway made of a payment that it was asked to charge. */
export interface Evidence {
  readonly gateway: string
  readonly features: Features
  readonly outcome: 'approved' | 'declined'
  /** What the payment counts under beside its gateway; null for nothing. */
  readonly variant: string | null
}

/**
 * What a decision says of a gateway's approval; null when nothing. Only a definite answer is evidence: a gateway that could not
 * be reached, or whose answer nobody knows, is a matter of its health.
 *
 * @param payment before the decision
 * @param now epoch milliseconds
 */
export function evidenceIn(
  events: readonly (PaymentEvent | Rejection)[],
  payment: Payment | null,
  merchantId: string,
  now: number
): Omit<Evidence, 'variant'> | null {
  const operation = payment?.operation ?? null
  if (payment === null || operation === null || payment.paymentMethod === null) return null
  if (operation.kind !== 'AUTHORIZE' && operation.kind !== 'PURCHASE') return null
  const outcome = events.reduce<Evidence['outcome'] | null>((seen, event) => seen ?? outcomeOf(event), null)
  if (outcome === null) return null
  const { amount, currency, customer, paymentMethod } = payment
  const features = featuresOf({ amount, currency, customer, paymentMethod }, merchantId, now)
  return { gateway: operation.gateway, features, outcome }
}

function outcomeOf(event: PaymentEvent | Rejection): Evidence['outcome'] | null {
  if (event.type === 'PaymentAuthorized') return 'approved'
  const isDecline = event.type === 'PaymentFailed' || event.type === 'GatewayOperationFailed'
  return isDecline && event.declineType !== null ? 'declined' : null
}
