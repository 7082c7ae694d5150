/**
 * What a gateway adapter is. An adapter turns one request record into one call and the ending of that call into one
 * outcome class; it decides nothing else: retries, look-ups and fail-over belong to the payment's owner.
 *
 * Absent values are `null`, never `undefined`: these shapes travel as Avro unions.
 */

import type { DeclineType } from '../../domain/declines/reasons.ts'
import type { ResilienceDocument } from '../../control/gateway-resilience.ts'
import type { Connect } from './adapters/http-exchange.ts'

export type OperationKind = 'AUTHORIZE' | 'PURCHASE' | 'CAPTURE' | 'VOID' | 'REFUND' | 'SETTLE'

export interface GatewayCall {
  readonly paymentId: string
  readonly operationId: string
  readonly kind: OperationKind
  /** Fixed by the owner before the request was recorded; a replay of the same request carries the same key. */
  readonly idempotencyKey: string
  /** Minor units of `currency`, a positive safe integer. */
  readonly amount: number
  /** ISO 4217 alphabetic code. */
  readonly currency: string
  /** The payment method's token; null for operations on an earlier authorization or purchase. */
  readonly token: string | null
  /** Type of the payment method, such as `CARD`; null where it was not told. */
  readonly method: string | null
  /**
   * The gateway's reference of the authorization that is captured or voided, or of the authorization or purchase whose
   * captured money is refunded or settled; null where a token is charged.
   */
  readonly gatewayReference: string | null
  /** Epoch milliseconds after which nobody starts the call. */
  readonly sendBy: number
  /** Bounds the whole call: waiting for a connection, connecting, sending, headers and body. Milliseconds, above 0. */
  readonly timeoutMs: number
}

/**
 * The classes say how much is known, because that alone decides what may follow. They speak of this one call: for a
 * request that may have been sent before, `NOT_SENT` and `REFUSED` prove nothing about the earlier sending.
 *
 * - `SUCCEEDED`: the gateway did it.
 * - `DECLINED`: the gateway decided not to; definite, no money moved for this idempotency key.
 * - `REFUSED`: the gateway turned the request away before doing anything (malformed, unauthenticated, rate-limited).
 * - `NOT_SENT`: provably not one byte of the request left this process.
 * - `PENDING`: accepted; the answer follows by notification or look-up.
 * - `NEEDS_CUSTOMER`: the customer has to act at `redirectUrl`.
 * - `SETTLEMENT_FAILED`: of a purchase, capture or settlement only: the gateway captured the money and will not pay it out.
 * - `UNKNOWN`: anything else. The charge may have happened, so the payment must never go to another gateway.
 */
export type OutcomeClass =
  | 'SUCCEEDED'
  | 'DECLINED'
  | 'REFUSED'
  | 'NOT_SENT'
  | 'PENDING'
  | 'NEEDS_CUSTOMER'
  | 'SETTLEMENT_FAILED'
  | 'UNKNOWN'

export interface GatewayOutcome {
  readonly outcome: OutcomeClass
  /** The gateway's reference of this operation; set on `SUCCEEDED` and, where the gateway gives one, on others. */
  readonly reference: string | null
  /** As the gateway states it, minor units; null where it stated nothing that can be trusted. */
  readonly amount: number | null
  readonly currency: string | null
  /** Whether captured money is paid out; false for what captures and settles nothing and for what did not succeed. */
  readonly settled: boolean
  /** Set on `DECLINED` only. */
  readonly declineType: DeclineType | null
  /** Set on everything but `SUCCEEDED`: the gateway's code, or one of ours that begins with `gateway_`. */
  readonly code: string | null
  /** For people; nothing may depend on it. At most 256 characters. */
  readonly message: string | null
  /** Set on `NEEDS_CUSTOMER` only. */
  readonly redirectUrl: string | null
  /** Milliseconds for which the gateway wants no more calls. About the gateway, so it is no part of the record; left out where it says nothing. */
  readonly retryAfterMs?: number
  /** Of `REFUSED`: whether the gateway refuses us rather than this request (401, 403, 429). No part of the record. */
  readonly isTurnedAway?: boolean
}

/** An outcome of which the gateway has stated nothing: what is known of a call that has no usable answer. */
export const nothingStated: GatewayOutcome = {
  outcome: 'UNKNOWN',
  reference: null,
  amount: null,
  currency: null,
  settled: false,
  declineType: null,
  code: null,
  message: null,
  redirectUrl: null
}

/** An outcome that is known by its class alone, and why; the message is cut to its limit. */
export const outcomeWithout = (outcome: OutcomeClass, code: string, message: string): GatewayOutcome => ({
  ...nothingStated,
  outcome,
  code,
  message: message.slice(0, 256)
})

export interface Gateway {
  /**
   * Makes exactly one call, never repeats it, and never rejects for anything that the network or the gateway does.
   * Resolves within `call.timeoutMs`, give or take the event loop's delay.
   */
  perform(call: GatewayCall): Promise<GatewayOutcome>
  /**
   * Asks what became of a call, by its idempotency key.
   *
   * @returns the outcome that the gateway remembers, held to the amount and currency of the call; null
   *   when the gateway states that it does not know the key, which is evidence of non-charge only after the profile's
   *   `settlingTimeMs`; `UNKNOWN` when nothing was learnt (a look-up that was refused or not sent says nothing about
   *   the operation). Never rejects. Bounded by the profile's `callTimeoutMs`.
   */
  lookUp(call: GatewayCall): Promise<GatewayOutcome | null>
  /**
   * Asks the gateway something that moves no money and concerns no payment, to find out whether it is there. Optional: without it
   * a gateway that has failed is tried by calls and look-ups alone.
   *
   * @returns whether it answered as a gateway should. Bounded by the profile's `callTimeoutMs`.
   */
  probe?(): Promise<boolean>
  /** Refuses new calls (`NOT_SENT`), waits for those in flight, then closes the connections. */
  close(): Promise<void>
}

/** What a gateway tells by itself. */
export type NotificationContent =
  | {
      readonly about: 'operation'
      readonly idempotencyKey: string
      /** The payment that the gateway says it is about; null where it names none. */
      readonly paymentId: string | null
      readonly outcome: GatewayOutcome
    }
  /** Something that concerns no operation of ours. */
  | { readonly about: 'other' }
  /** The gateway does not keep to its protocol, or we do not know it well enough. */
  | { readonly about: 'nothing' }

/** Of an HTTP request, with names in lower case. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** `STALE` is one that may be genuine but is so old that anybody may have sent it again. */
export type NotificationVerdict = 'GENUINE' | 'STALE' | 'FORGED'

type Awaitable<T> = T | Promise<T>

/** How a gateway tells things by itself, and how it proves that it is the one who tells them. */
export interface NotificationProtocol {
  /** Whether a request bears all that a signature is judged by, before its body is read. */
  isSigned(headers: RequestHeaders): Awaitable<boolean>
  /**
   * @param body just as it arrived: the signature is of its bytes
   * @param secrets of the gateway; any of them may have signed it
   */
  judge(body: Buffer, headers: RequestHeaders, secrets: readonly string[]): Awaitable<NotificationVerdict>
  /** The gateway's id of the notification, the same when it is sent again; null where it has none. */
  idOf(body: unknown, headers: RequestHeaders): Awaitable<string | null>
  /** @param body parsed JSON, in whatever form. */
  read(body: unknown): Awaitable<NotificationContent>
}

/** Seconds that the clock of a gateway, or the way of its notification, may be off. */
export const NOTIFICATION_TOLERANCE_S = 300

/** Characters that the id of a notification may have. */
export const MAX_NOTIFICATION_ID_LENGTH = 256

/** What a gateway is opened with beside its profile. */
export interface Access {
  readonly connect: Connect
  /** What the gateway knows us by; null where none is set. */
  readonly apiKey: string | null
}

/** One gateway's protocol. */
export interface Adapter {
  /**
   * Opens the gateway that a profile describes, without connecting yet.
   * @throws TypeError when the profile's URL cannot be parsed.
   */
  open(profile: GatewayProfile, access: Access): Gateway
  readonly notifications: NotificationProtocol
}

export type OwnAdapterKind = 'sandbox' | 'stripe'

/** One that comes with us, or `hook:<name>`: one of the user's own. */
export type AdapterKind = OwnAdapterKind | `hook:${string}`

/** Control data: how to reach one gateway and what it can do. */
export interface GatewayProfile extends ResilienceDocument {
  readonly id: string
  readonly adapter: AdapterKind
  /** Base URL of the gateway's API, without a trailing slash. */
  readonly url: string
  /** Where the gateway sends customers back to who had to act; absent where it need not know. */
  readonly returnUrl?: string
  /** ISO 4217 alphabetic codes. */
  readonly currencies: readonly string[]
  readonly operations: readonly OperationKind[]
  /** ISO 3166-1 alpha-2 codes of the customers' countries that it takes; all where absent. */
  readonly countries?: readonly string[]
  /** Types of payment methods that it takes; all where absent. */
  readonly methods?: readonly string[]
  /** Whether less than what was authorized can be captured; it can where absent. */
  readonly partialCapture?: boolean
  /** Whether captured money can be given back in parts; it can where absent. */
  readonly partialRefunds?: boolean
  /** Open connections, hence calls on the wire at one moment; further calls wait within their timeout. */
  readonly maxConnections: number
  readonly callTimeoutMs: number
  /** How long after the request a call may still start. */
  readonly sendWithinMs: number
  /** How long after a call ended its effect may still appear at the gateway; before that "not found" is no evidence. */
  readonly settlingTimeMs: number
  /** How long the gateway remembers an idempotency key; a replay after that is a new charge. */
  readonly idempotencyWindowMs: number
  /** Hundredths of a percent of the amount. */
  readonly feeBasisPoints: number
  /** Minor units of the payment's currency, added to the share. */
  readonly feeFixed: number
}
