import type { DeclineType, OperationKind, PaymentTerms } from './commands.ts'
import type { CommandType } from './commands.ts'
import type { Assessment } from '../fraud/assess.ts'
import type { RoutingDecision } from '../routing/choose.ts'

export type FailureStage =
  'VALIDATION' | 'FRAUD' | 'COMPLIANCE' | 'ROUTING' | 'AUTHORIZATION' | 'SETTLEMENT' | 'REFUND'

interface AtGateway {
  readonly operationId: string
  readonly gateway: string
}

interface Reason {
  /** Stable. */
  readonly code: string
  readonly message: string
}

/** What a gateway is asked for. */
interface Request extends AtGateway {
  readonly kind: OperationKind
  readonly attempt: number
  readonly idempotencyKey: string
  readonly amount: number
  readonly currency: string
  readonly reference: string | null
  /** Epoch milliseconds after which no call starts. */
  readonly sendBy: number
  readonly timeoutMs: number
}

/** When, in epoch milliseconds, the gateway will be asked what became of an operation. */
interface LookUp {
  readonly lookUpAt: number | null
}

/** A refund that has ended well. */
interface Refunded extends AtGateway {
  readonly refundId: string
  readonly reference: string | null
  readonly amount: number
  /** All refunds so far, this one included. */
  readonly refundedAmount: number
}

/** Everything that can happen to a payment. */
export type PaymentEvent =
  | ({
      readonly type: 'PaymentInitiated'
      /** Epoch milliseconds after which no attempt begins. */
      readonly giveUpAt: number | null
    } & PaymentTerms)
  | ({
      readonly type: 'FraudAssessed'
      /** Epoch milliseconds at which a payment that is held fails. */
      readonly holdUntil: number | null
    } & Omit<Assessment, 'holdForMs'>)
  | {
      readonly type: 'ReviewResolved'
      readonly decision: 'APPROVE' | 'REJECT'
      readonly reason: string
      readonly decidedBy: string
      /** With APPROVE: epoch milliseconds after which no attempt begins. */
      readonly giveUpAt: number | null
    }
  | ({ readonly type: 'GatewaySelected' } & RoutingDecision)
  | ({
      readonly type: 'GatewayOperationRequested'
      readonly purpose: 'EXPIRY' | null
      readonly refundId: string | null
      /** Of a cancellation, for people. */
      readonly reason: string | null
    } & Request)
  | ({
      readonly type: 'GatewayOperationFailed'
      readonly kind: OperationKind
      readonly declineType: DeclineType | null
      /** Of a void for an authorization that was not captured in time: when it is tried again. */
      readonly expiresAt: number | null
      /** Of a capture that was to come by itself and that the gateway has not declined: when it is tried again. */
      readonly captureAt: number | null
    } & AtGateway &
      Reason)
  | ({ readonly type: 'OutcomeUnknown' } & AtGateway & Reason & LookUp)
  | ({ readonly type: 'OutcomePending'; readonly reference: string | null } & AtGateway & LookUp)
  | ({
      readonly type: 'CustomerActionRequired'
      readonly reference: string | null
      readonly redirectUrl: string
    } & AtGateway &
      LookUp)
  | ({
      readonly type: 'RetryScheduled'
      /** Null when none could be asked for yet. */
      readonly operationId: string | null
      readonly gateway: string | null
      readonly nextAttempt: number
      readonly dueAt: number
      /** Whether nothing of the attempt before left us, so that it counts as none; null in events of before, as below. */
      readonly neverLeft: boolean | null
      /** Whether the attempt before has provably come to nothing. Until then its gateway is asked about it first. */
      readonly isProven: boolean | null
    } & Reason)
  | ({
      readonly type: 'OutcomeLookupRequested'
      readonly attempt: number
      /** From 1. */
      readonly lookUp: number
      readonly lookUpAt: number
    } & AtGateway)
  | ({
      readonly type: 'OutcomeResolved'
      readonly attempt: number
      readonly outcome: 'SUCCEEDED' | 'FAILED'
      readonly reason: string
      readonly decidedBy: string
    } & AtGateway)
  | ({
      readonly type: 'ContradictoryOutcome'
      readonly attempt: number
      readonly stated: 'SUCCEEDED' | 'DECLINED'
      /** Null when the operation is open or was never asked for. */
      readonly recorded: 'SUCCEEDED' | 'FAILED' | null
      /** As the gateway stated them. */
      readonly amount: number | null
      readonly currency: string | null
      readonly reference: string | null
      readonly code: string | null
      readonly message: string | null
    } & AtGateway)
  | ({
      readonly type: 'PaymentAuthorized'
      readonly reference: string | null
      readonly amount: number
      /** Epoch milliseconds at which it is captured without being asked to. */
      readonly captureAt: number | null
      /** Epoch milliseconds at which it is given back unless it was captured. */
      readonly expiresAt: number | null
    } & AtGateway)
  | ({
      readonly type: 'PaymentCaptured'
      readonly reference: string | null
      readonly amount: number
    } & AtGateway &
      LookUp)
  | {
      readonly type: 'PaymentCompleted'
      readonly amount: number
      /** Epoch milliseconds after which no refund is taken. */
      readonly refundsUntil: number | null
    }
  | ({
      readonly type: 'PaymentFailed'
      readonly stage: FailureStage
      readonly operationId: string | null
      readonly declineType: DeclineType | null
    } & Reason)
  | { readonly type: 'PaymentCancelled'; readonly operationId: string | null; readonly reason: string | null }
  | { readonly type: 'PaymentExpired'; readonly operationId: string | null }
  | { readonly type: 'PaymentRetried'; readonly stage: FailureStage; readonly giveUpAt: number | null }
  | { readonly type: 'SettlementRetried' }
  | {
      readonly type: 'RefundAccepted'
      readonly refundId: string
      readonly amount: number
      readonly reason: string | null
    }
  | { readonly type: 'RefundInitiated'; readonly refundId: string; readonly amount: number }
  | ({ readonly type: 'PaymentPartiallyRefunded' } & Refunded)
  | ({ readonly type: 'PaymentRefunded' } & Refunded)
  | ({
      readonly type: 'RefundFailed'
      readonly refundId: string
      /** Null when the gateway was not asked. */
      readonly operationId: string | null
      readonly gateway: string
      readonly declineType: DeclineType | null
    } & Reason)
  | { readonly type: 'RefundsClosed' }
  | ({
      readonly type: 'CompensationRequested'
      /** The operation and attempt that succeeded late. */
      readonly compensates: string
    } & Request)
  | ({
      readonly type: 'CompensationPostponed'
      readonly attempt: number
      readonly next: 'RETRY' | 'LOOK_UP'
      readonly dueAt: number
    } & AtGateway &
      Reason)
  | ({ readonly type: 'CompensationSucceeded'; readonly reference: string | null } & AtGateway)
  | ({ readonly type: 'CompensationFailed' } & AtGateway & Reason)

export type EventType = PaymentEvent['type']

/** A command was refused. It moves no payment, and has no place in its sequence. */
export interface Rejection extends Reason {
  readonly type: 'CommandRejected'
  readonly command: CommandType
  /** False for unknown payments and reused keys: a repeat is judged anew. */
  readonly remembered: boolean
}

/** An event in a payment's history. */
export interface EventEnvelope {
  readonly paymentId: string
  readonly merchantId: string
  /** 1..n without gaps; null in a rejection. */
  readonly sequence: number | null
  /** Epoch milliseconds; never before the previous event of the payment. */
  readonly occurredAt: number
  /** Id of the command or gateway result that caused it. */
  readonly causationId: string | null
  /** On the first event that a command caused. */
  readonly commandFingerprint: string | null
}

export type RecordedEvent = (PaymentEvent | Rejection) & EventEnvelope
