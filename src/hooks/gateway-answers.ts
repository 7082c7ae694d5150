// What an adapter of the user's own says, held to what an adapter may say.
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import {
  MAX_NOTIFICATION_ID_LENGTH,
  outcomeWithout,
  type GatewayCall,
  type GatewayOutcome,
  type NotificationContent,
  type NotificationVerdict
} from '../processors/gateway/spi.ts'

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()])

const Outcome = Type.Object({
  outcome: Type.Enum([
    ...(['SUCCEEDED', 'DECLINED', 'REFUSED', 'NOT_SENT', 'PENDING', 'NEEDS_CUSTOMER'] as const),
    ...(['SETTLEMENT_FAILED', 'UNKNOWN'] as const)
  ]),
  reference: orNull(Type.String({ minLength: 1, maxLength: 256 })),
  amount: orNull(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
  currency: orNull(Type.String({ pattern: '^[A-Z]{3}$' })),
  settled: Type.Boolean(),
  declineType: orNull(Type.Enum(['HARD', 'SOFT'])),
  code: orNull(Type.String({ minLength: 1, maxLength: 64 })),
  message: orNull(Type.String()),
  redirectUrl: orNull(Type.String({ maxLength: 2048, pattern: '^https?://' })),
  retryAfterMs: Type.Optional(Type.Number({ minimum: 0 })),
  isTurnedAway: Type.Optional(Type.Boolean())
})

const Operation = Type.Object({
  idempotencyKey: Type.String({ maxLength: 256 }),
  paymentId: orNull(Type.String({ maxLength: 64 }))
})

/** What came of a call, as far as it is believed: an answer about another sum is no evidence of anything. */
export function readOutcome(answer: unknown, call: Pick<GatewayCall, 'amount' | 'currency'>): GatewayOutcome {
  const outcome = outcomeIn(answer)
  if (outcome === null)
    return outcomeWithout('UNKNOWN', 'gateway_answer_unparsable', 'the adapter answered what no adapter may')
  const { amount, currency } = outcome
  if (amount === null || (amount === call.amount && currency === call.currency)) return outcome
  return outcomeWithout(
    'UNKNOWN',
    'gateway_answer_mismatch',
    `asked ${call.amount} ${call.currency}, answered ${amount} ${currency ?? ''}`
  )
}

export const readVerdict = (answer: unknown): NotificationVerdict =>
  answer === 'GENUINE' || answer === 'STALE' ? answer : 'FORGED'

export const readNotificationId = (answer: unknown): string | null =>
  typeof answer === 'string' && answer !== '' && answer.length <= MAX_NOTIFICATION_ID_LENGTH ? answer : null

export function readContent(answer: unknown): NotificationContent {
  const { about, outcome: stated } = isObject(answer) ? answer : {}
  if (about === 'other') return { about }
  const outcome = outcomeIn(stated)
  if (about !== 'operation' || outcome === null || !Value.Check(Operation, answer))
    return { about: 'nothing' }
  const { idempotencyKey, paymentId } = answer
  return { about, idempotencyKey, paymentId, outcome }
}

/** Null where it is none, or does not say what its class has to say. */
function outcomeIn(answer: unknown): GatewayOutcome | null {
  if (!Value.Check(Outcome, answer) || !isWhole(answer)) return null
  const { outcome, reference, amount, currency, settled, declineType, code, message } = answer
  const { redirectUrl, retryAfterMs, isTurnedAway } = answer
  return {
    ...{ outcome, reference, amount, currency, declineType, code, redirectUrl },
    settled: settled && outcome === 'SUCCEEDED',
    message: message?.slice(0, 256) ?? null,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(isTurnedAway !== undefined && { isTurnedAway })
  }
}

function isWhole(outcome: Static<typeof Outcome>): boolean {
  const { reference, amount, currency, declineType, code, redirectUrl } = outcome
  if ((outcome.outcome === 'DECLINED') !== (declineType !== null)) return false
  if ((outcome.outcome === 'NEEDS_CUSTOMER') !== (redirectUrl !== null && URL.canParse(redirectUrl)))
    return false
  if (outcome.outcome === 'SUCCEEDED') return reference !== null && amount !== null && currency !== null
  return code !== null
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
