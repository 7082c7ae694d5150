// The conditions of a command, each by its name. A guard answers null or why the command is refused; decide asks them
// in the order of the rejections table.
import { containsCardNumber } from '../card-number.ts'
import { isCurrency } from '../money/currencies.ts'
import type { GatewayProfile } from '../routing/route.ts'
import type { Command, OperationKind, RequestedTerms } from './commands.ts'
import {
  ADDRESS_DIGEST_PATTERN,
  COUNTRY_PATTERN,
  NETWORK_PATTERN,
  IDEMPOTENCY_KEY_PATTERN,
  limits
} from './limits.ts'
import type { ComplianceRules, MerchantRules } from './merchant-rules.ts'
import { refundable } from './refunds.ts'
import type { RejectionCode } from './rejections.ts'
import type { Payment } from './state.ts'
import type { PaymentStatus } from './statuses.ts'

export interface Refusal {
  readonly code: RejectionCode
  /** Says more than the code's own text; null when there is nothing to add. */
  readonly detail: string | null
}

const refuse = (code: RejectionCode, detail: string | null = null): Refusal => ({ code, detail })

const idempotencyKey = new RegExp(IDEMPOTENCY_KEY_PATTERN)
const network = new RegExp(NETWORK_PATTERN)
const digest = new RegExp(ADDRESS_DIGEST_PATTERN)
const country = new RegExp(COUNTRY_PATTERN)

/** No text of a command may hold a card number, whoever sent it. */
export const holdsNoCardNumber = (command: Command): Refusal | null =>
  textsOf(command).some(containsCardNumber) ? refuse('card_number_not_allowed') : null

/** What a schema cannot say: bounds, patterns, variants. HTTP requests were held to the same limits at the door. */
export function isWellFormed(command: Command): Refusal | null {
  const broken = brokenRule(command)
  return broken === null ? null : refuse('command_invalid', broken)
}

export const hasVersion = (payment: Payment, expected: number | null): Refusal | null =>
  expected === null || expected === payment.version
    ? null
    : refuse('version_conflict', `The payment has version ${payment.version}, not ${expected}.`)

/** One operation at a time: what a gateway has not answered yet blocks all that would conflict with it. */
export const isIdle = ({ operation }: Payment): Refusal | null =>
  operation === null
    ? null
    : refuse('operation_in_progress', `${operation.operationId} is ${operation.status}.`)

export const isIn = (payment: Payment, ...allowed: PaymentStatus[]): Refusal | null =>
  allowed.includes(payment.status) ? null : refuse('status_conflict', `The payment is ${payment.status}.`)

/** An operation within what is authorized. */
export const isWithinAuthorized = (payment: Payment, amount: number | null): Refusal | null =>
  amount === null || amount <= payment.authorizedAmount
    ? null
    : refuse('amount_exceeds_authorized', `${amount} is more than ${payment.authorizedAmount}.`)

export const isSupported = (gateway: GatewayProfile | undefined, kind: OperationKind): Refusal | null =>
  gateway?.operations.includes(kind) ? null : refuse('operation_unsupported')

/** Less than all of it only where the gateway can do that; all of it in one go always. */
export const isPartSupported = (
  amount: number | null,
  whole: number,
  canDoParts: boolean | undefined
): Refusal | null =>
  amount === null || amount === whole || canDoParts !== false
    ? null
    : refuse('operation_unsupported', `The gateway of the payment does this for ${whole} only, in one go.`)

/** Funds that were captured, and can be given back. */
export const isRefundable = (payment: Payment): Refusal | null =>
  payment.status === 'FAILED' && payment.failure?.stage === 'REFUND'
    ? null
    : isIn(payment, 'COMPLETED', 'PARTIALLY_REFUNDED', 'REFUND_INITIATED')

/** Neither more than what is neither given back nor reserved, nor nothing at all. */
export function isWithinRefundable(payment: Payment, amount: number | null): Refusal | null {
  const left = refundable(payment)
  return left > 0 && (amount ?? left) <= left
    ? null
    : refuse('amount_exceeds_refundable', `${left} is left to refund.`)
}

export const isWithinRefundWindow = (
  { refundsClosed, refundsUntil }: Payment,
  now: number
): Refusal | null =>
  refundsClosed || (refundsUntil !== null && now >= refundsUntil) ? refuse('refund_window_closed') : null

export const isWithinCancellationWindow = (
  { createdAt }: Payment,
  { cancellationWindowMs }: MerchantRules,
  now: number
): Refusal | null =>
  cancellationWindowMs === null || now < createdAt + cancellationWindowMs
    ? null
    : refuse('cancellation_window_closed')

/** What an operator has refused does not come back by itself. */
export const wasNotRejected = ({ review }: Payment): Refusal | null =>
  review?.status === 'REJECTED' ? refuse('review_rejected') : null

export const isHeld = ({ status, review }: Payment): Refusal | null =>
  status === 'INITIATED' && review?.status === 'PENDING' ? null : refuse('not_in_review')

/** A gateway that claims to hold money, and has not given it back for certain, must not be joined by another. */
export function movedNoMoney({ endings, compensations }: Payment): Refusal | null {
  const undone = new Set(
    compensations.filter(({ status }) => status === 'SUCCEEDED').map(({ compensates }) => compensates)
  )
  const holds = endings.some(
    ending => ending.contradictedBy === 'SUCCEEDED' && !undone.has(`${ending.operationId}.${ending.attempt}`)
  )
  return holds ? refuse('money_may_have_moved') : null
}

/** An operation, or a compensation, of which nobody knows what became of it. */
export function isUnknown({ operation, compensations }: Payment, operationId: string): Refusal | null {
  const open = compensations.find(compensation => compensation.operationId === operationId)
  const isOpen = open !== undefined && open.status !== 'SUCCEEDED' && open.status !== 'FAILED'
  const waits: readonly (string | undefined)[] = ['UNKNOWN', 'PENDING', 'NEEDS_CUSTOMER', 'SETTLING']
  const isWaiting = operation?.operationId === operationId && waits.includes(operation.status)
  return isOpen || isWaiting ? null : refuse('outcome_not_unknown')
}

/** What the merchant, or the law, does not let it take. */
export function isCompliant(
  { amount, currency, customer, paymentMethod }: ComplianceSubject,
  { currencies, countries, methods, maxAmount, blockedCustomers }: ComplianceRules
): { code: string; message: string } | null {
  if (currencies?.includes(currency) === false)
    return { code: 'currency_not_allowed', message: `Payments in ${currency} are not taken.` }
  if (countries !== null && (customer.country === null || !countries.includes(customer.country)))
    return { code: 'country_not_allowed', message: "Payments from the customer's country are not taken." }
  if (methods?.includes(paymentMethod.type) === false)
    return { code: 'method_not_allowed', message: 'Payments by this method are not taken.' }
  const most = maxAmount[currency]
  if (most !== undefined && amount > most)
    return { code: 'amount_not_allowed', message: `More than ${most} is not taken.` }
  if (blockedCustomers.includes(customer.id))
    return { code: 'customer_blocked', message: 'No payment is taken from this customer.' }
  return null
}

interface ComplianceSubject {
  readonly amount: number
  readonly currency: string
  readonly customer: { readonly id: string; readonly country: string | null }
  readonly paymentMethod: { readonly type: string }
}

function brokenRule(command: Command): string | null {
  if (!textsOf(command).every(isPlainText)) return 'a text holds U+0000 or half a surrogate pair.'
  if (!idempotencyKey.test(command.idempotencyKey))
    return 'idempotencyKey is not 1 to 255 printable ASCII characters.'
  switch (command.type) {
    case 'InitiatePayment':
      if (command.addressDigest !== null && !digest.test(command.addressDigest))
        return 'addressDigest is not 16 to 128 characters of base64url.'
      return brokenTerm(command)
    case 'CapturePayment':
      return command.amount === null || isAmount(command.amount) ? null : 'amount is not a positive integer.'
    case 'CancelPayment':
      return isLongerThan(command.reason, limits.reasonLength) ? 'reason is too long.' : null
    case 'RefundPayment':
      if (command.amount !== null && !isAmount(command.amount)) return 'amount is not a positive integer.'
      return isLongerThan(command.reason, limits.reasonLength) ? 'reason is too long.' : null
    case 'RetryPayment':
    case 'CloseRefunds':
      return null
    case 'ResolveReview':
      if (command.decision === 'UNRECOGNIZED') return 'decision is of an unknown kind.'
      if (command.reason === '') return 'reason is empty.'
      return isLongerThan(command.reason, limits.reasonLength) ? 'reason is too long.' : null
    case 'ResolveOutcome':
      if (command.outcome === 'UNRECOGNIZED') return 'outcome is of an unknown kind.'
      if (command.reason === '') return 'reason is empty.'
      return isLongerThan(command.reason, limits.reasonLength) ? 'reason is too long.' : null
  }
}

function brokenTerm(terms: RequestedTerms): string | null {
  if (!isAmount(terms.amount)) return 'amount is not a positive integer.'
  if (!isCurrency(terms.currency)) return 'currency is not an ISO 4217 code in use.'
  if (terms.capture === 'UNRECOGNIZED') return 'capture is of an unknown kind.'
  if (terms.captureDelayMs !== null && !isDelay(terms.captureDelayMs))
    return 'captureDelayMs is not an integer from 0 to 31 days.'
  if (terms.captureDelayMs !== null && terms.capture === 'MANUAL')
    return 'captureDelayMs has no meaning with manual capture.'
  if (terms.paymentMethod.type === 'UNRECOGNIZED') return 'paymentMethod is of an unknown type.'
  const { id, country: code } = terms.customer
  if (id === '' || id.length > limits.customerIdLength) return 'customer.id is empty or too long.'
  if (code !== null && !country.test(code)) return 'customer.country is not two capital letters.'
  const { token, network: cardNetwork } = terms.paymentMethod
  if (cardNetwork !== null && !network.test(cardNetwork))
    return 'paymentMethod.network is not 1 to 32 of a to z, 0 to 9 and _.'
  if (token === '' || token.length > limits.tokenLength) return 'paymentMethod.token is empty or too long.'
  if (isLongerThan(terms.description, limits.descriptionLength)) return 'description is too long.'
  const entries = Object.entries(terms.metadata)
  if (entries.length > limits.metadataEntries) return 'metadata has too many entries.'
  const tooLong = entries.some(
    ([key, value]) => key.length > limits.metadataKeyLength || value.length > limits.metadataValueLength
  )
  return tooLong ? 'metadata has a key or value that is too long.' : null
}

/** What every database and every other program can hold. */
const isPlainText = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000')

const isAmount = (amount: number): boolean =>
  Number.isInteger(amount) && amount > 0 && amount <= limits.maxAmount

const isDelay = (ms: number): boolean => Number.isInteger(ms) && ms >= 0 && ms <= limits.captureDelayMs

const isLongerThan = (text: string | null, length: number): boolean => text !== null && text.length > length

/** Every text that the sender chose, and every number that a refusal may repeat. */
function textsOf(command: Command): string[] {
  switch (command.type) {
    case 'InitiatePayment': {
      const { amount, currency, customer, paymentMethod, description, metadata } = command
      const named = [
        command.idempotencyKey,
        currency,
        customer.id,
        customer.country,
        paymentMethod.token,
        paymentMethod.network
      ]
      return [
        ...named,
        command.addressDigest,
        description,
        String(amount),
        ...Object.entries(metadata).flat()
      ].map(text => text ?? '')
    }
    case 'CapturePayment':
      return [command.idempotencyKey, String(command.amount), String(command.expectedVersion)]
    case 'CancelPayment':
      return [command.idempotencyKey, command.reason ?? '', String(command.expectedVersion)]
    case 'RefundPayment': {
      const { idempotencyKey: key, reason, amount, expectedVersion } = command
      return [key, reason ?? '', String(amount), String(expectedVersion)]
    }
    case 'RetryPayment':
    case 'CloseRefunds':
      return [command.idempotencyKey, String(command.expectedVersion)]
    case 'ResolveReview': {
      const { idempotencyKey: key, reason, decidedBy, expectedVersion } = command
      return [key, reason, decidedBy, String(expectedVersion)]
    }
    case 'ResolveOutcome': {
      const { idempotencyKey: key, operationId, reference, reason, decidedBy, expectedVersion } = command
      return [key, operationId, reference ?? '', reason, decidedBy, String(expectedVersion)]
    }
  }
}
