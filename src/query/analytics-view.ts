// The figures as the API shows them.
import type { Period, Quantiles, PaymentFigures } from '../projections/analytics/queries.ts'

/** Over which they were counted. */
export const periodView = ({ from, to }: Period) => ({ from: from.toISOString(), to: to.toISOString() })

interface Shares {
  /** 0 to 1; null where nothing was decided. */
  readonly payments: number | null
  readonly attempts: number | null
}

export interface FiguresView {
  readonly [dimension: string]: unknown
  readonly approval: Shares
}

export function figuresView({ of, sums, counts, took }: PaymentFigures): FiguresView {
  const { initiated, authorized, captured, completed, failed, settlement_failed, cancelled, expired } = sums
  const { attempts_approved, attempts_declined, attempts_failed, attempts_unknown } = counts
  return {
    ...of,
    payments: {
      ...{ initiated, authorized, captured, completed, failed },
      ...{ settlementFailed: settlement_failed, cancelled, expired, retried: counts.retried }
    },
    attempts: {
      ...{ approved: attempts_approved, declined: attempts_declined },
      ...{ failed: attempts_failed, unknown: attempts_unknown }
    },
    approval: {
      payments: share(authorized.count, failed.count),
      attempts: share(attempts_approved, attempts_declined)
    },
    refunds: { succeeded: sums.refunded, failed: sums.refund_failed },
    fees: { payments: sums.charged.count, amount: sums.charged.amount / 10_000 },
    latency: {
      authorization: took.authorization_ms,
      completion: took.completion_ms,
      gatewayAnswer: took.answer_ms
    } satisfies Record<string, Quantiles>
  }
}

const share = (yes: number, no: number): number | null => (yes + no === 0 ? null : yes / (yes + no))
