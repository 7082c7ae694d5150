// A payment as people and programs read it: the JSON of the API.
import type { Answer, Payment } from './state.ts'

export interface PaymentView {
  readonly id: string
  readonly status: Payment['status']
  /** Minor units, as all amounts. */
  readonly amount: number
  readonly currency: string
  readonly capture: 'automatic' | 'manual'
  readonly authorizedAmount: number
  readonly capturedAmount: number
  readonly refundedAmount: number
  readonly gateway: string | null
  readonly version: number
  readonly customer: { readonly id: string; readonly country?: string }
  readonly description?: string
  readonly metadata: Readonly<Record<string, string>>
  readonly failure?: { readonly stage: string; readonly code: string; readonly message: string }
  /** RFC 3339. */
  readonly createdAt: string
  readonly updatedAt: string
}

/** The part of a payment that never changes after it was initiated. */
export type FixedTerms = Pick<
  Payment,
  'amount' | 'currency' | 'capture' | 'customer' | 'description' | 'metadata' | 'createdAt'
>

/** Shows a payment as it was when the answer was frozen, or as it is now. */
export function viewOf(id: string, terms: FixedTerms, answer: Answer): PaymentView {
  const { country } = terms.customer
  return {
    id,
    status: answer.status,
    amount: terms.amount,
    currency: terms.currency,
    capture: terms.capture === 'AUTOMATIC' ? 'automatic' : 'manual',
    authorizedAmount: answer.authorizedAmount,
    capturedAmount: answer.capturedAmount,
    refundedAmount: answer.refundedAmount,
    gateway: answer.gateway,
    version: answer.version,
    customer: { id: terms.customer.id, ...(country === null ? {} : { country }) },
    ...(terms.description === null ? {} : { description: terms.description }),
    metadata: terms.metadata,
    ...(answer.failure === null ? {} : { failure: answer.failure }),
    createdAt: new Date(terms.createdAt).toISOString(),
    updatedAt: new Date(answer.updatedAt).toISOString()
  }
}
