// What a merchant may set for its payments, and what holds where it has set nothing.

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Durations are in milliseconds. */
export interface PaymentRules {
  /** After an authorization that nobody captured, it is given back. */
  readonly authorizationValidityMs: number
  /** After the payment was initiated, in which it may be cancelled; null while its status allows it. */
  readonly cancellationWindowMs: number | null
  /** After completion, in which refunds are taken. */
  readonly refundWindowMs: number
  /** After the payment was initiated, in which a first or another attempt may begin. */
  readonly processingDeadlineMs: number
  /** After an outcome became unknown, until the gateway is asked what became of it. */
  readonly firstLookUpMs: number
  /** Each wait between two look-ups is longer than the one before, up to this. */
  readonly greatestLookUpMs: number
  /** After a failed attempt that may be made again, until the next one. */
  readonly firstRetryMs: number
  /** Each wait between two attempts is longer than the one before, up to this. */
  readonly greatestRetryMs: number
  /** Of an operation, in all; to charge a payment, at all gateways together. Without those that never left us. */
  readonly attempts: number
  /** After which an unknown outcome is reported as old. */
  readonly unknownIsOldMs: number
}

/** What payments a merchant takes. */
export interface ComplianceRules {
  /** ISO 4217 codes; null for every one. */
  readonly currencies: readonly string[] | null
  /** ISO 3166-1 alpha-2 codes of customers' countries; null for every one. */
  readonly countries: readonly string[] | null
  /** Types of payment methods; null for every one. */
  readonly methods: readonly string[] | null
  /** Minor units, by currency; what is not named has no limit of its own. */
  readonly maxAmount: Readonly<Record<string, number>>
  /** Ids of customers from whom no payment is taken. */
  readonly blockedCustomers: readonly string[]
}

export interface MerchantRules extends PaymentRules {
  readonly compliance: ComplianceRules
}

export const defaultRules: MerchantRules = {
  authorizationValidityMs: 7 * DAY,
  cancellationWindowMs: null,
  refundWindowMs: 180 * DAY,
  processingDeadlineMs: 15 * MINUTE,
  firstLookUpMs: 5 * SECOND,
  greatestLookUpMs: HOUR,
  firstRetryMs: SECOND,
  greatestRetryMs: MINUTE,
  attempts: 20,
  unknownIsOldMs: 15 * MINUTE,
  compliance: { currencies: null, countries: null, methods: null, maxAmount: {}, blockedCustomers: [] }
}

/** What a merchant has set. */
export interface MerchantSettings {
  readonly payments?: Partial<PaymentRules>
  readonly compliance?: Partial<ComplianceRules>
}

/** What holds for the payments of a merchant. */
export const rulesOf = ({ payments, compliance }: MerchantSettings): MerchantRules => ({
  ...defaultRules,
  ...payments,
  compliance: { ...defaultRules.compliance, ...compliance }
})
