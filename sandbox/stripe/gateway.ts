import { createHash } from 'node:crypto'
import type { Effect, Ledger, Movement } from '../ledger.ts'
import { ApiError, errorAnswer, invalidRequest, missing } from './api-error.ts'
import type { Intent, Refund } from './objects.ts'
import { paymentMethods, type CardError, type PaymentMethodBehaviour } from './payment-methods.ts'
import type { Store } from './store.ts'
import { STRIPE_GATEWAY } from './webhook-signature.ts'

interface GatewayParts {
  readonly ledger: Ledger
  readonly store: Store
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  /** How long after an answer the gateway goes on, milliseconds. */
  readonly laterMs: number
  /** Runs what nobody's request is. */
  readonly transact: (work: () => void) => void
}

/** What is asked for when a PaymentIntent is made and confirmed. */
export interface Creation {
  readonly idempotencyKey: string
  readonly amount: number
  readonly currency: string
  readonly captureMethod: 'automatic' | 'manual'
  readonly paymentMethod: string
  readonly metadata: Readonly<Record<string, string>>
  /** Where the customer would confirm. */
  readonly customerPage: string
}

/** @throws ApiError for a payment method that is not there */
export function behaviourOf(paymentMethod: string): PaymentMethodBehaviour {
  const behaviour = paymentMethods.get(paymentMethod)
  if (behaviour === undefined) throw missing('PaymentMethod', paymentMethod, 'payment_method')
  return behaviour
}

/**
 * What Stripe does about money: PaymentIntents and refunds, each movement in the ledger that all gateways of the sandbox
 * share. What is asked for is to be done in the caller's transaction. Amounts in the ledger are as Stripe counts them.
 */
export class StripeGateway {
  readonly #parts: GatewayParts

  constructor(parts: GatewayParts) {
    this.#parts = parts
  }

  create(creation: Creation): Effect | null {
    const { does, later } = behaviourOf(creation.paymentMethod)
    const { store, laterMs } = this.#parts
    const intent = this.#newIntent(creation)
    if (does === 'NOTHING') {
      if (later === 'CHARGE') store.later(intent.id, 'CREATE', laterMs, creation)
      return null
    }
    if (does === 'CHARGE') return this.#answered(...this.#charged(intent, creation.idempotencyKey))
    if (does === 'PROCESS') {
      store.put({ ...intent, status: 'processing' }, 'payment_intent.processing')
      if (later === 'CHARGE') store.later(intent.id, 'CHARGE', laterMs, { key: creation.idempotencyKey })
      else if (later !== undefined) store.later(intent.id, 'FAIL', laterMs, later)
      return this.#answered({ ...intent, status: 'processing' }, null)
    }
    if (does === 'ASK_CUSTOMER') {
      const asking = {
        ...{ ...intent, status: 'requires_action' as const },
        next_action: {
          type: 'redirect_to_url',
          redirect_to_url: { url: `${creation.customerPage}/${intent.id}` }
        }
      }
      store.put(asking, 'payment_intent.requires_action')
      return this.#answered(asking, null)
    }
    const failed = this.#failed(intent, does)
    const error = { type: 'card_error', ...does, payment_intent: failed }
    return { answer: errorAnswer(402, error), movement: null }
  }

  capture(intentId: string, key: string, amount: number | null, metadata: Intent['metadata']): Effect {
    const intent = this.#intent(intentId)
    if (intent.status !== 'requires_capture') return unexpectedState(intent, 'captured')
    const captured = amount ?? intent.amount
    if (captured > intent.amount) {
      throw invalidRequest('The amount to capture is more than was authorized.', { code: 'amount_too_large' })
    }
    const done: Intent = {
      ...{ ...intent, status: 'succeeded', amount_capturable: 0, amount_received: captured },
      metadata: { ...intent.metadata, ...metadata }
    }
    this.#parts.store.put(done, 'payment_intent.succeeded')
    return this.#answered(done, movementOf(done, 'CAPTURE', key, captured))
  }

  cancel(intentId: string, key: string): Effect {
    const intent = this.#intent(intentId)
    if (intent.status === 'canceled' || intent.status === 'succeeded' || intent.status === 'processing')
      return unexpectedState(intent, 'canceled')
    const canceled: Intent = { ...intent, status: 'canceled', amount_capturable: 0, next_action: null }
    this.#parts.store.put(canceled, 'payment_intent.canceled')
    const held = intent.status === 'requires_capture'
    return this.#answered(canceled, held ? movementOf(intent, 'VOID', key, intent.amount) : null)
  }

  refund(intentId: string, key: string, amount: number | null, metadata: Refund['metadata']): Effect {
    const { store, laterMs, clock } = this.#parts
    const intent = this.#intent(intentId)
    const left =
      intent.amount_received -
      store.refundsOf(intent.id).reduce((sum, one) => sum + (one.status === 'failed' ? 0 : one.amount), 0)
    const asked = amount ?? left
    if (left === 0 || asked > left) {
      const code = left === 0 && intent.amount_received > 0 ? 'charge_already_refunded' : 'amount_too_large'
      return conflict({ code, message: `Refund amount is greater than what is left, ${left}.` })
    }
    const { refund: behaviour } = behaviourOf(intent.payment_method ?? '')
    const refund: Refund = {
      ...{ id: `re_${digestOf(key)}`, object: 'refund', amount: asked, currency: intent.currency },
      ...{ status: behaviour === 'PENDING' ? 'pending' : 'succeeded', payment_intent: intent.id, metadata },
      created: Math.floor(clock() / 1000)
    }
    store.put(refund, 'refund.created')
    if (behaviour === 'PENDING') {
      store.later(refund.id, 'REFUND', laterMs, { key })
      return this.#answered(refund, null)
    }
    if (behaviour === 'FAILS_LATER') store.later(refund.id, 'FAIL_REFUND', laterMs)
    return this.#answered(refund, refundMovement(intent, refund, key))
  }

  /** What the customer has decided; false when there is nothing to decide, or not any more. */
  decide(intentId: string, isConfirmed: boolean): boolean {
    const intent = this.#parts.store.intent(intentId)
    if (intent?.status !== 'requires_action') return false
    this.#parts.transact(() => {
      if (isConfirmed) this.#chargeLater(intent, keyOf(intent))
      else this.#failed(intent, notConfirmed)
    })
    return true
  }

  /** Does what has become due. */
  keepDue(): void {
    if (this.#parts.store.hasDue()) this.#parts.transact(() => this.#keepDue())
  }

  #keepDue(): void {
    const { store } = this.#parts
    for (const { object, ending, detail } of store.takeDue()) {
      const about = JSON.parse(detail) as { key: string } & Creation & CardError
      switch (ending) {
        case 'CREATE':
          // It may have been asked for again meanwhile.
          if (store.intent(object) === undefined)
            this.#chargeLater(this.#newIntent(about), about.idempotencyKey)
          break
        case 'CHARGE':
          this.#chargeLater(this.#intent(object), about.key)
          break
        case 'FAIL':
          this.#failed(this.#intent(object), about)
          break
        case 'REFUND': {
          const refund = { ...store.refund(object)!, status: 'succeeded' as const }
          store.put(refund, 'refund.updated')
          this.#parts.ledger.record(
            STRIPE_GATEWAY,
            about.key,
            refundMovement(this.#intent(refund.payment_intent), refund, about.key)
          )
          break
        }
        case 'FAIL_REFUND': {
          const failed = { status: 'failed' as const, failure_reason: 'lost_or_stolen_card' }
          store.put({ ...store.refund(object)!, ...failed }, 'refund.failed')
        }
      }
    }
  }

  /** @throws ApiError when it is not there */
  #intent(id: string): Intent {
    const intent = this.#parts.store.intent(id)
    if (intent === undefined) throw missing('payment_intent', id, 'intent')
    return intent
  }

  #newIntent({ idempotencyKey, amount, currency, captureMethod, paymentMethod, metadata }: Creation): Intent {
    const id = `pi_${digestOf(idempotencyKey)}`
    return {
      ...{ id, object: 'payment_intent', status: 'requires_payment_method', amount, currency },
      ...{ amount_capturable: 0, amount_received: 0, capture_method: captureMethod },
      ...{ client_secret: `${id}_secret_sandbox`, created: Math.floor(this.#parts.clock() / 1000) },
      ...{ last_payment_error: null, latest_charge: null, metadata, next_action: null },
      ...{ payment_method: paymentMethod, payment_method_types: ['card'], livemode: false }
    }
  }

  #charged(intent: Intent, key: string): [Intent, Movement] {
    const isManual = intent.capture_method === 'manual'
    const charged: Intent = {
      ...{ ...intent, status: isManual ? 'requires_capture' : 'succeeded', next_action: null },
      latest_charge: intent.id.replace('pi_', 'ch_'),
      ...(isManual ? { amount_capturable: intent.amount } : { amount_received: intent.amount })
    }
    const event = isManual ? 'payment_intent.amount_capturable_updated' : 'payment_intent.succeeded'
    this.#parts.store.put(charged, event)
    return [charged, movementOf(charged, isManual ? 'AUTHORIZE' : 'PURCHASE', key, charged.amount)]
  }

  #chargeLater(intent: Intent, key: string): void {
    const [, movement] = this.#charged(intent, key)
    this.#parts.ledger.record(STRIPE_GATEWAY, key, movement)
  }

  #failed(intent: Intent, error: CardError): Intent {
    const failed: Intent = {
      ...{ ...intent, status: 'requires_payment_method', next_action: null, payment_method: null },
      latest_charge: intent.id.replace('pi_', 'ch_'),
      last_payment_error: { type: 'card_error', ...error }
    }
    this.#parts.store.put(failed, 'payment_intent.payment_failed')
    return failed
  }

  #answered(object: object, movement: Movement | null): Effect {
    return { answer: { status: 200, body: JSON.stringify(object) }, movement }
  }
}

const notConfirmed: CardError = {
  code: 'payment_intent_authentication_failure',
  message: 'The customer did not confirm the payment.'
}

const digestOf = (key: string): string =>
  createHash('sha256').update(`${STRIPE_GATEWAY}\n${key}`).digest('hex').slice(0, 24)

/** Of the request that made it, which stands nowhere else. */
const keyOf = ({ metadata, id }: Intent): string => metadata['aegispay_key'] ?? id

function movementOf(intent: Intent, kind: Movement['kind'], key: string, amount: number): Movement {
  const isCharge = kind === 'AUTHORIZE' || kind === 'PURCHASE'
  return {
    reference: isCharge ? intent.id : `${kind.toLowerCase()}_${digestOf(key)}`,
    payment: intent.metadata['aegispay_payment'] ?? intent.id,
    operation: isCharge ? (intent.metadata['aegispay_operation'] ?? key) : key,
    ...{ kind, amount, currency: intent.currency.toUpperCase() },
    authorization: isCharge ? null : intent.id,
    token: isCharge ? intent.payment_method : null
  }
}

const refundMovement = (intent: Intent, refund: Refund, key: string): Movement => ({
  ...movementOf(intent, 'REFUND', key, refund.amount),
  reference: refund.id
})

/** Without effect, and remembered under the key. */
const conflict = (error: object): Effect => ({
  answer: errorAnswer(400, { type: 'invalid_request_error', ...error }),
  movement: null
})

const unexpectedState = (intent: Intent, what: string): Effect =>
  conflict({
    code: 'payment_intent_unexpected_state',
    message: `This PaymentIntent could not be ${what} because it has a status of ${intent.status}.`,
    payment_intent: intent
  })

/** Stripe has lost its own answer. */
export const brokenDown = new ApiError(500, { type: 'api_error', message: 'Something broke.' })
export const tooMany = new ApiError(429, {
  ...{ type: 'invalid_request_error', code: 'rate_limit' },
  message: 'Too many requests.'
})
