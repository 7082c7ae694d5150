// Sends the mails that are due about a payment.
//
// A mail is handed over before that is recorded, so one whose sender dies in between is sent again, as the same message. To
// whom it goes is read when it is sent, and kept nowhere: whoever was erased meanwhile gets nothing.
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { ControlTable, KnownMerchant } from '../../control/table.ts'
import type { NotificationSettings } from '../../control/notifications-document.ts'
import type { PaymentView } from '../../domain/payment/view.ts'
import type { JobQueue } from '../../platform/job-queue.ts'
import { inTransaction } from '../../platform/postgres.ts'
import type { CustomerView } from '../../projections/customers/queries.ts'
import { takeTurn } from '../lane-turn.ts'
import { pauseAfter } from '../retry-schedule.ts'
import { mailJob, type MailLane } from './lane.ts'
import { messageIdOf, type MailFacts } from './mail-event.ts'
import type { Mailer, Sent } from './mailer.ts'
import type { NotificationRow } from './notification.ts'
import { valuesOf } from './values.ts'
import { wordsOf } from './words.ts'

/** What is read when a mail is sent. */
export interface MailReads {
  payment(merchantId: string, id: string): Promise<PaymentView | null>
  contact(merchantId: string, customerId: string): Promise<CustomerView | null>
  /** Whether all contact details can be read that were written before now. */
  contactsAreThere(): Promise<boolean>
}

export interface MailRunnerDeps {
  /** As the owner of the tables. */
  readonly pool: Pool
  readonly queue: Pick<JobQueue<MailLane>, 'put'>
  readonly control: Pick<ControlTable, 'merchant' | 'gatewayProfiles'>
  readonly reads: MailReads
  readonly mailer: Pick<Mailer, 'send'>
  /** Milliseconds after each failed attempt. */
  readonly pausesMs: readonly number[]
  readonly attempted: (outcome: Sent['outcome'] | 'skipped') => void
  readonly log: Logger
}

/** Milliseconds after which a read model is asked again that has not come as far. */
const BEHIND_MS = 1_000

interface Head extends NotificationRow {
  readonly event_id: string
  readonly facts: MailFacts
  readonly is_due: boolean
}

type Outcome = Sent | { readonly outcome: 'skipped'; readonly reason: string }

export class MailRunner {
  readonly #deps: MailRunnerDeps

  constructor(deps: MailRunnerDeps) {
    this.#deps = deps
  }

  /** @throws when the database cannot be reached: to be tried again */
  run(lane: MailLane, signal: AbortSignal): Promise<void> {
    const { pool, queue } = this.#deps
    return takeTurn(
      {
        next: () => this.#headOf(lane),
        attempt: async head => {
          const outcome = await this.#attempt(head)
          if (outcome === null) return new Date(Date.now() + BEHIND_MS)
          await this.#record(head, outcome)
          return null
        },
        putBack: at => inTransaction(pool, db => queue.put(db, [mailJob(lane, at)]))
      },
      signal
    )
  }

  async #headOf({ paymentId }: MailLane): Promise<Head | null> {
    const { rows } = await this.#deps.pool.query<Head>(
      `SELECT *, coalesce(next_attempt_at <= now(), true) AS is_due FROM notifications
       WHERE payment_id = $1 AND status = 'pending' ORDER BY sequence LIMIT 1`,
      [paymentId]
    )
    return rows[0] ?? null
  }

  /** Null while what is needed cannot be read yet. */
  async #attempt(head: Head): Promise<Outcome | null> {
    const { control, reads } = this.#deps
    const merchant = control.merchant(head.merchant_id)
    const settings = merchant?.notifications
    if (merchant === undefined || settings?.events.includes(head.event_type) !== true)
      return { outcome: 'skipped', reason: 'not_wanted' }
    const payment = await reads.payment(head.merchant_id, head.payment_id)
    if (payment === null || payment.version < head.sequence) return null
    const contact = await this.#contactOf(head.merchant_id, payment.customer.id)
    if (contact === 'unknown') return null
    if (contact?.email === undefined) return { outcome: 'skipped', reason: 'no_address' }
    return this.#send(head, { merchant, settings, payment, contact, address: contact.email })
  }

  /** Contact details were written before the payment; that there are none is certain once all from then can be read. */
  async #contactOf(merchantId: string, customerId: string): Promise<CustomerView | null | 'unknown'> {
    const { reads } = this.#deps
    const contact = await reads.contact(merchantId, customerId)
    if (contact !== null) return contact
    return (await reads.contactsAreThere()) ? reads.contact(merchantId, customerId) : 'unknown'
  }

  #send(
    { event_id, event_type, facts }: Head,
    to: {
      readonly merchant: KnownMerchant
      readonly settings: NotificationSettings
      readonly payment: PaymentView
      readonly contact: CustomerView
      readonly address: string
    }
  ): Promise<Sent> {
    const { merchant, settings, payment, contact, address } = to
    const adapterOf = (gateway: string) =>
      this.#deps.control.gatewayProfiles().find(({ id }) => id === gateway)?.adapter
    const values = valuesOf(facts, { payment, contact, merchant: merchant.name, adapterOf })
    return this.#deps.mailer.send({
      from: { name: settings.fromName ?? merchant.name, address: settings.from },
      replyTo: settings.replyTo ?? null,
      to: { name: '', address },
      ...wordsOf(event_type, settings, values),
      messageId: messageIdOf(event_id, payment.customer.id)
    })
  }

  async #record(head: Head, result: Outcome): Promise<void> {
    const { pool, pausesMs, attempted, log } = this.#deps
    const { outcome } = result
    const pause = outcome === 'failed' ? pauseAfter(pausesMs, head.attempts + 1, null) : null
    const ended = { sent: 'sent', skipped: 'skipped', refused: 'failed', failed: 'failed' } as const
    const status = pause === null ? ended[outcome] : 'pending'
    const reason = outcome === 'sent' ? null : result.reason
    // One that somebody else has ended meanwhile stays ended.
    await pool.query(
      `UPDATE notifications SET status = $2, reason = $3, attempts = attempts + $4,
         next_attempt_at = CASE WHEN $2 = 'pending' THEN now() + make_interval(secs => $5) END,
         sent_at = CASE WHEN $2 = 'sent' THEN now() END
       WHERE id = $1 AND status = 'pending'`,
      [head.id, status, reason, outcome === 'skipped' ? 0 : 1, (pause ?? 0) / 1000]
    )
    attempted(outcome)
    const about = { notificationId: head.id, paymentId: head.payment_id, outcome, reason }
    if (status === 'failed') log.warn(about, 'a customer cannot be told')
    else log.debug(about, 'dealt with a notification')
  }
}
