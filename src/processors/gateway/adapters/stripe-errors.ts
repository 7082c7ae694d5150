// What is known of a call to which Stripe answered with an error, or not at all.
import Stripe from 'stripe'
import { declineReasonOf } from '../../../domain/declines/codes.ts'
import { nothingStated, outcomeWithout, type GatewayCall, type GatewayOutcome } from '../spi.ts'
import { RETRY_AFTER_MS, UnansweredError } from './stripe-client.ts'
import { errorOf, intentOf } from './stripe-objects.ts'
import { declined, hardDecline, voidStated } from './stripe-outcomes.ts'

/** Of a PaymentIntent on which nothing is charged, nor going to be. */
const UNCHARGED: ReadonlySet<string> = new Set(['requires_payment_method', 'canceled'])

export function outcomeOfError(call: GatewayCall, error: unknown): GatewayOutcome {
  const unanswered = exchangeOf(error)
  if (unanswered !== null) {
    return outcomeWithout(
      unanswered.ending === 'NOT_SENT' ? 'NOT_SENT' : 'UNKNOWN',
      unanswered.code,
      unanswered.message
    )
  }
  if (!(error instanceof Stripe.errors.StripeError) || error.statusCode === undefined) {
    return outcomeWithout('UNKNOWN', 'gateway_answer_unparsable', 'the answer does not follow the protocol')
  }
  return isFollowUp(call) ? ofFollowUp(call, error) : ofCharge(error)
}

const isFollowUp = ({ kind }: GatewayCall): boolean => kind !== 'AUTHORIZE' && kind !== 'PURCHASE'

/** @returns why nobody has answered; null when somebody has */
export function exchangeOf(error: unknown): UnansweredError['exchange'] | null {
  if (!(error instanceof Stripe.errors.StripeConnectionError)) return null
  const cause: unknown = error.detail
  return cause instanceof UnansweredError ? cause.exchange : null
}

type Answered = InstanceType<typeof Stripe.errors.StripeError>

function ofCharge(error: Answered): GatewayOutcome {
  const intent = intentOf(error.payment_intent)
  // Whatever the error says, such a PaymentIntent may charge or have charged.
  if (intent !== null && !UNCHARGED.has(intent.status)) return unknown(error)
  if (isDecline(error)) {
    const { id: reference, amount, currency } = intent ?? { id: null, amount: null, currency: null }
    return { ...nothingStated, reference, amount, currency, ...declined(errorOf(rawOf(error))) }
  }
  return refusedOrUnknown(error)
}

function ofFollowUp({ kind }: GatewayCall, error: Answered): GatewayOutcome {
  if (isDecline(error)) return { ...nothingStated, ...declined(errorOf(rawOf(error))) }
  const isRefusal = error.statusCode === 400 || error.statusCode === 404
  if (!isRefusal || error.code === undefined || declineReasonOf('stripe', error.code) !== 'conflict')
    return refusedOrUnknown(error)
  const intent = intentOf(error.payment_intent)
  // What somebody else has released is released.
  if (kind === 'VOID' && intent?.status === 'canceled') return voidStated(intent)
  return { ...nothingStated, ...hardDecline(error.code, error.message) }
}

const isDecline = ({ statusCode, rawType }: Answered): boolean =>
  statusCode === 402 && rawType === 'card_error'

function refusedOrUnknown(error: Answered): GatewayOutcome {
  switch (error.statusCode) {
    case 400:
      // The key has been used, for whatever it was: another gateway must not be tried.
      return error.rawType === 'idempotency_error' ? unknown(error) : refused(error)
    case 404:
      return error.code === 'resource_missing' ? refused(error) : unknown(error)
    case 401:
      // Its message repeats parts of the key.
      return turnedAway(
        outcomeWithout('REFUSED', 'unauthenticated', 'the gateway does not take our API key'),
        error
      )
    case 403:
    case 429:
      return turnedAway(refused(error), error)
    case 503:
      return { ...unknown(error), ...retryAfter(error) }
    default:
      return unknown(error)
  }
}

const turnedAway = (outcome: GatewayOutcome, error: Answered): GatewayOutcome => ({
  ...outcome,
  isTurnedAway: true,
  ...retryAfter(error)
})

const retryAfter = ({ headers }: Answered): Pick<GatewayOutcome, 'retryAfterMs'> => {
  const ms = headers?.[RETRY_AFTER_MS]
  return ms === undefined ? {} : { retryAfterMs: Number(ms) }
}

const refused = (error: Answered): GatewayOutcome => outcomeWithout('REFUSED', codeOf(error), error.message)

const unknown = (error: Answered): GatewayOutcome => outcomeWithout('UNKNOWN', codeOf(error), error.message)

const codeOf = ({ code, rawType, statusCode }: Answered): string =>
  (code ?? rawType ?? `gateway_status_${statusCode}`).slice(0, 64)

const rawOf = ({ raw }: Answered): Readonly<Record<string, unknown>> =>
  raw as Readonly<Record<string, unknown>>
