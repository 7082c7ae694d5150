// Asks fraud checks, guards and signals of the user's own, in their threads, about each payment of a batch.
import type { PaymentFacts } from '../contract.ts'
import type { Run } from './run.ts'

interface Asked {
  readonly payments: readonly PaymentFacts[]
  readonly gateways: readonly string[]
}

/** One that is wrapped may be null; a bare null is none. */
type Answer = { readonly answer: unknown } | null

/** Milliseconds before the end at which what is there is told, with gaps where something is not. */
const MARGIN_MS = 5

/** @param advise throws or rejects where it has no answer for a payment, and leaves the others theirs */
export const adviserRunner =
  (advise: (payment: PaymentFacts, gateways: readonly string[]) => unknown): Run =>
  async (_method, args, until) => {
    const { payments, gateways } = args as Asked
    const answers: Answer[] = payments.map(() => null)
    const failures: unknown[] = []
    const all = Promise.all(
      payments.map(async (payment, i) => {
        try {
          answers[i] = { answer: await advise(payment, gateways) }
        } catch (error) {
          failures.push(error)
        }
      })
    )
    await Promise.race([all, soonBefore(until)])
    // One that fails at everything is to be seen as one that fails.
    if (failures.length > 0 && answers.every(answer => answer === null)) throw failures[0]
    return [...answers]
  }

function soonBefore(until: number): Promise<void> {
  const left_ms = until - Date.now()
  return new Promise(resolve =>
    setTimeout(resolve, Math.max(0, left_ms - Math.min(MARGIN_MS, left_ms / 5))).unref()
  )
}
