// The fold of one payment's events as they stand on the log, one at a time.
import { atRest } from '../domain/payment/answers.ts'
import { evolve } from '../domain/payment/evolve.ts'
import type { PaymentState } from '../domain/payment/state.ts'
import { recordedEventOf, type StoredPaymentEvent } from '../projections/view.ts'

/**
 * What a decision leaves behind is settled at its end, of which the events say by their input which they belong to. That end
 * shows only when the next decision begins, or when the state is asked for.
 */
export class PaymentFold {
  #state: PaymentState | null = null
  #decision = ''
  #lastOffset = -1

  /** @throws CorruptHistoryError when the event cannot follow */
  take(stored: StoredPaymentEvent): void {
    const decision = decisionOf(stored)
    const before = decision === this.#decision ? this.#state : this.state
    this.#decision = decision
    this.#lastOffset = stored.offset
    const event = recordedEventOf(stored)
    const leavesTrace = event.type !== 'CommandRejected' || event.remembered
    this.#state = leavesTrace ? evolve(before, event) : before
  }

  /** As its owner keeps it after the last decision; null where nothing is kept. */
  get state(): PaymentState | null {
    return this.#state === null ? null : atRest(this.#state)
  }

  /** Of its last event; -1 before the first. */
  get lastOffset(): number {
    return this.#lastOffset
  }
}

/** What breaks 0 ≤ refunded ≤ captured ≤ authorized ≤ amount; null when nothing does. */
export function brokenSums({ payment }: PaymentState): string | null {
  if (payment === null) return null
  const { refundedAmount, capturedAmount, authorizedAmount, amount } = payment
  const sums = [0, refundedAmount, capturedAmount, authorizedAmount, amount]
  const inOrder = sums.every((sum, i) => i === 0 || sums[i - 1]! <= sum)
  return inOrder
    ? null
    : `refunded ${refundedAmount}, captured ${capturedAmount}, authorized ${authorizedAmount} of ${amount}`
}

/** A timer has no input record, and is told apart by its own id. */
const decisionOf = ({ value }: StoredPaymentEvent): string =>
  value.inputTopic === null
    ? `timer ${String(value.causationId)}`
    : `${value.inputTopic}/${String(value.inputPartition)}/${String(value.inputOffset)}`
