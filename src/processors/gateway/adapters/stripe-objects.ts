// What of Stripe's objects is looked at, checked before it is believed.
import { fromStripe } from './stripe-amounts.ts'
import { isObject } from './statements.ts'

/** The names under which our ids stand with Stripe's objects, so that a look-up and a notification find them. */
export const METADATA = {
  payment: 'aegispay_payment',
  operation: 'aegispay_operation',
  key: 'aegispay_key',
  /** Beside the key of the authorization, once it was captured. */
  captureKey: 'aegispay_capture_key'
} as const

type Metadata = Readonly<Record<string, unknown>>

/** A PaymentIntent. */
export interface Intent {
  readonly id: string
  readonly status: string
  /** Minor units after ISO 4217. */
  readonly amount: number
  readonly received: number
  readonly currency: string
  /** Whether it was to be authorized first. */
  readonly isAuthorization: boolean
  /** Stripe's id of the last attempt to charge, also of one that failed. */
  readonly latestCharge: string | null
  readonly lastError: StripeError | null
  readonly redirectUrl: unknown
  readonly metadata: Metadata
}

export interface Refund {
  readonly id: string
  readonly status: string | null
  readonly amount: number
  readonly currency: string
  readonly failureReason: string | null
  readonly metadata: Metadata
}

/** Why something failed, as it stands in answers and with PaymentIntents. */
export interface StripeError {
  readonly code: string | null
  readonly declineCode: string | null
  readonly advice: string | null
  readonly message: string | null
}

/** Null when it is no PaymentIntent. */
export function intentOf(value: unknown): Intent | null {
  if (!isObject(value) || value['object'] !== 'payment_intent') return null
  const { id, status, metadata, latest_charge: latestCharge, last_payment_error: lastError } = value
  const asked = fromStripe(value['amount'], value['currency'])
  const received = fromStripe(value['amount_received'] ?? 0, value['currency'])
  if (typeof id !== 'string' || id === '' || typeof status !== 'string') return null
  if (asked === null || received === null) return null
  const { next_action: next } = value
  const redirect = isObject(next) ? next['redirect_to_url'] : null
  return {
    ...{ id, status, ...asked, received: received.amount },
    isAuthorization: value['capture_method'] === 'manual',
    latestCharge: typeof latestCharge === 'string' ? latestCharge : null,
    lastError: isObject(lastError) ? errorOf(lastError) : null,
    redirectUrl: isObject(redirect) ? redirect['url'] : null,
    metadata: isObject(metadata) ? metadata : {}
  }
}

/** Null when it is no refund. */
export function refundOf(value: unknown): Refund | null {
  if (!isObject(value) || value['object'] !== 'refund') return null
  const { id, status, metadata, failure_reason: failureReason } = value
  const stated = fromStripe(value['amount'], value['currency'])
  if (typeof id !== 'string' || id === '' || stated === null) return null
  return {
    ...{ id, status: textIn(status), ...stated, failureReason: textIn(failureReason) },
    metadata: isObject(metadata) ? metadata : {}
  }
}

export const errorOf = (error: Readonly<Record<string, unknown>>): StripeError => ({
  code: textIn(error['code']),
  declineCode: textIn(error['decline_code']),
  advice: textIn(error['advice_code']),
  message: textIn(error['message'])
})

const textIn = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
