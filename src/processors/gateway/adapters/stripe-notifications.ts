// Stripe's webhooks: what they say, and whether it is Stripe that says it.
import Stripe from 'stripe'
import {
  MAX_NOTIFICATION_ID_LENGTH,
  NOTIFICATION_TOLERANCE_S,
  type GatewayOutcome,
  type NotificationContent,
  type NotificationProtocol
} from '../spi.ts'
import { isObject, oneOf } from './statements.ts'
import { intentOf, METADATA, refundOf, type Intent } from './stripe-objects.ts'
import { captureStated, chargeStated, refundStated, wasAuthorized } from './stripe-outcomes.ts'

const SIGNATURE = 'stripe-signature'
/** Says of the SDK that it is not to look at the time. */
const ANY_AGE = 0

export const stripeNotifications: NotificationProtocol = {
  isSigned: headers => oneOf(headers[SIGNATURE]) !== null,

  judge(body, headers, secrets) {
    const signature = oneOf(headers[SIGNATURE])
    if (signature === null) return 'FORGED'
    const isSigned = (toleranceS: number) =>
      secrets.some(secret => isSignedBy(secret, body, signature, toleranceS))
    if (isSigned(NOTIFICATION_TOLERANCE_S)) return 'GENUINE'
    return isSigned(ANY_AGE) ? 'STALE' : 'FORGED'
  },

  idOf(body) {
    const id = isObject(body) ? body['id'] : null
    return typeof id === 'string' && id !== '' && id.length <= MAX_NOTIFICATION_ID_LENGTH ? id : null
  },

  read(event) {
    if (!isObject(event) || typeof event['type'] !== 'string') return { about: 'nothing' }
    const { type, data } = event
    if (INTENT_EVENTS.has(type)) return aboutIntent(type, isObject(data) ? data['object'] : null)
    if (REFUND_EVENTS.has(type)) return aboutRefund(isObject(data) ? data['object'] : null)
    return { about: 'other' }
  }
}

const INTENT_EVENTS: ReadonlySet<string> = new Set([
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.requires_action',
  'payment_intent.succeeded'
])

/** `charge.refunded` is not among them: a charge does not say which of its refunds it is about. */
const REFUND_EVENTS: ReadonlySet<string> = new Set([
  'charge.refund.updated',
  'refund.created',
  'refund.failed',
  'refund.updated'
])

function isSignedBy(secret: string, body: Buffer, signature: string, toleranceS: number): boolean {
  try {
    return Stripe.webhooks.signature?.verifyHeader(body, signature, secret, toleranceS) ?? false
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false
    throw error
  }
}

function aboutIntent(type: string, object: unknown): NotificationContent {
  const intent = intentOf(object)
  if (intent === null) return { about: 'nothing' }
  if (type === 'payment_intent.succeeded' && intent.isAuthorization) {
    return about(intent, METADATA.captureKey, captureStated(intent))
  }
  // It ended what had succeeded; whether by us says the call of the void.
  if (type === 'payment_intent.canceled' && wasAuthorized(intent)) return { about: 'other' }
  return about(intent, METADATA.key, chargeStated(intent))
}

function aboutRefund(object: unknown): NotificationContent {
  const refund = refundOf(object)
  return refund === null ? { about: 'nothing' } : about(refund, METADATA.key, refundStated(refund))
}

/** The same account may be used by others, whose objects bear no key of ours. */
function about(
  { metadata }: Pick<Intent, 'metadata'>,
  name: string,
  outcome: GatewayOutcome
): NotificationContent {
  const { [name]: idempotencyKey, [METADATA.payment]: paymentId = null } = metadata
  if (typeof idempotencyKey !== 'string') return { about: 'other' }
  if (paymentId !== null && typeof paymentId !== 'string') return { about: 'nothing' }
  if (outcome.outcome === 'UNKNOWN') return { about: 'other' }
  return { about: 'operation', idempotencyKey, paymentId, outcome }
}
