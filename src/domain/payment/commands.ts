export type CaptureMode = 'AUTOMATIC' | 'MANUAL'

export interface Customer {
  readonly id: string
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null
}

export interface PaymentMethod {
  readonly type: 'CARD'
  readonly token: string
  /** The card network in lower case; null where the sender did not say. */
  readonly network: string | null
}

/** What a payment is about; every field as its sender gave it, checked by the guards. */
export interface PaymentTerms {
  /** Minor units of the currency. */
  readonly amount: number
  readonly currency: string
  readonly capture: CaptureMode
  /** Milliseconds between authorization and automatic capture. */
  readonly captureDelayMs: number | null
  readonly customer: Customer
  readonly paymentMethod: PaymentMethod
  readonly description: string | null
  readonly metadata: Readonly<Record<string, string>>
}

/** Terms as they may stand on a topic, where a newer sender can use a variant that this version does not know. */
export type RequestedTerms = Omit<PaymentTerms, 'capture' | 'paymentMethod'> & {
  readonly capture: CaptureMode | 'UNRECOGNIZED'
  readonly paymentMethod: Omit<PaymentMethod, 'type'> & {
    readonly type: PaymentMethod['type'] | 'UNRECOGNIZED'
  }
}

export type CommandBody =
  | ({
      readonly type: 'InitiatePayment'
      /** Stands for the network address that the customer pays from; null where it is not known. */
      readonly addressDigest: string | null
    } & RequestedTerms)
  | {
      readonly type: 'CapturePayment'
      readonly amount: number | null
      readonly expectedVersion: number | null
    }
  | {
      readonly type: 'CancelPayment'
      readonly reason: string | null
      readonly expectedVersion: number | null
    }
  | {
      readonly type: 'RefundPayment'
      /** Minor units; null for all that is left. */
      readonly amount: number | null
      readonly reason: string | null
      readonly expectedVersion: number | null
    }
  | { readonly type: 'RetryPayment'; readonly expectedVersion: number | null }
  | { readonly type: 'CloseRefunds'; readonly expectedVersion: number | null }
  | {
      /** An operator's, about a payment that is held. */
      readonly type: 'ResolveReview'
      readonly decision: 'APPROVE' | 'REJECT' | 'UNRECOGNIZED'
      readonly reason: string
      readonly decidedBy: string
      readonly expectedVersion: number | null
    }
  | {
      /** An operator's, about an operation whose outcome is not known. */
      readonly type: 'ResolveOutcome'
      readonly operationId: string
      readonly outcome: 'SUCCEEDED' | 'FAILED' | 'UNRECOGNIZED'
      readonly reference: string | null
      readonly reason: string
      readonly decidedBy: string
      readonly expectedVersion: number | null
    }

export type CommandType = CommandBody['type']

export type Command = CommandBody & {
  readonly merchantId: string
  readonly paymentId: string
  readonly idempotencyKey: string
  /** Computed by the owner from merchant, payment, operation and idempotency key. */
  readonly commandId: string
  /** Digest of the content, by which a repeat is told from a misused idempotency key. */
  readonly fingerprint: string
}

export type OperationKind = 'AUTHORIZE' | 'PURCHASE' | 'CAPTURE' | 'VOID' | 'REFUND' | 'SETTLE'
export type DeclineType = 'HARD' | 'SOFT'

/** What a gateway said about an operation, in answer to a call or by a notification. */
export interface GatewayResult {
  readonly operationId: string
  readonly attempt: number
  readonly gateway: string
  readonly outcome:
    | 'SUCCEEDED'
    | 'DECLINED'
    | 'REFUSED'
    | 'NOT_SENT'
    | 'PENDING'
    | 'NEEDS_CUSTOMER'
    | 'UNKNOWN'
    /** Of captured money: it will not be paid out. */
    | 'SETTLEMENT_FAILED'
    | 'UNRECOGNIZED'
  readonly declineType: DeclineType | 'UNRECOGNIZED' | null
  readonly reference: string | null
  /** Minor units, as the gateway stated them; null when it stated no sum. */
  readonly amount: number | null
  readonly currency: string | null
  readonly settled: boolean
  readonly code: string | null
  readonly message: string | null
  /** With NEEDS_CUSTOMER. */
  readonly redirectUrl: string | null
}
