// A payment as people and programs read it: the JSON of the API.
import { customerHints, type CustomerHint } from '../declines/reasons.ts'
import { customerHintOf } from './customer-hint.ts'
import type { Answer, Failure, OpenOperation, Payment, Review } from './state.ts'

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
  readonly failure?: FailureView
  /** What the payment waits for at its gateway; absent when for nothing. */
  readonly operation?: OperationView
  /** Of a payment that somebody has to look at, or had to, before it went to a gateway. */
  readonly review?: ReviewView
  /** In the answer to a command that asked for one. */
  readonly refund?: RefundView
  /** RFC 3339. */
  readonly createdAt: string
  readonly updatedAt: string
}

export interface FailureView extends Failure {
  /** What to tell the customer, by what they can do about it. */
  readonly customerHint: { readonly code: CustomerHint; readonly message: string }
}

export interface OperationView {
  readonly id: string
  readonly kind: 'authorize' | 'purchase' | 'capture' | 'void' | 'refund' | 'settle'
  /**
   * `requested`: under way. `pending`: the gateway has accepted it and will tell. `needs-customer`: send the customer to
   * `redirectUrl`. `unknown`: it may have been done. `retry-scheduled`: it will be tried again.
   * `settling`: it was captured, and has not settled.
   */
  readonly status: 'requested' | 'pending' | 'needs-customer' | 'unknown' | 'retry-scheduled' | 'settling'
  readonly redirectUrl?: string
}

export interface ReviewView {
  readonly status: 'pending' | 'approved' | 'rejected'
  /** While pending: when the payment fails unless an operator has decided. RFC 3339. */
  readonly until?: string
}

export interface RefundView {
  readonly id: string
  /** `pending`: its amount is reserved. */
  readonly status: 'pending' | 'succeeded' | 'failed'
  readonly amount: number
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
    ...(answer.failure === null ? {} : { failure: failureViewOf(answer.failure) }),
    ...(answer.operation === null ? {} : { operation: operationViewOf(answer.operation) }),
    ...(answer.review === null ? {} : { review: reviewViewOf(answer.review) }),
    ...(answer.refund === null ? {} : { refund: refundViewOf(answer.refund) }),
    createdAt: new Date(terms.createdAt).toISOString(),
    updatedAt: new Date(answer.updatedAt).toISOString()
  }
}

function failureViewOf({ stage, code, message }: Failure): FailureView {
  const hint = customerHintOf({ stage, code })
  return { stage, code, message, customerHint: { code: hint, message: customerHints[hint] } }
}

const reviewViewOf = ({ status, until }: Review): ReviewView => ({
  status: status.toLowerCase() as ReviewView['status'],
  ...(until !== null && { until: new Date(until).toISOString() })
})

const refundViewOf = ({ refundId, status, amount }: NonNullable<Answer['refund']>): RefundView => ({
  id: refundId,
  status: status.toLowerCase() as RefundView['status'],
  amount
})

const operationViewOf = ({ operationId, kind, status, redirectUrl }: OpenOperation): OperationView => ({
  id: operationId,
  kind: kind.toLowerCase() as OperationView['kind'],
  status: status.toLowerCase().replace('_', '-') as OperationView['status'],
  ...(redirectUrl === null ? {} : { redirectUrl })
})
