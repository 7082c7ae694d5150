import type { Placeholder } from '../../control/notifications-document.ts'
import { declineCodes, declineReasonOf, type KnownCodes } from '../../domain/declines/codes.ts'
import { customerHints, declineReasons } from '../../domain/declines/reasons.ts'
import { formatAmount } from '../../domain/money/amounts.ts'
import { isCurrency } from '../../domain/money/currencies.ts'
import type { PaymentView } from '../../domain/payment/view.ts'
import type { CustomerView } from '../../projections/customers/queries.ts'
import type { MailFacts } from './mail-event.ts'

export interface About {
  readonly payment: PaymentView
  readonly contact: CustomerView
  /** What people call the merchant. */
  readonly merchant: string
  /** How a gateway is spoken with; undefined for one that there is not any more. */
  readonly adapterOf: (gateway: string) => string | undefined
}

/** What placeholders stand for. */
export function valuesOf(
  { amount, refunded, code, link }: MailFacts,
  { payment, contact, merchant, adapterOf }: About
): Record<Placeholder, string> {
  const money = (minorUnits: number) => shown(minorUnits, payment.currency)
  return {
    amount: money(amount ?? payment.amount),
    refunded: money(refunded ?? payment.refundedAmount),
    customer: contact.name ?? '',
    merchant,
    payment: payment.id,
    description: payment.description ?? '',
    hint: code === undefined || payment.gateway === null ? '' : hintOf(adapterOf(payment.gateway), code),
    link: link ?? ''
  }
}

/** What the customer can do about it; nothing where nobody knows what the gateway's code means. */
function hintOf(adapter: string | undefined, code: string): string {
  if (adapter === undefined || !Object.hasOwn(declineCodes, adapter)) return ''
  const reason = declineReasonOf(adapter as KnownCodes, code)
  const { hint } = declineReasons[reason]
  return reason === 'unknown' || hint === 'NOTHING' ? '' : customerHints[hint]
}

/** A history outlives currencies. */
const shown = (amount: number, currency: string): string =>
  isCurrency(currency) ? `${formatAmount(amount, currency)} ${currency}` : `${amount} ${currency}`
