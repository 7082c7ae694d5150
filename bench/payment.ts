import type { Command } from '../src/domain/payment/commands.ts'
import { commandIdOf, fingerprintOf, paymentIdOf } from '../src/identity.ts'
import { initiatePayment, type PaymentRequest } from '../src/ingress/payment-request.ts'

const MERCHANT = 'demo'

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

/** The command by which the demo's merchant begins a payment, as its owner reads it. */
export function commandOf(idempotencyKey: string, request: PaymentRequest): Command {
  const paymentId = paymentIdOf(MERCHANT, idempotencyKey)
  const body = initiatePayment(request, { merchantId: MERCHANT, paymentId, idempotencyKey })
  const commandId = commandIdOf(MERCHANT, paymentId, 'initiate', idempotencyKey)
  return { type: 'InitiatePayment', ...body, commandId, fingerprint: fingerprintOf(body) }
}
