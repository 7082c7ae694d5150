/** A PaymentIntent with what of it anybody here asks for. Amounts are as Stripe counts them. */
export interface Intent {
  readonly id: string
  readonly object: 'payment_intent'
  readonly status:
    | 'requires_payment_method'
    | 'requires_action'
    | 'processing'
    | 'requires_capture'
    | 'canceled'
    | 'succeeded'
  readonly amount: number
  readonly amount_capturable: number
  readonly amount_received: number
  readonly currency: string
  readonly capture_method: 'automatic' | 'manual'
  readonly client_secret: string
  /** Epoch seconds. */
  readonly created: number
  readonly last_payment_error: object | null
  readonly latest_charge: string | null
  readonly metadata: Readonly<Record<string, string>>
  readonly next_action: object | null
  readonly payment_method: string | null
  readonly payment_method_types: readonly string[]
  readonly livemode: false
}

export interface Refund {
  readonly id: string
  readonly object: 'refund'
  readonly status: 'pending' | 'succeeded' | 'failed'
  readonly amount: number
  readonly currency: string
  readonly created: number
  readonly payment_intent: string
  readonly failure_reason?: string
  readonly metadata: Readonly<Record<string, string>>
}

export type StripeObject = Intent | Refund
