// What became of a call at Stripe.
import type Stripe from 'stripe'
import {
  nothingStated,
  outcomeWithout,
  type GatewayCall,
  type GatewayOutcome,
  type GatewayProfile
} from '../spi.ts'
import { GREATEST_SEND_WITHIN_MS } from '../../../control/stripe-limits.ts'
import { compared, isObject } from './statements.ts'
import { exchangeOf } from './stripe-errors.ts'
import { intentOf, METADATA, refundOf, type Intent } from './stripe-objects.ts'
import { captureStated, chargeOf, hardDecline, refundStated, voidStated } from './stripe-outcomes.ts'

/** Milliseconds that our clocks and Stripe's may be apart. */
const CLOCK_SKEW_MS = 120_000
/** Objects of a list that are asked for at a time, as many as Stripe gives. */
const PAGE = 100

type Options = () => { readonly timeout: number; readonly maxNetworkRetries: 0 }

/**
 * Asks Stripe what became of a call.
 *
 * Of follow-ups the PaymentIntent itself tells. Of charges, which have no id yet when their answer was lost:
 *
 * - the search finds them by our key in their metadata, but its index is filled some time after, during an outage any time
 *   after. What it does not find proves nothing.
 * - so all PaymentIntents are listed that were made when the call may have been, since lists show what has been written.
 *   Only if they were read to the end, and none bears our key, there is none.
 *
 * @returns null when Stripe does not know the key, `UNKNOWN` when nothing was learnt
 */
export async function lookUpAtStripe(
  stripe: Stripe,
  call: GatewayCall,
  profile: GatewayProfile
): Promise<GatewayOutcome | null> {
  const endsAt = performance.now() + profile.callTimeoutMs
  const options: Options = () => ({
    timeout: Math.max(1, Math.floor(endsAt - performance.now())),
    maxNetworkRetries: 0
  })
  try {
    const found = await whatBecameOf(stripe, call, profile, options)
    return found === null ? null : compared(call, found)
  } catch (error) {
    const { code, message } = exchangeOf(error) ?? {
      code: 'gateway_look_up_failed',
      message: 'the gateway did not answer the look-up'
    }
    return outcomeWithout('UNKNOWN', code, message)
  }
}

async function whatBecameOf(
  stripe: Stripe,
  call: GatewayCall,
  profile: GatewayProfile,
  options: Options
): Promise<GatewayOutcome | null> {
  const { kind, gatewayReference: reference } = call
  if (kind === 'AUTHORIZE' || kind === 'PURCHASE') {
    const intent = (await searched(stripe, call, options)) ?? (await listed(stripe, call, profile, options))
    return intent === null ? null : chargeOf(kind, intent)
  }
  if (reference === null) return null
  if (kind === 'REFUND') return refunded(stripe, call, reference, options)
  const intent = answered(await stripe.paymentIntents.retrieve(reference, {}, options()), intentOf)
  return kind === 'CAPTURE' ? captured(intent, call) : voided(intent)
}

async function searched(stripe: Stripe, call: GatewayCall, options: Options): Promise<Intent | null> {
  const key = call.idempotencyKey.replaceAll(/["\\]/g, '\\$&')
  const query = `metadata["${METADATA.key}"]:"${key}"`
  const { data } = pageOf(await stripe.paymentIntents.search({ query, limit: 2 }, options()))
  if (data.length > 1) throw new Error('one key, two PaymentIntents')
  const [found] = data
  if (found === undefined) return null
  // What the index holds of it may be old.
  const { id } = answered(found, intentOf)
  return answered(await stripe.paymentIntents.retrieve(id, {}, options()), intentOf)
}

async function listed(
  stripe: Stripe,
  { idempotencyKey, sendBy, timeoutMs }: GatewayCall,
  { settlingTimeMs }: GatewayProfile,
  options: Options
): Promise<Intent | null> {
  const created = {
    gte: Math.floor((sendBy - GREATEST_SEND_WITHIN_MS - CLOCK_SKEW_MS) / 1000),
    lte: Math.ceil((sendBy + timeoutMs + settlingTimeMs + CLOCK_SKEW_MS) / 1000)
  }
  return findIn(
    after =>
      stripe.paymentIntents.list(
        { created, limit: PAGE, ...(after === null ? {} : { starting_after: after }) },
        options()
      ),
    value => (keyIn(value) === idempotencyKey ? answered(value, intentOf) : null)
  )
}

/** Once it is captured it cannot be captured again, so whoever did it, another call did not. */
function captured(intent: Intent, call: GatewayCall): GatewayOutcome | null {
  if (intent.status === 'requires_capture') return null
  const isOurs = intent.metadata[METADATA.captureKey] === call.idempotencyKey
  if (intent.status === 'succeeded') {
    if (isOurs) return captureStated(intent)
    return { ...nothingStated, ...hardDecline('payment_intent_unexpected_state', 'captured by another call') }
  }
  if (intent.status === 'canceled') {
    return { ...nothingStated, ...hardDecline('payment_intent_unexpected_state', 'it was canceled') }
  }
  return {
    ...nothingStated,
    outcome: intent.status === 'processing' ? 'PENDING' : 'UNKNOWN',
    code: intent.status
  }
}

/** A void bears no key: what counts is whether the money is still held. */
function voided(intent: Intent): GatewayOutcome | null {
  if (intent.status === 'canceled') return voidStated(intent)
  if (intent.status !== 'succeeded') return null
  return { ...nothingStated, ...hardDecline('payment_intent_unexpected_state', 'it was captured') }
}

async function refunded(
  stripe: Stripe,
  { idempotencyKey }: GatewayCall,
  reference: string,
  options: Options
): Promise<GatewayOutcome | null> {
  const refund = await findIn(
    after =>
      stripe.refunds.list(
        { payment_intent: reference, limit: PAGE, ...(after === null ? {} : { starting_after: after }) },
        options()
      ),
    value => (keyIn(value) === idempotencyKey ? answered(value, refundOf) : null)
  )
  return refund === null ? null : refundStated(refund)
}

/**
 * Reads a list until something is found, or to its end.
 * @throws what a request throws, and when a page is not one: a list that was not read to its end proves nothing
 */
async function findIn<T>(
  page: (after: string | null) => Promise<unknown>,
  match: (value: unknown) => T | null
): Promise<T | null> {
  for (let after: string | null = null; ;) {
    const { data, hasMore } = pageOf(await page(after))
    for (const value of data) {
      const found = match(value)
      if (found !== null) return found
    }
    if (!hasMore) return null
    const last = data.at(-1)
    if (!isObject(last) || typeof last['id'] !== 'string')
      throw new Error('a list that goes on after nothing')
    after = last['id']
  }
}

function pageOf(answer: unknown): { readonly data: readonly unknown[]; readonly hasMore: boolean } {
  if (!isObject(answer) || !Array.isArray(answer['data']) || typeof answer['has_more'] !== 'boolean')
    throw new Error('an answer that is no page of a list')
  return { data: answer['data'] as unknown[], hasMore: answer['has_more'] }
}

/** @throws when it is not what it should be */
function answered<T>(value: unknown, read: (value: unknown) => T | null): T {
  const object = read(value)
  if (object === null) throw new Error('an object that does not follow the protocol')
  return object
}

function keyIn(value: unknown): unknown {
  const metadata = isObject(value) ? value['metadata'] : null
  return isObject(metadata) ? metadata[METADATA.key] : null
}
