// What is kept of a payment to which nothing more happens by itself.
import { isOpenCompensation } from './compensations.ts'
import type { Payment, PaymentState } from './state.ts'
import type { PaymentStatus } from './statuses.ts'

/** Where the token has done its work. A failed payment keeps it, since it may be tried again. */
const CHARGED_OR_NEVER: ReadonlySet<PaymentStatus> = new Set([
  'COMPLETED',
  'PARTIALLY_REFUNDED',
  'REFUNDED',
  'CANCELLED',
  'EXPIRED'
])

const isAtItsEnd = ({ status, operation, compensations }: Payment): boolean =>
  operation === null &&
  !compensations.some(isOpenCompensation) &&
  (status === 'FAILED' || CHARGED_OR_NEVER.has(status))

/** Nothing more happens to it unless somebody asks for it. One that was refused at once is closed, too. */
export const isClosed = ({ payment }: PaymentState): boolean => payment === null || isAtItsEnd(payment)

/** Lets the payment method go when nobody can be charged by it any more. */
export function letGo(state: PaymentState): PaymentState {
  const { payment } = state
  if (payment === null || payment.paymentMethod === null || payment.operation !== null) return state
  if (!CHARGED_OR_NEVER.has(payment.status)) return state
  return { ...state, payment: { ...payment, paymentMethod: null } }
}
