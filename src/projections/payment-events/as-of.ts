// A payment as it was: the fold of its events up to a moment, when somebody asks.
import type { PaymentView } from '../../domain/payment/view.ts'
import { applyEvent, type PaymentRow, type SequencedEvent } from '../payments/apply.ts'
import { paymentViewOf } from '../payments/payment-view.ts'
import { recordedEventIn, type PaymentEventRow } from './row.ts'

/** After an event, by its place in the payment's history, or at a time, in epoch milliseconds. */
export type Moment = { readonly sequence: number } | { readonly time: number }

/**
 * @param rows of the payment, in order
 * @returns null when it was not there yet, or has not come as far as the sequence
 */
export function paymentAsOf(rows: readonly PaymentEventRow[], moment: Moment): PaymentView | null {
  let row: PaymentRow | null = null
  for (const stored of rows) {
    const { sequence, occurred_at: at } = stored
    if (sequence === null) continue
    if ('time' in moment ? at.getTime() > moment.time : sequence > moment.sequence) break
    row = applyEvent(row, recordedEventIn(stored) as SequencedEvent)
  }
  if (row === null || ('sequence' in moment && row.version < moment.sequence)) return null
  return paymentViewOf(row)
}
