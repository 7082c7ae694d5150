// One payment from its first event on: the state after each, and whether its owner keeps the same.
import { CorruptHistoryError } from '../domain/payment/statuses.ts'
import type { Payment, PaymentState } from '../domain/payment/state.ts'
import type { StoredEvent, StoredPaymentEvent } from '../projections/view.ts'
import { fieldDifferences, plain, type FieldDifference } from './differences.ts'
import type { EventLog } from './event-log.ts'
import { PaymentFold } from './payment-fold.ts'
import type { StateLog } from './stored-states.ts'

export interface ReplayedEvent {
  readonly stored: StoredPaymentEvent
  /** After the event; null where only refusals came before. */
  readonly payment: Payment | null
}

export interface PaymentReplay {
  readonly events: number
  /** Why the history ends in something that cannot have happened; null when all of it can. */
  readonly corrupt: string | null
  /** The fold against the stored state. */
  readonly differences: readonly FieldDifference[]
}

/**
 * Folds the payment's events, and compares the outcome with the changelog at the same point: the one that the changelog's
 * checkpoint names. A running system is therefore never told that it differs while it only moves.
 * @param accept is told of each event in order
 */
export async function replayPayment(
  logs: { readonly events: EventLog; readonly states: StateLog },
  partition: number,
  paymentId: string,
  accept: (event: ReplayedEvent) => void
): Promise<PaymentReplay> {
  const fold = new PaymentFold()
  const seen: { events: number; corrupt: string | null } = { events: 0, corrupt: null }
  const take = (stored: StoredEvent) => {
    if (stored.type === 'InputsHandled' || seen.corrupt !== null) return
    seen.events++
    try {
      fold.take(stored)
    } catch (error) {
      if (!(error instanceof CorruptHistoryError)) throw error
      seen.corrupt = `at offset ${stored.offset}: ${error.message}`
    }
    accept({ stored, payment: fold.state?.payment ?? null })
  }
  const bounds = await logs.events.bounds(partition)
  for await (const stretch of logs.events.read(partition, bounds, paymentId)) stretch.events.forEach(take)
  // Whatever was read above was committed together with its state, so this state is not older.
  const { states, checkpoint } = await logs.states.read(partition, paymentId)
  if (checkpoint !== null) {
    const { end } = await logs.events.bounds(partition)
    await logs.events.readThrough(partition, { start: bounds.end, end }, checkpoint, take, paymentId)
  }
  const value = states.get(paymentId)
  const stored = value === undefined ? null : await logs.states.decode(value)
  const differences = seen.corrupt === null ? stateDifferences(fold.state, stored) : []
  return { ...seen, differences }
}

/** Field by field; by one entry where one of the two is not there at all. */
export const stateDifferences = (
  folded: PaymentState | null,
  stored: PaymentState | null
): FieldDifference[] =>
  folded === null || stored === null
    ? fieldDifferences(summary(folded), summary(stored))
    : fieldDifferences(plain(folded), plain(stored))

const summary = (state: PaymentState | null): string =>
  state === null ? 'none' : `a state at version ${state.payment?.version ?? 0}`
