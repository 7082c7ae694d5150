// From the event store into deliveries and mails. The position moves in the same transaction, and a webhook's id follows from the event
// and the endpoint: so reading an event again, for whatever reason, never sends anything again.
import type { ClientBase } from 'pg'
import type { JobQueue } from '../platform/job-queue.ts'
import { asJsonRows } from '../platform/postgres.ts'
import { decodeEvent } from '../projections/event-view.ts'
import type { Sink, StoredPaymentEvent } from '../projections/view.ts'
import { eventColumns } from './event-columns.ts'
import { laneJob, laneKey, type Lane } from './lane.ts'
import { takeInMails, type MailIntakeDeps } from './mail/intake.ts'
import { mailEventOf, type MailEvent } from './mail/mail-event.ts'
import { webhookEventOf, webhookIdOf, type WebhookEvent } from './webhook.ts'

/** Of the position. */
export const INTAKE = 'webhooks'

interface TakingEndpoint {
  readonly id: string
  readonly merchant_id: string
  readonly event_types: readonly string[] | null
  /** By partition. */
  readonly takes_from: Readonly<Record<string, number>>
}

/** An event, as those read it who are told of it. */
interface ToldEvent {
  readonly webhook: WebhookEvent
  readonly mail: MailEvent | null
}

/**
 * One position serves both, since both follow from the same events in the same transaction.
 * @param queue where lanes with something new are put
 * @param mails null where there are none
 */
export const intake = (
  queue: Pick<JobQueue<Lane>, 'put'>,
  mails: MailIntakeDeps | null
): Sink<ToldEvent> => ({
  name: INTAKE,
  topic: 'events',
  isSelective: true,
  read: (record, partition, codec) => {
    const event = decodeEvent(record, partition, codec)
    const webhook = webhookEventOf(event)
    if (webhook === null) return null
    return { webhook, mail: mails === null ? null : mailEventOf(event as StoredPaymentEvent) }
  },
  async apply(db, events) {
    await takeIn(
      db,
      events.map(({ webhook }) => webhook),
      queue
    )
    if (mails === null) return
    await takeInMails(
      db,
      events.map(({ webhook: { partition, offset }, mail }) => ({ partition, offset, mail })),
      mails
    )
  },
  describe: () => null
})

async function takeIn(
  db: ClientBase,
  events: readonly WebhookEvent[],
  queue: Pick<JobQueue<Lane>, 'put'>
): Promise<void> {
  if (events.length === 0) return
  const endpoints = await endpointsOf(db, new Set(events.map(({ merchantId }) => merchantId)))
  const rows = events.flatMap(event =>
    (endpoints.get(event.merchantId) ?? [])
      .filter(endpoint => takes(endpoint, event))
      .map(endpoint => rowOf(event, endpoint))
  )
  if (rows.length === 0) return
  const { rows: made } = await db.query<{ endpoint_id: string; payment_id: string }>(
    `INSERT INTO webhook_deliveries (id, endpoint_id, merchant_id, payment_id, sequence, event_id, event_type, occurred_at,
       body, status, is_again, attempts, tries, next_attempt_at, created_at)
     SELECT id, endpoint_id, merchant_id, payment_id, sequence, event_id, event_type, occurred_at,
       body, 'pending', false, 0, 0, now(), date_trunc('milliseconds', now())
     FROM json_populate_recordset(NULL::webhook_deliveries, $1)
     ON CONFLICT (id) DO NOTHING
     RETURNING endpoint_id, payment_id`,
    [asJsonRows(rows)]
  )
  const lanes = made.map(row => ({
    ...{ endpointId: row.endpoint_id, paymentId: row.payment_id },
    isAgain: false
  }))
  const each = new Map(lanes.map(lane => [laneKey(lane), lane]))
  // Also of endpoints that are paused: one may be resumed at this very moment, and would not see what is not committed.
  await queue.put(
    db,
    [...each.values()].map(lane => laneJob(lane))
  )
}

/** An endpoint that is deleted meanwhile is waited for and left out; one that is found stays until the transaction ends. */
async function endpointsOf(
  db: ClientBase,
  merchantIds: ReadonlySet<string>
): Promise<ReadonlyMap<string, TakingEndpoint[]>> {
  const { rows } = await db.query<TakingEndpoint>(
    `SELECT id, merchant_id, event_types, takes_from FROM webhook_endpoints
     WHERE merchant_id = ANY($1) AND status <> 'disabled' FOR KEY SHARE`,
    [[...merchantIds]]
  )
  return Map.groupBy(rows, ({ merchant_id }) => merchant_id)
}

const takes = ({ event_types, takes_from }: TakingEndpoint, { type, partition, offset }: WebhookEvent) =>
  offset >= (takes_from[partition] ?? 0) && (event_types === null || event_types.includes(type))

const rowOf = (event: WebhookEvent, { id: endpointId }: TakingEndpoint) => ({
  id: webhookIdOf(event.id, endpointId),
  endpoint_id: endpointId,
  ...eventColumns(event),
  body: event.body
})
