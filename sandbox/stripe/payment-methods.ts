/** Why a card is not charged, as Stripe says it. */
export interface CardError {
  readonly code: string
  readonly decline_code?: string
  readonly message: string
}

type Unanswered = 'NEVER'

/** What a payment method does. Those not listed are not there; Stripe's own names are those of its test mode. */
export interface PaymentMethodBehaviour {
  /**
   * What is done, and remembered under the idempotency key, before anything is answered. With `NOTHING` not even the key is
   * known, unless and until something is done later.
   */
  readonly does: 'CHARGE' | 'PROCESS' | 'ASK_CUSTOMER' | 'NOTHING' | CardError
  /** How the answer comes, if not at once. */
  readonly answers?: Unanswered | 'SLOWLY' | 'WITH_500' | 'WITH_429'
  /** What becomes later of what is in process, or of a request that nobody answered. */
  readonly later?: 'CHARGE' | CardError
  /** The first capture is done and never answered. */
  readonly capture?: Unanswered
  /** What becomes of refunds; done at once unless listed. */
  readonly refund?: Unanswered | 'PENDING' | 'FAILS_LATER'
}

const declined = (declineCode: string): PaymentMethodBehaviour => ({
  does: { code: 'card_declined', decline_code: declineCode, message: 'Your card was declined.' }
})
const lateDecline: CardError = {
  ...{ code: 'card_declined', decline_code: 'do_not_honor' },
  message: 'Your card was declined.'
}

export const paymentMethods: ReadonlyMap<string, PaymentMethodBehaviour> = new Map<
  string,
  PaymentMethodBehaviour
>([
  ['pm_card_visa', { does: 'CHARGE' }],
  ['pm_card_visa_chargeDeclined', declined('generic_decline')],
  ['pm_card_visa_chargeDeclinedInsufficientFunds', declined('insufficient_funds')],
  ['pm_card_visa_chargeDeclinedLostCard', declined('lost_card')],
  ['pm_card_visa_chargeDeclinedStolenCard', declined('stolen_card')],
  [
    'pm_card_chargeDeclinedExpiredCard',
    { does: { code: 'expired_card', message: 'Your card has expired.' } }
  ],
  [
    'pm_card_chargeDeclinedProcessingError',
    { does: { code: 'processing_error', message: 'An error occurred while processing your card.' } }
  ],
  ['pm_card_authenticationRequired', { does: 'ASK_CUSTOMER' }],
  ['pm_sandbox_declined_for_an_unheard_reason', declined('phase_of_the_moon')],
  ['pm_sandbox_processing', { does: 'PROCESS', later: 'CHARGE' }],
  ['pm_sandbox_processing_fails', { does: 'PROCESS', later: lateDecline }],
  ['pm_sandbox_timeout_charged', { does: 'CHARGE', answers: 'NEVER' }],
  ['pm_sandbox_timeout_not_charged', { does: 'NOTHING', answers: 'NEVER' }],
  ['pm_sandbox_late_success', { does: 'NOTHING', answers: 'NEVER', later: 'CHARGE' }],
  ['pm_sandbox_slow', { does: 'CHARGE', answers: 'SLOWLY' }],
  ['pm_sandbox_500_charged', { does: 'CHARGE', answers: 'WITH_500' }],
  ['pm_sandbox_500', { does: 'NOTHING', answers: 'WITH_500' }],
  ['pm_sandbox_rate_limited', { does: 'NOTHING', answers: 'WITH_429' }],
  ['pm_sandbox_capture_timeout', { does: 'CHARGE', capture: 'NEVER' }],
  ['pm_sandbox_refund_timeout', { does: 'CHARGE', refund: 'NEVER' }],
  ['pm_sandbox_refund_pending', { does: 'CHARGE', refund: 'PENDING' }],
  ['pm_sandbox_refund_fails', { does: 'CHARGE', refund: 'FAILS_LATER' }]
])
