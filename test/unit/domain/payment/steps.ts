// What may happen to a payment, at random. Each step is resolved against the payment as it is, so that lives get far: one
// that names "an operation so far" finds one.
import fc from 'fast-check'

export const MERCHANT = 'm1'
export const DAY_MS = 24 * 60 * 60 * 1000

// Success often enough that lives get far.
const outcome = fc.oneof(
  { weight: 3, arbitrary: fc.constant('SUCCEEDED' as const) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...(['DECLINED', 'REFUSED', 'NOT_SENT', 'UNKNOWN', 'PENDING', 'NEEDS_CUSTOMER'] as const),
      ...(['SETTLEMENT_FAILED', 'UNRECOGNIZED'] as const)
    )
  }
)
/** Of whatever sum it is asked of; one in ten asks for more than there is. */
const share = fc.option(fc.constantFrom(0, 0.1, 0.25, 0.5, 0.9, 1, 1.1), { freq: 3 })
const version = fc.constantFrom('none', 'none', 'none', 'current', 'stale')

const sending = fc.oneof(
  { weight: 2, arbitrary: fc.record({ command: fc.constant('CapturePayment' as const), share }) },
  { weight: 1, arbitrary: fc.record({ command: fc.constant('CancelPayment' as const) }) },
  { weight: 5, arbitrary: fc.record({ command: fc.constant('RefundPayment' as const), share }) },
  { weight: 2, arbitrary: fc.record({ command: fc.constant('RetryPayment' as const) }) },
  { weight: 1, arbitrary: fc.record({ command: fc.constant('CloseRefunds' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      command: fc.constant('ResolveReview' as const),
      decision: fc.constantFrom('APPROVE', 'APPROVE', 'REJECT', 'UNRECOGNIZED')
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({
      command: fc.constant('ResolveOutcome' as const),
      found: fc.constantFrom('SUCCEEDED', 'SUCCEEDED', 'FAILED', 'UNRECOGNIZED'),
      nth: fc.nat(4)
    })
  }
)
const terms = fc.record({
  capture: fc.constantFrom('AUTOMATIC', 'MANUAL', 'DELAYED'),
  currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'JPY', 'CHF'),
  amount: fc.constantFrom(1, 1099, 1099, 1099, 5000),
  blocked: fc.constantFrom(false, false, false, true)
})
export const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('send' as const),
      sending,
      version,
      key: fc.integer({ min: 1, max: 40 }),
      merchant: fc.constantFrom(MERCHANT, MERCHANT, MERCHANT, MERCHANT, MERCHANT, 'm2')
    })
  },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant('answer' as const),
      outcome,
      isProof: fc.boolean(),
      isSoft: fc.boolean(),
      settled: fc.boolean(),
      about: fc.constantFrom('asked', 'asked', 'asked', 'unsaid', 'other')
    })
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('undone' as const), outcome, isProof: fc.boolean() })
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('late' as const),
      outcome,
      isProof: fc.boolean(),
      nth: fc.nat(5),
      settled: fc.boolean()
    })
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('due' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('tick' as const),
      by: fc.constantFrom(-1000, 0, 1, 1000, 60_000, DAY_MS, 200 * DAY_MS)
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('world' as const),
      world: fc.constantFrom(
        'as at first',
        'as at first',
        'alpha paused',
        'all paused',
        'alpha gone',
        'alpha unable'
      )
    })
  }
)
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
export type Terms = typeof terms extends fc.Arbitrary<infer T> ? T : never

/** How a life begins: what is asked for, and what the merchant has set. */
export const beginnings = fc.record({
  terms,
  attempts: fc.constantFrom(1, 2, 5),
  cancellationWindowMs: fc.constantFrom(null, 60_000),
  /** The score that every payment gets; null where nobody judges them. */
  suspicion: fc.constantFrom(null, null, null, 0, 60, 60, 95)
})
export type Beginning = typeof beginnings extends fc.Arbitrary<infer T> ? T : never

export const steps = fc.array(step, { minLength: 1, maxLength: 60, size: 'max' })
