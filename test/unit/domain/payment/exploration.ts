// Lives that are gone on with wherever they come to something new. By chance alone, rare statuses with rare things under way
// would take for ever.
import fc from 'fast-check'
import { attemptsToCharge } from '../../../../src/domain/payment/failover.ts'
import { isClaimed } from '../../../../src/domain/payment/endings.ts'
import { refundable } from '../../../../src/domain/payment/refunds.ts'
import { Life } from './life.ts'
import { beginnings, step } from './steps.ts'

const BEGINNINGS = 50
/** Tried after each life that was kept. */
const STEPS = 400

/** Every life that was come to, each after one step more than one before. */
export function* explore(seed: number): Iterable<Life> {
  const kept = new Map<string, Life>()
  const keep = (life: Life): Life => {
    const shape = shapeOf(life)
    if (!kept.has(shape)) kept.set(shape, life)
    return life
  }
  for (const beginning of fc.sample(beginnings, { seed, numRuns: BEGINNINGS }))
    yield keep(Life.begin(beginning))
  const next = fc.sample(step, { seed, numRuns: STEPS })
  // A map that grows meanwhile is gone through to its end.
  for (const life of kept.values()) for (const taken of next) yield keep(life.after(taken))
}

/** What may follow depends on little: lives that agree in it need not all be gone on with. */
function shapeOf({ payment, isPaused, context }: Life): string {
  if (payment === null) return 'none'
  const { status, operation, compensations, endings, refundsClosed, failure, review } = payment
  return [
    ...[status, failure?.stage, review?.status, operation?.kind, operation?.status, operation?.purpose],
    // Another attempt, a refund more, something late, a wait for a gateway: whether there may be one.
    ...[
      (operation?.attempt ?? 1) < context.rules.attempts,
      attemptsToCharge(payment) < context.rules.attempts
    ],
    ...[!refundsClosed && refundable(payment) > 0],
    ...[
      endings.some(({ outcome }) => outcome === 'FAILED'),
      endings.some(({ operationId, outcome }) => outcome === 'FAILED' && /^(auth|pur|cap)/.test(operationId)),
      endings.some(isClaimed),
      isPaused && (status === 'FAILED' || status === 'INITIATED')
    ],
    ...new Set(compensations.map(({ status }) => status).sort())
  ].join(' ')
}
