import type { DeclineType, OperationKind, PaymentTerms } from './commands.ts'
import type { CommandType } from './commands.ts'
import type { RoutingDecision } from '../routing/route.ts'

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

/** Everything that can happen to a payment. */
export type PaymentEvent =
  | ({ readonly type: 'PaymentInitiated' } & PaymentTerms)
  | ({ readonly type: 'GatewaySelected' } & RoutingDecision)
  | ({
      readonly type: 'GatewayOperationRequested'
      readonly kind: OperationKind
      readonly attempt: number
      readonly idempotencyKey: string
      readonly amount: number
      readonly currency: string
      readonly reference: string | null
      /** Epoch milliseconds after which no call starts. */
      readonly sendBy: number
      readonly timeoutMs: number
    } & AtGateway)
  | ({
      readonly type: 'GatewayOperationFailed'
      readonly kind: OperationKind
      readonly declineType: DeclineType | null
    } & AtGateway &
      Reason)
  | ({ readonly type: 'OutcomeUnknown' } & AtGateway & Reason)
  | ({ readonly type: 'OutcomePending'; readonly reference: string | null } & AtGateway)
  | ({
      readonly type: 'CustomerActionRequired'
      readonly reference: string | null
      readonly redirectUrl: string
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
    } & AtGateway)
  | ({
      readonly type: 'PaymentCaptured'
      readonly reference: string | null
      readonly amount: number
    } & AtGateway)
  | { readonly type: 'PaymentCompleted'; readonly amount: number }
  | ({
      readonly type: 'PaymentFailed'
      readonly stage: FailureStage
      readonly operationId: string | null
      readonly declineType: DeclineType | null
    } & Reason)
  | { readonly type: 'PaymentCancelled'; readonly operationId: string | null; readonly reason: string | null }

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
