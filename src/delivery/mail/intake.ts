// From events into mails that wait, in the transaction that moves delivery's position.
import type { ClientBase } from 'pg'
import type { ControlTable } from '../../control/table.ts'
import type { JobQueue } from '../../platform/job-queue.ts'
import { asJsonRows } from '../../platform/postgres.ts'
import { eventColumns } from '../event-columns.ts'
import { mailJob, type MailLane } from './lane.ts'
import { notificationIdOf, type MailEvent, type ReadEvent } from './mail-event.ts'

export interface MailIntakeDeps {
  readonly control: Pick<ControlTable, 'merchant'>
  readonly queue: Pick<JobQueue<MailLane>, 'put'>
}

/** @param events of each partition consecutive ones */
export async function takeInMails(
  db: ClientBase,
  events: readonly ReadEvent[],
  { control, queue }: MailIntakeDeps
): Promise<void> {
  const isNew = await moveOn(db, events)
  const told = events
    .filter(isNew)
    .flatMap(({ mail }) => mail ?? [])
    .filter(
      ({ merchantId, type }) => control.merchant(merchantId)?.notifications?.events.includes(type) === true
    )
  if (told.length === 0) return
  const { rows } = await db.query<MailLane>(
    `INSERT INTO notifications (id, merchant_id, payment_id, sequence, event_id, event_type, occurred_at, facts,
       status, attempts, next_attempt_at, created_at)
     SELECT id, merchant_id, payment_id, sequence, event_id, event_type, occurred_at, facts,
       'pending', 0, now(), date_trunc('milliseconds', now())
     FROM json_populate_recordset(NULL::notifications, $1)
     ON CONFLICT (id) DO NOTHING
     RETURNING merchant_id AS "merchantId", payment_id AS "paymentId"`,
    [asJsonRows(told.map(rowOf))]
  )
  const lanes = new Map(rows.map(lane => [lane.paymentId, lane]))
  await queue.put(
    db,
    [...lanes.values()].map(lane => mailJob(lane))
  )
}

/** Notes how far has been read, and answers which events were not read before. */
async function moveOn(db: ClientBase, events: readonly ReadEvent[]): Promise<(event: ReadEvent) => boolean> {
  const ends = new Map<number, number>()
  for (const { partition, offset } of events) ends.set(partition, offset + 1)
  const { rows } = await db.query<{ partition: number; before: number }>(
    `WITH known AS (SELECT * FROM notification_intake WHERE partition = ANY($1))
     INSERT INTO notification_intake AS stored (partition, next_offset)
     SELECT * FROM unnest($1::integer[], $2::bigint[])
     ON CONFLICT (partition) DO UPDATE SET next_offset = greatest(stored.next_offset, EXCLUDED.next_offset)
     RETURNING partition,
       coalesce((SELECT next_offset FROM known WHERE known.partition = stored.partition), 0) AS before`,
    [[...ends.keys()], [...ends.values()]]
  )
  const before = new Map(rows.map(row => [row.partition, row.before]))
  return ({ partition, offset }) => offset >= before.get(partition)!
}

const rowOf = (event: MailEvent) => ({
  id: notificationIdOf(event.id),
  ...eventColumns(event),
  facts: event.facts
})

/** By one statement. */
const LANES_AT_ONCE = 5000

/** Puts every lane into the queue in which something waits, within the caller's transaction. */
export async function queuePendingMails(
  db: ClientBase,
  queue: Pick<JobQueue<MailLane>, 'put'>
): Promise<void> {
  let last = ''
  for (;;) {
    const { rows } = await db.query<MailLane>(
      `SELECT DISTINCT payment_id AS "paymentId", merchant_id AS "merchantId" FROM notifications
       WHERE status = 'pending' AND payment_id > $1 ORDER BY 1 LIMIT $2`,
      [last, LANES_AT_ONCE]
    )
    await queue.put(
      db,
      rows.map(lane => mailJob(lane))
    )
    if (rows.length < LANES_AT_ONCE) return
    last = rows.at(-1)!.paymentId
  }
}
