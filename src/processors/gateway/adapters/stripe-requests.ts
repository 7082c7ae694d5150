// One request record is one request to Stripe.
import type Stripe from 'stripe'
import { nothingStated, outcomeWithout, type GatewayCall, type GatewayOutcome } from '../spi.ts'
import { compared } from './statements.ts'
import { intentOf, METADATA, refundOf } from './stripe-objects.ts'
import { captureStated, chargeOf, refundStated, voidStated } from './stripe-outcomes.ts'

/** Makes the request that a call asks for; null where Stripe has none for it. */
export type Request = () => Promise<GatewayOutcome>

/**
 * @param amount as Stripe counts it
 * @param returnUrl to which customers come back who had to confirm
 */
export function requestOf(
  stripe: Stripe,
  call: GatewayCall,
  amount: number,
  returnUrl: string | undefined
): Request | null {
  const { kind, idempotencyKey, token, gatewayReference: reference } = call
  const options = { idempotencyKey, timeout: call.timeoutMs, maxNetworkRetries: 0 }
  const metadata = {
    [METADATA.payment]: call.paymentId,
    [METADATA.operation]: call.operationId,
    [METADATA.key]: idempotencyKey
  }
  if (kind === 'AUTHORIZE' || kind === 'PURCHASE') {
    if (token === null) return null
    const captureMethod = kind === 'AUTHORIZE' ? 'manual' : 'automatic'
    return async () => {
      const answer = await stripe.paymentIntents.create(
        {
          ...{ amount, currency: call.currency.toLowerCase(), metadata },
          ...{ payment_method: token, payment_method_types: ['card'] },
          ...{ capture_method: captureMethod, confirm: true },
          ...(returnUrl === undefined ? {} : { return_url: returnUrl })
        },
        options
      )
      return stated(call, answer, intentOf, intent => chargeOf(kind, intent))
    }
  }
  if (reference === null) return null
  switch (kind) {
    case 'CAPTURE':
      return async () => {
        // The key of the authorization stays, for that is looked up too.
        const captured = { [METADATA.captureKey]: idempotencyKey }
        const params = { amount_to_capture: amount, metadata: captured }
        const answer = await stripe.paymentIntents.capture(reference, params, options)
        return stated(call, answer, intentOf, intent => {
          if (intent.status === 'succeeded') return captureStated(intent)
          const { id, status: code } = intent
          const isUnderWay = code === 'processing'
          return { ...nothingStated, outcome: isUnderWay ? 'PENDING' : 'UNKNOWN', reference: id, code }
        })
      }
    case 'VOID':
      return async () => {
        const answer = await stripe.paymentIntents.cancel(reference, {}, options)
        return stated(call, answer, intentOf, intent =>
          intent.status === 'canceled' ? voidStated(intent) : { ...nothingStated, code: intent.status }
        )
      }
    case 'REFUND':
      return async () => {
        const params = { payment_intent: reference, amount, metadata }
        const answer = await stripe.refunds.create(params, options)
        return stated(call, answer, refundOf, refundStated)
      }
    case 'SETTLE':
      return null
  }
}

/** An answer of success that is not what was asked for says nothing. */
function stated<T>(
  call: GatewayCall,
  answer: { readonly lastResponse: { readonly statusCode: number } },
  read: (answer: unknown) => T | null,
  outcomeOf: (object: T) => GatewayOutcome
): GatewayOutcome {
  const object = answer.lastResponse.statusCode === 200 ? read(answer) : null
  return object === null
    ? outcomeWithout('UNKNOWN', 'gateway_answer_unparsable', 'the answer does not follow the protocol')
    : compared(call, outcomeOf(object))
}
