// Mails to customers: their queue, and who sends them.
import type { Admin } from 'kafkajs'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { ControlTable } from '../../control/table.ts'
import type { Settings } from '../../platform/config/settings.ts'
import { JobQueue } from '../../platform/job-queue.ts'
import { logBounds } from '../../platform/kafka/log-bounds.ts'
import type { Metrics } from '../../platform/metrics.ts'
import { inTransaction } from '../../platform/postgres.ts'
import { findCustomer, heldContacts } from '../../projections/customers/queries.ts'
import { findPayment } from '../../projections/payments/queries.ts'
import type { ReadDatabase } from '../../projections/read-database.ts'
import { topicNames } from '../../topics.ts'
import { Dispatcher } from '../dispatcher.ts'
import { queuePendingMails, type MailIntakeDeps } from './intake.ts'
import { MAIL_LANES, type MailLane } from './lane.ts'
import { MailRunner, type MailReads } from './mail-runner.ts'
import { Mailer } from './mailer.ts'

export interface MailDeps {
  readonly admin: Admin
  /** As the owner of the tables. */
  readonly pool: Pool
  readonly reads: ReadDatabase
  readonly control: ControlTable
  /** Of topics. */
  readonly prefix: string
  readonly settings: Settings['mail']
  readonly metrics: Metrics
  readonly log: Logger
}

export interface Mails {
  readonly intake: MailIntakeDeps
  /** Says that something was put in here. */
  wake(): void
  /** Why nothing is sent; null when all is well. */
  trouble(): string | null
  stop(): Promise<void>
}

/** Null without a mail server. @throws when the database cannot be reached */
export async function startMails(deps: MailDeps): Promise<Mails | null> {
  const { pool, control, metrics, log, settings } = deps
  const { host } = settings
  if (host === null) {
    log.info('customers get no mail, whatever their merchants ask for: AEGISPAY_SMTP_HOST is not set')
    return null
  }
  const queue = await JobQueue.connect<MailLane>(pool, MAIL_LANES, log)
  // The queue may have been lost, or left behind when the tables were copied.
  await inTransaction(pool, db => queuePendingMails(db, queue))
  const attempts = metrics.counter('aegispay_mail_attempts_total')
  const mailer = new Mailer({ ...settings, host })
  const dispatcher = new Dispatcher(
    queue,
    new MailRunner({
      ...{ pool, queue, control, mailer, log },
      reads: readsOf(deps),
      pausesMs: settings.retryMs.map(Number),
      attempted: outcome => attempts.inc({ outcome })
    }),
    log
  )
  return {
    intake: { control, queue },
    wake: () => dispatcher.wake(),
    trouble: () => dispatcher.trouble,
    async stop() {
      await dispatcher.stop(() => mailer.stop())
      await queue.stop()
    }
  }
}

function readsOf({ admin, reads, prefix }: MailDeps): MailReads {
  const topic = topicNames(prefix).customers
  return {
    payment: (merchantId, id) => findPayment(reads, merchantId, id),
    contact: (merchantId, customerId) => findCustomer(reads, { merchantId, customerId }),
    async contactsAreThere() {
      const ends = await logBounds(admin, topic)
      const applied = await heldContacts(reads).applied()
      return [...ends].every(([partition, { end }]) => (applied.get(partition) ?? 0) >= end)
    }
  }
}
