// Events in words, for people.
import type { PaymentEvent } from '../../api/types.ts'
import { formatMoney } from '../../money/money.ts'
import type { Tone } from '../../ui/tone.ts'

type Data = Readonly<Record<string, unknown>>

/** `GatewayOperationRequested` as `Gateway operation requested`. */
export function titleOf({ type }: Pick<PaymentEvent, 'type'>): string {
  const spaced = type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}

export const textIn = (data: Data, name: string): string | null => {
  const value = data[name]
  return typeof value === 'string' && value !== '' ? value : null
}
export const numberIn = (data: Data, name: string): number | null =>
  typeof data[name] === 'number' ? data[name] : null

/** What there is to say of an event beyond its type. */
export function detailOf({ data, requestedBy }: PaymentEvent, currency: string): string {
  const amount = numberIn(data, 'amount')
  const says = [
    textIn(data, 'kind')?.toLowerCase(),
    amount === null ? null : formatMoney(amount, currency),
    at(textIn(data, 'gateway')),
    attempt(numberIn(data, 'attempt') ?? numberIn(data, 'nextAttempt')),
    textIn(data, 'decision')?.toLowerCase(),
    textIn(data, 'outcome')?.toLowerCase(),
    textIn(data, 'message'),
    ...findingsIn(data),
    quoted(textIn(data, 'reason')),
    by(textIn(data, 'decidedBy') ?? requestedBy)
  ]
  return says.filter(said => said !== null && said !== undefined).join(' · ')
}

/** What fraud rules found, each with what it adds to the score. */
const findingsIn = ({ reasons }: Data): string[] =>
  Array.isArray(reasons)
    ? (reasons as readonly Data[]).map(
        reason => `${textIn(reason, 'message') ?? ''} (${numberIn(reason, 'score') ?? 0})`
      )
    : []

const at = (gateway: string | null) => (gateway === null ? null : `at ${gateway}`)
const attempt = (number: number | null) => (number === null || number === 1 ? null : `attempt ${number}`)
const quoted = (reason: string | null) => (reason === null ? null : `“${reason}”`)
const by = (who: string | null) => (who === null ? null : `by ${who}`)

const tones: Readonly<Record<string, Tone>> = {
  PaymentAuthorized: 'good',
  PaymentCaptured: 'good',
  PaymentCompleted: 'good',
  PaymentRefunded: 'good',
  PaymentPartiallyRefunded: 'good',
  CompensationSucceeded: 'good',
  GatewayOperationFailed: 'bad',
  PaymentFailed: 'bad',
  RefundFailed: 'bad',
  CompensationFailed: 'bad',
  ContradictoryOutcome: 'bad',
  OutcomeUnknown: 'warn',
  RetryScheduled: 'warn',
  CustomerActionRequired: 'warn',
  CompensationPostponed: 'warn',
  PaymentExpired: 'warn'
}

export const toneOf = ({ type }: Pick<PaymentEvent, 'type'>): Tone => tones[type] ?? 'plain'
