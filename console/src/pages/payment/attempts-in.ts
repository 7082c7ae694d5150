// What gateways were asked for, from the events of a payment.
import type { PaymentEvent } from '../../api/types.ts'
import type { Tone } from '../../ui/tone.ts'
import { numberIn, textIn, titleOf } from './event-words.ts'

export interface Attempt {
  readonly key: string
  readonly operation: string
  readonly gateway: string
  readonly number: number
  readonly amount: number | null
  readonly beganAt: string
  readonly result: string
  readonly tone: Tone
  readonly tookMs: number | null
}

export type AttemptEvent = Pick<PaymentEvent, 'sequence' | 'type' | 'occurredAt' | 'data'>

/** What each kind of event says of the attempt before it. */
const results: Readonly<Record<string, readonly [string, Tone]>> = {
  PaymentAuthorized: ['authorized', 'good'],
  PaymentCaptured: ['captured', 'good'],
  PaymentCancelled: ['released', 'good'],
  PaymentExpired: ['released', 'good'],
  PaymentPartiallyRefunded: ['refunded', 'good'],
  PaymentRefunded: ['refunded', 'good'],
  GatewayOperationFailed: ['failed', 'bad'],
  PaymentFailed: ['failed', 'bad'],
  RefundFailed: ['failed', 'bad'],
  OutcomeUnknown: ['unknown', 'warn'],
  OutcomePending: ['pending', 'busy'],
  CustomerActionRequired: ['needs the customer', 'warn'],
  CompensationSucceeded: ['undone', 'good'],
  CompensationFailed: ['not undone', 'bad'],
  RetryScheduled: ['to be tried again', 'warn']
}

/** Each time a gateway was asked, with what came of it, as far as the history goes. */
export function attemptsIn(events: readonly AttemptEvent[]): Attempt[] {
  const attempts: Attempt[] = []
  /** Of each operation the last one, by its place among them. */
  const open = new Map<string, number>()
  for (const { type, data, occurredAt, sequence } of events) {
    const operation = textIn(data, 'operationId')
    if (operation === null) continue
    if (type === 'GatewayOperationRequested' || type === 'CompensationRequested') {
      // Another attempt of an operation is a row of its own.
      open.set(operation, attempts.length)
      attempts.push({
        key: String(sequence),
        operation: textIn(data, 'kind')?.toLowerCase() ?? titleOf({ type }),
        gateway: textIn(data, 'gateway') ?? '–',
        number: numberIn(data, 'attempt') ?? 1,
        amount: numberIn(data, 'amount'),
        ...{ beganAt: occurredAt, result: 'under way', tone: 'busy', tookMs: null }
      })
      continue
    }
    const place = open.get(operation)
    const said = results[type]
    if (place === undefined || said === undefined) continue
    const attempt = attempts[place]!
    const [result, tone] = said
    const tookMs = Date.parse(occurredAt) - Date.parse(attempt.beganAt)
    attempts[place] = { ...attempt, result: textIn(data, 'message') ?? result, tone, tookMs }
  }
  return attempts
}
