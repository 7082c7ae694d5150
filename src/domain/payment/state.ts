import type { OperationKind, PaymentTerms } from './commands.ts'
import type { FailureStage } from './events.ts'
import type { PaymentStatus } from './statuses.ts'

export interface Failure {
  readonly stage: FailureStage
  readonly code: string
  readonly message: string
}

/** The one operation that a payment may have in flight at a gateway. */
export interface Operation {
  readonly operationId: string
  readonly kind: OperationKind
  /** From 1; grows only after proof that nothing was charged. */
  readonly attempt: number
  readonly gateway: string
  readonly idempotencyKey: string
  /** Minor units. */
  readonly amount: number
  readonly status: 'REQUESTED' | 'RETRY_SCHEDULED' | 'UNKNOWN' | 'NEEDS_CUSTOMER' | 'PENDING'
  /** Epoch milliseconds. */
  readonly sendBy: number
  readonly timeoutMs: number
  /** With NEEDS_CUSTOMER: where to send the customer. */
  readonly redirectUrl: string | null
}

/** What an answer shows of an operation that the payment waits for. */
export type OpenOperation = Pick<Operation, 'operationId' | 'kind' | 'status' | 'redirectUrl'>

/** How an operation ended, by which a repeat is told from a contradiction. */
export interface Ending {
  readonly operationId: string
  readonly attempt: number
  readonly gateway: string
  /** Null for one that is open or was never asked for, and was contradicted all the same. */
  readonly outcome: 'SUCCEEDED' | 'FAILED' | null
  /** Minor units. */
  readonly amount: number | null
  /** The statement that is on record as contradictory: its repeats change nothing. */
  readonly contradictedBy: 'SUCCEEDED' | 'DECLINED' | null
}

/** The part of a payment that changes, as an answer shows it. */
export interface Answer {
  readonly version: number
  readonly status: PaymentStatus
  readonly gateway: string | null
  readonly authorizedAmount: number
  readonly capturedAmount: number
  readonly refundedAmount: number
  readonly failure: Failure | null
  readonly operation: OpenOperation | null
  /** Epoch milliseconds. */
  readonly updatedAt: number
}

export interface Payment extends Answer, Omit<PaymentTerms, 'paymentMethod'> {
  /** Null when nobody can be charged by it any more: then it is not kept. */
  readonly paymentMethod: PaymentTerms['paymentMethod'] | null
  /** The gateway's id of the authorization. */
  readonly reference: string | null
  readonly operation: Operation | null
  /** Oldest first. */
  readonly endings: readonly Ending[]
  /** How many operations were begun. */
  readonly operations: number
  /** Epoch milliseconds. */
  readonly createdAt: number
}

/** A command that took effect or was refused, and what its sender is told whenever it comes again. */
export interface SeenCommand {
  readonly commandId: string
  readonly fingerprint: string
  readonly rejection: { readonly code: string; readonly message: string } | null
  /** Null until the payment rests after the command. */
  readonly answer: Answer | null
}

/** What the owner of a payment knows of it: the fold of its events. */
export interface PaymentState {
  readonly paymentId: string
  readonly merchantId: string
  readonly commands: readonly SeenCommand[]
  /** Null when its InitiatePayment was refused. */
  readonly payment: Payment | null
}
