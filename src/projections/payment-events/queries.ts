import { isDeepStrictEqual } from 'node:util'
import { foldDecision } from '../../domain/payment/record.ts'
import type { PaymentState } from '../../domain/payment/state.ts'
import type { PaymentView } from '../../domain/payment/view.ts'
import type { InputPosition } from '../../position.ts'
import { answerIn, type SettledAnswer } from '../../replies.ts'
import type { ReadDatabase } from '../read-database.ts'
import { eventViewNames } from '../view.ts'
import { paymentAsOf, type Moment } from './as-of.ts'
import { eventViewOf, type EventView, type SequencedRow } from './event-view.ts'
import { refundsIn, type RefundHistory } from './refunds.ts'
import { recordedEventIn, type PaymentEventRow } from './row.ts'

export type { Moment } from './as-of.ts'
export { eventsBetween, type PlacedEvent, type Span } from './between.ts'
export type { EventView } from './event-view.ts'
export type { RefundHistory } from './refunds.ts'

/** A payment's history in order, without rejections; null when the merchant has no such payment. */
export async function listEvents(
  db: ReadDatabase,
  merchantId: string,
  paymentId: string
): Promise<EventView[] | null> {
  const rows = await eventsOf(db, merchantId, paymentId)
  const sequenced = rows.filter((row): row is SequencedRow => row.sequence !== null)
  return sequenced.length === 0 ? null : sequenced.map(eventViewOf)
}

/** What happened to a payment. */
export interface PaymentHistory {
  /** In order, without rejections. */
  readonly events: readonly EventView[]
  /** Oldest first. */
  readonly refunds: readonly RefundHistory[]
}

/** Of each of these payments that the merchant has, by its id. */
export async function listHistories(
  db: ReadDatabase,
  merchantId: string,
  paymentIds: readonly string[]
): Promise<Map<string, PaymentHistory>> {
  const rows = await db.ofMerchant<PaymentEventRow>(
    merchantId,
    `SELECT * FROM payment_events WHERE merchant_id = $1 AND payment_id = ANY($2) AND sequence IS NOT NULL
     ORDER BY sequence`,
    [paymentIds]
  )
  const byPayment = Map.groupBy(rows as SequencedRow[], ({ payment_id }) => payment_id)
  return new Map(
    [...byPayment].map(([id, history]) => [
      id,
      { events: history.map(eventViewOf), refunds: refundsIn(history.map(recordedEventIn)) }
    ])
  )
}

/** The payment as it was; null when the merchant had no such payment then. */
export async function findPaymentAsOf(
  db: ReadDatabase,
  merchantId: string,
  paymentId: string,
  moment: Moment
): Promise<PaymentView | null> {
  return paymentAsOf(await eventsOf(db, merchantId, paymentId), moment)
}

/** A payment's refunds, oldest first; null when the merchant has no such payment. */
export async function listRefunds(
  db: ReadDatabase,
  merchantId: string,
  paymentId: string
): Promise<RefundHistory[] | null> {
  const rows = await eventsOf(db, merchantId, paymentId)
  const happened = rows.filter(({ sequence }) => sequence !== null)
  return happened.length === 0 ? null : refundsIn(happened.map(recordedEventIn))
}

export interface AskedCommand {
  readonly merchantId: string
  readonly paymentId: string
  readonly commandId: string
  /** Where the command stands. */
  readonly position: InputPosition
}

/**
 * What the owner of the payment answers, or answered, to a command: the fold of the same events gives the same answer.
 * Null while the events that settle it are not in the view, or the payment does not rest yet.
 *
 * @param outcomesTopic the name of the topic of outcomes on this cluster
 */
export async function findAnswer(
  db: ReadDatabase,
  command: AskedCommand,
  outcomesTopic: string
): Promise<SettledAnswer | null> {
  const { merchantId, paymentId, commandId, position } = command
  const rows = await eventsOf(db, merchantId, paymentId)
  const refusal = rows.find(row => refuses(row, position, outcomesTopic))
  if (refusal !== undefined) {
    const { code, message } = refusal.data as { code: string; message: string }
    return { answer: { kind: 'rejected', code, message }, position }
  }
  let state: PaymentState | null = null
  for (const decision of decisionsOf(rows)) {
    state = foldDecision(state, decision.map(recordedEventIn))
    const answer = state === null ? null : answerIn(state, commandId)
    if (answer !== null) return { answer, position: inputOf(decision[0]!, outcomesTopic) ?? position }
  }
  return null
}

/**
 * The last input record of the partition whose effects all of the views show; -1 when there is none.
 * A reader that holds a position token waits until this has reached it.
 *
 * @param views the read models of payments unless given
 */
export async function handledThrough(
  db: ReadDatabase,
  { topic, partition }: { readonly topic: string; readonly partition: number },
  views: readonly string[] = eventViewNames
): Promise<number> {
  const [seen] = await db.ofNoMerchant<{ handled_through: number }>(
    `SELECT min(coalesce(handled_through, -1)) AS handled_through
     FROM unnest($1::text[]) AS needed (view)
     LEFT JOIN projection_inputs AS seen ON seen.view = needed.view AND topic = $2 AND partition = $3`,
    [views, topic, partition]
  )
  return seen!.handled_through
}

/** In the order of the log. Another merchant's command on this payment left its refusal under that merchant. */
const eventsOf = (db: ReadDatabase, merchantId: string, paymentId: string): Promise<PaymentEventRow[]> =>
  db.ofMerchant<PaymentEventRow>(
    merchantId,
    'SELECT * FROM payment_events WHERE merchant_id = $1 AND payment_id = $2 ORDER BY event_offset',
    [paymentId]
  )

const refuses = (row: PaymentEventRow, position: InputPosition, outcomesTopic: string): boolean =>
  row.type === 'CommandRejected' && isDeepStrictEqual(inputOf(row, outcomesTopic), position)

/** Consecutive events with one input were decided together. */
function* decisionsOf(rows: readonly PaymentEventRow[]): Iterable<readonly PaymentEventRow[]> {
  let first = 0
  for (let next = 1; next <= rows.length; next++) {
    if (next < rows.length && decisionOf(rows[next]!) === decisionOf(rows[first]!)) continue
    yield rows.slice(first, next)
    first = next
  }
}

/** A timer has no input record, and is told apart by its own id. */
const decisionOf = (row: PaymentEventRow): string =>
  row.input_topic === null
    ? `timer ${String(row.causation_id)}`
    : `${row.input_topic}/${String(row.input_partition)}/${String(row.input_offset)}`

/** Null for a timer. */
function inputOf(row: PaymentEventRow, outcomesTopic: string): InputPosition | null {
  const { input_topic: topic, input_partition: partition, input_offset: offset } = row
  if (topic === null || partition === null || offset === null) return null
  return { input: topic === outcomesTopic ? 'outcomes' : 'commands', partition, offset }
}
