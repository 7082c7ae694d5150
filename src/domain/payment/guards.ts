// The conditions of a command, each by its name. A guard answers null or why the command is refused; decide asks them
// in the order of the rejections table.
import { containsCardNumber } from '../card-number.ts'
import { isCurrency } from '../money/currencies.ts'
import type { GatewayProfile } from '../routing/route.ts'
import type { Command, OperationKind, RequestedTerms } from './commands.ts'
import { COUNTRY_PATTERN, IDEMPOTENCY_KEY_PATTERN, limits } from './limits.ts'
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

function brokenRule(command: Command): string | null {
  if (!textsOf(command).every(isPlainText)) return 'a text holds U+0000 or half a surrogate pair.'
  if (!idempotencyKey.test(command.idempotencyKey))
    return 'idempotencyKey is not 1 to 255 printable ASCII characters.'
  switch (command.type) {
    case 'InitiatePayment':
      return brokenTerm(command)
    case 'CapturePayment':
      return command.amount === null || isAmount(command.amount) ? null : 'amount is not a positive integer.'
    case 'CancelPayment':
      return isLongerThan(command.reason, limits.reasonLength) ? 'reason is too long.' : null
  }
}

function brokenTerm(terms: RequestedTerms): string | null {
  if (!isAmount(terms.amount)) return 'amount is not a positive integer.'
  if (!isCurrency(terms.currency)) return 'currency is not an ISO 4217 code in use.'
  if (terms.capture === 'UNRECOGNIZED') return 'capture is of an unknown kind.'
  if (terms.captureDelayMs !== null) return 'captureDelayMs is not supported yet.'
  if (terms.paymentMethod.type === 'UNRECOGNIZED') return 'paymentMethod is of an unknown type.'
  const { id, country: code } = terms.customer
  if (id === '' || id.length > limits.customerIdLength) return 'customer.id is empty or too long.'
  if (code !== null && !country.test(code)) return 'customer.country is not two capital letters.'
  const { token } = terms.paymentMethod
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

const isLongerThan = (text: string | null, length: number): boolean => text !== null && text.length > length

/** Every text that the sender chose, and every number that a refusal may repeat. */
function textsOf(command: Command): string[] {
  switch (command.type) {
    case 'InitiatePayment': {
      const { amount, currency, customer, paymentMethod, description, metadata } = command
      const named = [command.idempotencyKey, currency, customer.id, customer.country, paymentMethod.token]
      return [...named, description, String(amount), ...Object.entries(metadata).flat()].map(
        text => text ?? ''
      )
    }
    case 'CapturePayment':
      return [command.idempotencyKey, String(command.amount), String(command.expectedVersion)]
    case 'CancelPayment':
      return [command.idempotencyKey, command.reason ?? '', String(command.expectedVersion)]
  }
}
