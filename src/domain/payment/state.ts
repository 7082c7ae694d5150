import type { OperationKind, PaymentTerms } from './commands.ts'
import type { FailureStage } from './events.ts'
import type { PaymentStatus } from './statuses.ts'

export interface Failure {
  readonly stage: FailureStage
  readonly code: string
  readonly message: string
}

/** Whether somebody has to look at a payment before it goes to a gateway. */
export interface Review {
  readonly status: 'PENDING' | 'APPROVED' | 'REJECTED'
  /** While PENDING: epoch milliseconds at which the payment fails unless somebody has decided. */
  readonly until: number | null
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
  readonly status: 'REQUESTED' | 'RETRY_SCHEDULED' | 'UNKNOWN' | 'NEEDS_CUSTOMER' | 'PENDING' | 'SETTLING'
  /** Epoch milliseconds. */
  readonly sendBy: number
  readonly timeoutMs: number
  /** Whether nothing of the attempt left us, by the word of who was to make the call. It counts as none. */
  readonly neverLeft: boolean
  /** Whether the attempt has provably come to nothing, so that another waits for nothing but its time. */
  readonly isProven: boolean
  /** With NEEDS_CUSTOMER: where to send the customer. */
  readonly redirectUrl: string | null
  /** Epoch milliseconds at which it is tried, or looked up, again. */
  readonly dueAt: number | null
  /** How often the gateway was asked what became of it. */
  readonly lookUps: number
  /** Epoch milliseconds. */
  readonly unknownSince: number | null
  readonly purpose: 'EXPIRY' | null
  readonly refundId: string | null
  /** Of a cancellation, for people. */
  readonly reason: string | null
}

export interface Refund {
  readonly refundId: string
  /** The command that asked for it. */
  readonly commandId: string
  /** Minor units, reserved unless it has failed. */
  readonly amount: number
  readonly status: 'PENDING' | 'SUCCEEDED' | 'FAILED'
}

/** Undoes what a gateway did after it had been taken for undone. It never touches the payment's status. */
export interface Compensation {
  readonly operationId: string
  readonly kind: OperationKind
  readonly attempt: number
  readonly gateway: string
  readonly idempotencyKey: string
  /** Minor units. */
  readonly amount: number
  /** The gateway's id of what is undone. */
  readonly reference: string | null
  readonly status: 'REQUESTED' | 'RETRY_SCHEDULED' | 'UNKNOWN' | 'SUCCEEDED' | 'FAILED'
  /** Epoch milliseconds. */
  readonly sendBy: number
  readonly timeoutMs: number
  /** Epoch milliseconds at which it is tried, or looked up, again. */
  readonly dueAt: number | null
  readonly lookUps: number
  /** Epoch milliseconds. */
  readonly unknownSince: number | null
  /** The operation and attempt that succeeded late. */
  readonly compensates: string
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
  /** Whether nothing of it left us. */
  readonly neverLeft: boolean
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
  readonly review: Review | null
  /** With the command that asked for one: where its refund stood. */
  readonly refund: Pick<Refund, 'refundId' | 'amount' | 'status'> | null
  /** Epoch milliseconds. */
  readonly updatedAt: number
}

export interface Payment extends Omit<Answer, 'refund'>, Omit<PaymentTerms, 'paymentMethod'> {
  /** Null when nobody can be charged by it any more: then it is not kept. */
  readonly paymentMethod: PaymentTerms['paymentMethod'] | null
  /** The gateway's id of the authorization. */
  readonly reference: string | null
  readonly operation: Operation | null
  /** Oldest first. */
  readonly endings: readonly Ending[]
  /** How many operations were begun. */
  readonly operations: number
  /** How many of them had been begun when the payment was begun again; null while it never was. */
  readonly retriedFrom: number | null
  /** Oldest first; they run one by one. */
  readonly refunds: readonly Refund[]
  /** Oldest first. */
  readonly compensations: readonly Compensation[]
  readonly refundsClosed: boolean
  /** Epoch milliseconds, as all that follow. After it no attempt begins. */
  readonly giveUpAt: number | null
  /** When a gateway is looked for again. */
  readonly retryAt: number | null
  /** When it is captured without being asked to. */
  readonly captureAt: number | null
  /** When it is given back unless it was captured. */
  readonly expiresAt: number | null
  /** After it no refund is taken. */
  readonly refundsUntil: number | null
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
