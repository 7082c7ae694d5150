// A payment as it was: the fold of its events up to a moment, when somebody asks.
import { answerTo } from '../../domain/payment/answers.ts'
import { evolve } from '../../domain/payment/evolve.ts'
import type { PaymentState } from '../../domain/payment/state.ts'
import { viewOf, type PaymentView } from '../../domain/payment/view.ts'
import { recordedEventIn, type PaymentEventRow } from './row.ts'

/** After an event, by its place in the payment's history, or at a time, in epoch milliseconds. */
export type Moment = { readonly sequence: number } | { readonly time: number }

/** What a read shows is no answer to a command. */
const NO_COMMAND = { commandId: '' }

/**
 * @param rows of the payment, in order
 * @returns null when it was not there yet, or has not come as far as the sequence
 */
export function paymentAsOf(rows: readonly PaymentEventRow[], moment: Moment): PaymentView | null {
  let state: PaymentState | null = null
  for (const row of rows) {
    if (row.sequence === null) continue
    if ('time' in moment ? row.occurred_at.getTime() > moment.time : row.sequence > moment.sequence) break
    state = evolve(state, recordedEventIn(row))
  }
  const payment = state?.payment ?? null
  if (payment === null || ('sequence' in moment && payment.version < moment.sequence)) return null
  return viewOf(rows[0]!.payment_id, payment, answerTo(NO_COMMAND, payment))
}
