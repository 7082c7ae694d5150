import type { NotificationType } from '../../control/notifications-document.ts'
import type { ReadDatabase } from '../../projections/read-database.ts'
import type { Page, PageRequest } from '../../page.ts'
import { pageOf, startOf } from '../page.ts'

export const notificationStatuses = ['pending', 'sent', 'failed', 'skipped'] as const
export type NotificationStatus = (typeof notificationStatuses)[number]

/** A row of the table `notifications`, as far as it is shown. */
export interface NotificationRow {
  readonly id: string
  readonly merchant_id: string
  readonly payment_id: string
  readonly sequence: number
  readonly event_type: NotificationType
  readonly status: NotificationStatus
  readonly reason: string | null
  readonly attempts: number
  readonly next_attempt_at: Date | null
  readonly created_at: Date
  readonly sent_at: Date | null
}

/** A notification as the API lists it: without whom it went to. */
export interface NotificationView {
  readonly id: string
  readonly paymentId: string
  readonly sequence: number
  readonly eventType: NotificationType
  readonly status: NotificationStatus
  readonly reason: string | null
  readonly attemptCount: number
  readonly nextAttemptAt: string | null
  readonly createdAt: string
  readonly sentAt: string | null
}

export interface NotificationFilter {
  readonly paymentId?: string
  readonly status?: NotificationStatus
}

/**
 * Newest first.
 * @throws ApiError query_invalid for a cursor that is none of ours
 */
export async function listNotifications(
  reads: ReadDatabase,
  merchantId: string,
  { paymentId, status }: NotificationFilter,
  page: PageRequest
): Promise<Page<NotificationView>> {
  const start = startOf(page)
  const rows = await reads.ofMerchant<NotificationRow>(
    merchantId,
    `SELECT * FROM notifications
     WHERE merchant_id = $1 AND ($2::text IS NULL OR payment_id = $2) AND ($3::text IS NULL OR status = $3)
       AND (created_at, id) < ($4, $5)
     ORDER BY created_at DESC, id DESC LIMIT $6`,
    [paymentId ?? null, status ?? null, start.createdAt, start.id, page.limit + 1]
  )
  return pageOf(rows, page, viewOf)
}

const viewOf = (row: NotificationRow): NotificationView => ({
  id: row.id,
  paymentId: row.payment_id,
  sequence: row.sequence,
  eventType: row.event_type,
  status: row.status,
  reason: row.reason,
  attemptCount: row.attempts,
  nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
  sentAt: row.sent_at?.toISOString() ?? null
})
