import type { PaymentRequest } from '../src/ingress/payment-request.ts'

/** The nth payment: one that the sandbox approves, with what a shop usually sends. */
export function paymentOf(n: number): PaymentRequest {
  return {
    amount: 100 + (n % 50_000),
    currency: 'EUR',
    capture: 'automatic',
    customer: { id: `cus_${n % 10_000}`, country: 'DE' },
    paymentMethod: { type: 'card', token: 'tok_visa' },
    description: `Order ${n}`,
    metadata: { order: String(n) }
  }
}
