/**
 * What a module of your own can add to AegisPay, and the types it needs for that: `import { defineHooks } from
 * 'aegispay/hooks'`. docs/hooks.md says how modules are written, loaded and kept apart.
 *
 * Absent values are `null`. Amounts are integers in minor units of the currency, times are epoch milliseconds.
 */
import type { RecordTypes } from '../generated/records.ts'
import type { Adapter } from '../processors/gateway/spi.ts'

export type {
  Access,
  Gateway,
  GatewayCall,
  GatewayOutcome,
  GatewayProfile,
  NotificationContent,
  NotificationProtocol,
  NotificationVerdict,
  OperationKind,
  OutcomeClass,
  RequestHeaders
} from '../processors/gateway/spi.ts'

/**
 * Hooks by their names: lower-case letters, digits and hyphens, a letter first, 32 characters at most. A name is for good:
 * consumer groups, gateway profiles and what is recorded of payments refer to it.
 */
export interface Hooks {
  /** Adapters; a gateway profile asks for one by `"adapter": "hook:<name>"`. */
  readonly gateways?: Readonly<Record<string, GatewayHook>>
  readonly listeners?: Readonly<Record<string, EventListener>>
  readonly fraudChecks?: Readonly<Record<string, FraudCheck>>
  readonly guards?: Readonly<Record<string, Guard>>
  readonly routingSignals?: Readonly<Record<string, RoutingSignal>>
}

/** What a module exports by default. It is given back as it is: this only has the compiler look at it. */
export const defineHooks = <H extends Hooks>(hooks: H): H => hooks

/**
 * Speaks with gateways of one kind. Whatever it throws, and whatever it had under way when its thread ended, is an unknown
 * outcome: the payment waits until a look-up has told what became of it.
 *
 * It must send nothing once `call.timeoutMs` are over, for others count on that. `access.connect` sees to it, and tells what
 * has provably not been sent from what may have been.
 */
export interface GatewayHook extends Adapter {
  /** Whether the gateways that it opens have `probe`. Not, unless given. */
  readonly canProbe?: boolean
}

type EventName<N> = N extends `aegispay.events.${infer Name}` ? Name : never
type PaymentEventName = Exclude<EventName<keyof RecordTypes>, 'InputsHandled'>

/** An event as it stands on `payments.events`. New types and fields may come: pass over what you do not know. */
export type PaymentEvent = {
  [N in PaymentEventName]: {
    readonly type: N
    readonly partition: number
    readonly offset: number
    /** Described with the schemas, `schemas/events`. */
    readonly data: Readonly<RecordTypes[`aegispay.events.${N}`]>
  }
}[PaymentEventName]

/** Is told what happens to payments: at least once, and each payment's events in their order. */
export interface EventListener {
  /** Where it begins when it is new: with what happens from now on, unless given. */
  readonly from?: 'beginning' | 'end'
  /**
   * The next events of one partition, 500 at most. They are done with when it returns or resolves. When it throws or takes
   * too long (`AEGISPAY_HOOK_LISTENER_MS`) it gets the same events again, after growing pauses, so that one that it can
   * never deal with holds up the partition for this listener alone.
   */
  onEvents(events: readonly PaymentEvent[]): void | Promise<void>
}

/** What is known of a payment before a gateway is asked. */
export interface PaymentFacts {
  readonly paymentId: string
  readonly merchantId: string
  /** Minor units, above 0. */
  readonly amount: number
  /** ISO 4217 alphabetic code. */
  readonly currency: string
  readonly capture: 'AUTOMATIC' | 'MANUAL'
  readonly customer: {
    readonly id: string
    /** ISO 3166-1 alpha-2. */
    readonly country: string | null
  }
  readonly paymentMethod: {
    readonly type: string
    /** Of a card, such as `visa`. */
    readonly network: string | null
    /** Of a vault or gateway, never a card number. */
    readonly token: string
  }
  readonly metadata: Readonly<Record<string, string>>
}

/** What speaks for or against a payment. */
export interface FraudOpinion {
  /** -100 to 100, an integer: added to what the fraud rules make of it. */
  readonly score: number
  /** For people; recorded with the payment. 256 characters at most. */
  readonly message: string
}

/** Adds to the fraud score of payments. */
export interface FraudCheck {
  /** Called for each payment of a batch, all within `AEGISPAY_HOOK_DECISION_MS` together. Null has nothing to say. */
  check(payment: PaymentFacts): FraudOpinion | null | Promise<FraudOpinion | null>
  /** What becomes of a payment of which it said nothing in time. `allow`, unless given: a score is one voice among others. */
  readonly whenMissing?: 'allow' | 'review'
}

/** Refuses payments, or has an operator look at them. */
export type GuardVerdict =
  | { readonly allow: true }
  | {
      readonly allow: false
      /** Whether an operator may still let it through. It fails, unless given. */
      readonly review?: boolean
      /** For people; recorded with the payment. 256 characters at most. */
      readonly message: string
    }

/** Says which payments must not be made. */
export interface Guard {
  /** Called for each payment of a batch, all within `AEGISPAY_HOOK_DECISION_MS` together. */
  judge(payment: PaymentFacts): GuardVerdict | Promise<GuardVerdict>
  /** What becomes of a payment that it did not judge in time. `review`, unless given: nobody else checks what it checks. */
  readonly whenMissing?: 'allow' | 'review'
}

/** Says by how much it would rather have a payment go to one gateway than to another. */
export interface RoutingSignal {
  /**
   * Called for each payment of a batch, all within `AEGISPAY_HOOK_DECISION_MS` together.
   *
   * @param gateways the ids of those that there are
   * @returns -1 to 1 by gateway; 0 for those left out
   */
  rate(
    payment: PaymentFacts,
    gateways: readonly string[]
  ): Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>
}
