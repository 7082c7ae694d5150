// From what Stripe's objects are to the class of outcome that an operation has.
import { declineReasonOf } from '../../../domain/declines/codes.ts'
import { declineReasons } from '../../../domain/declines/reasons.ts'
import { nothingStated, outcomeWithout, type GatewayOutcome, type OperationKind } from '../spi.ts'
import { isWebAddress } from './statements.ts'
import type { Intent, Refund, StripeError } from './stripe-objects.ts'

/** Of the authorization or purchase that made a PaymentIntent, whatever followed on it. */
export function chargeStated(intent: Intent): GatewayOutcome {
  const { id, status, amount, currency, received, isAuthorization, lastError, redirectUrl } = intent
  const stated = { ...nothingStated, reference: id, amount, currency }
  switch (status) {
    case 'requires_capture':
      return { ...stated, outcome: 'SUCCEEDED' }
    case 'succeeded':
      return isAuthorization
        ? { ...stated, outcome: 'SUCCEEDED' }
        : { ...stated, amount: received, outcome: 'SUCCEEDED', settled: true }
    case 'processing':
      return { ...stated, outcome: 'PENDING', code: status }
    case 'requires_action':
      return isWebAddress(redirectUrl)
        ? { ...stated, outcome: 'NEEDS_CUSTOMER', code: status, redirectUrl }
        : unexpected(intent)
    case 'requires_payment_method':
      // What nothing was tried with may yet be tried.
      return lastError === null ? unexpected(intent) : { ...stated, ...declined(lastError) }
    case 'canceled':
      if (wasAuthorized(intent)) return { ...stated, outcome: 'SUCCEEDED' }
      return { ...stated, ...declined(lastError ?? CANCELED) }
    default:
      return unexpected(intent)
  }
}

/** As `chargeStated`, of a charge of this kind and no other. */
export const chargeOf = (kind: OperationKind, intent: Intent): GatewayOutcome =>
  intent.isAuthorization === (kind === 'AUTHORIZE') ? chargeStated(intent) : unexpected(intent)

/** Whether money had been held before a PaymentIntent was canceled: a charge that failed leaves its error. */
export const wasAuthorized = ({ isAuthorization, latestCharge, lastError }: Intent): boolean =>
  isAuthorization && latestCharge !== null && lastError === null

/** Of the capture of an authorization; captured money is paid out without being asked for. */
export const captureStated = ({ id, received, currency }: Intent): GatewayOutcome => ({
  ...nothingStated,
  ...{ outcome: 'SUCCEEDED', reference: id, amount: received, currency, settled: true }
})

/** Of an authorization that holds no money any more. */
export const voidStated = ({ id, amount, currency }: Intent): GatewayOutcome => ({
  ...nothingStated,
  ...{ outcome: 'SUCCEEDED', reference: id, amount, currency }
})

export function refundStated({ id, status, amount, currency, failureReason }: Refund): GatewayOutcome {
  const stated = { ...nothingStated, reference: id, amount, currency }
  switch (status) {
    case 'succeeded':
      return { ...stated, outcome: 'SUCCEEDED' }
    case 'pending':
    case 'requires_action':
      return { ...stated, outcome: 'PENDING', code: status }
    case 'failed':
    case 'canceled': {
      const code = failureReason ?? `refund_${status}`
      return { ...stated, ...hardDecline(code, 'the refund did not reach the customer') }
    }
    default:
      return outcomeWithout('UNKNOWN', 'gateway_answer_unparsable', 'a refund of a status that is not known')
  }
}

/** A decline with the most that Stripe says about it: the issuer's reason, else its own. */
export function declined({ code, declineCode, advice, message }: StripeError) {
  const why = (declineCode ?? code ?? 'card_declined').slice(0, 64)
  const { declineType } = declineReasons[declineReasonOf('stripe', why)]
  return {
    outcome: 'DECLINED' as const,
    declineType: advice === 'do_not_try_again' ? ('HARD' as const) : declineType,
    code: why,
    message: message === null ? null : message.slice(0, 256)
  }
}

/** What was authorized or charged does not allow it: as definite as a decline, since no other gateway holds the money. */
export const hardDecline = (code: string, message: string) => ({
  outcome: 'DECLINED' as const,
  declineType: 'HARD' as const,
  code: code.slice(0, 64),
  message: message.slice(0, 256)
})

const CANCELED: StripeError = {
  code: 'canceled',
  declineCode: null,
  advice: null,
  message: 'it was canceled before anything was charged'
}

const unexpected = ({ status }: Intent): GatewayOutcome =>
  outcomeWithout('UNKNOWN', 'gateway_answer_unparsable', `a PaymentIntent that is ${status}`)
