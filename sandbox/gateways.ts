/** What is asked of a gateway about money that it has authorized or charged before. */
export type FollowUpKind = 'CAPTURE' | 'VOID' | 'REFUND' | 'SETTLE'
export type SandboxOperation = 'AUTHORIZE' | 'PURCHASE' | FollowUpKind

/** One imaginary gateway: what it can do, what it costs, how it behaves. `GET /gateways` publishes exactly this. */
export interface SandboxGateway {
  readonly id: string
  readonly currencies: readonly string[]
  readonly operations: readonly SandboxOperation[]
  /** Mean time from the effect to the answer, milliseconds; single answers take half to one and a half of it. */
  readonly latencyMs: number
  /** Share of payments approved, 0 to 1, for tokens that do not decide by themselves. */
  readonly approvalRate: number
  /** Hundredths of a percent of the amount. */
  readonly feeBasisPoints: number
  /** Minor units of the payment's currency. */
  readonly feeFixed: number
  /** After this long, a key that the gateway does not know was not and will not be acted upon. */
  readonly settlingTimeMs: number
  /** How long keys are promised to be remembered; the sandbox in fact forgets none. */
  readonly idempotencyWindowMs: number
}

const dayMs = 24 * 60 * 60 * 1000
const settlingTimeMs = 2_000

export const sandboxGateways: readonly SandboxGateway[] = [
  {
    id: 'sandbox-alpha',
    currencies: ['EUR', 'USD', 'GBP'],
    operations: ['AUTHORIZE', 'PURCHASE', 'CAPTURE', 'VOID', 'REFUND', 'SETTLE'],
    latencyMs: 20,
    approvalRate: 0.9,
    feeBasisPoints: 120,
    feeFixed: 10,
    settlingTimeMs,
    idempotencyWindowMs: 30 * dayMs
  },
  {
    id: 'sandbox-beta',
    currencies: ['JPY', 'KWD', 'CHF', 'SEK', 'NOK', 'DKK', 'PLN', 'EUR', 'USD'],
    operations: ['AUTHORIZE', 'CAPTURE', 'VOID', 'REFUND', 'SETTLE'],
    latencyMs: 60,
    approvalRate: 0.92,
    feeBasisPoints: 160,
    feeFixed: 15,
    settlingTimeMs,
    idempotencyWindowMs: 7 * dayMs
  },
  {
    id: 'sandbox-gamma',
    currencies: [
      ...[
        'EUR',
        'USD',
        'GBP',
        'JPY',
        'KWD',
        'BHD',
        'CHF',
        'SEK',
        'NOK',
        'DKK',
        'PLN',
        'CZK',
        'HUF',
        'RON',
        'TRY'
      ],
      ...[
        'AUD',
        'NZD',
        'CAD',
        'MXN',
        'BRL',
        'CLP',
        'CNY',
        'HKD',
        'SGD',
        'KRW',
        'INR',
        'THB',
        'ZAR',
        'AED',
        'ILS'
      ]
    ],
    operations: ['AUTHORIZE', 'PURCHASE', 'CAPTURE', 'VOID', 'REFUND', 'SETTLE'],
    latencyMs: 40,
    approvalRate: 0.98,
    feeBasisPoints: 290,
    feeFixed: 30,
    settlingTimeMs,
    idempotencyWindowMs: 30 * dayMs
  }
]
