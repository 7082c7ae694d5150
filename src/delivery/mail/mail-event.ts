// What customers can be told: events of a payment, without whom it is about.
import { hash } from 'node:crypto'
import type { NotificationType } from '../../control/notifications-document.ts'
import type { StoredPaymentEvent } from '../../projections/view.ts'

/** What an event says that is told. */
export interface MailFacts {
  /** Minor units; the payment's unless given. */
  readonly amount?: number
  /** Minor units that were given back in all. */
  readonly refunded?: number
  /** The gateway's code of a failure. */
  readonly code?: string
  /** Where the customer has to go. */
  readonly link?: string
}

/** A record of the event store, whether customers are told of it or not. */
export interface ReadEvent {
  readonly partition: number
  readonly offset: number
  /** Null for what no customer is told. */
  readonly mail: MailEvent | null
}

export interface MailEvent {
  readonly id: string
  readonly type: NotificationType
  readonly merchantId: string
  readonly paymentId: string
  readonly sequence: number
  /** Epoch milliseconds. */
  readonly occurredAt: number
  readonly facts: MailFacts
}

/** Null for what no customer is told. */
export function mailEventOf(event: StoredPaymentEvent): MailEvent | null {
  const told = toldOf(event)
  if (told === null) return null
  const { eventId: id, merchantId, paymentId, sequence, occurredAt } = event.value
  return { id, merchantId, paymentId, sequence: sequence!, occurredAt, ...told }
}

function toldOf({ type, value }: StoredPaymentEvent): Pick<MailEvent, 'type' | 'facts'> | null {
  switch (type) {
    case 'PaymentCompleted':
      return { type: 'payment.completed', facts: { amount: value.amount } }
    case 'PaymentFailed':
      // Where money moved, the customer hears of it when it is back.
      if (value.stage === 'SETTLEMENT' || value.stage === 'REFUND') return null
      return { type: 'payment.failed', facts: { code: value.code } }
    case 'CustomerActionRequired':
      return isPage(value.redirectUrl)
        ? { type: 'payment.action_required', facts: { link: value.redirectUrl } }
        : null
    case 'PaymentPartiallyRefunded':
      return {
        type: 'payment.partially_refunded',
        facts: { amount: value.amount, refunded: value.refundedAmount }
      }
    case 'PaymentRefunded':
      return { type: 'payment.refunded', facts: { amount: value.amount, refunded: value.refundedAmount } }
    default:
      return null
  }
}

/** Nobody is sent a link that leads to something else than a page. */
const isPage = (url: string | null): url is string => url !== null && /^https?:\/\/[^\s<>"]+$/.test(url)

const digestOf = (...parts: string[]): string => hash('sha256', parts.join('\n'), 'base64url').slice(0, 32)

/** Follows from the event, so that reading it again makes no second mail. */
export const notificationIdOf = (eventId: string): string => `ntf_${digestOf(eventId)}`

/** Follows from event and customer: a mail that is sent again is the same mail, and mail programs show it once. */
export const messageIdOf = (eventId: string, customerId: string): string =>
  `<${digestOf(eventId, customerId)}@notifications.aegispay>`
