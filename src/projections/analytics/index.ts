import type { ClientBase } from 'pg'
import { asJsonRows } from '../../platform/postgres.ts'
import { eventView } from '../event-view.ts'
import { isSequenced, type StoredEvent, type StoredSequencedEvent } from '../view.ts'
import { counted, latencies, rowDimensions, summed } from './measures.ts'
import { Tally } from './tally.ts'
import type { TrackedPayment } from './tracked-payment.ts'

/** What happened, counted by the hour and by the day, and what is under way. */
export const analyticsView = eventView({
  name: 'analytics',
  tables: ['analytics', 'analytics_declines', 'analytics_in_flight', 'analytics_payments'],
  apply
})

/** One statement loads the payments concerned, and one for each table adds to it, however many events there are. */
async function apply(db: ClientBase, events: readonly StoredEvent[]): Promise<void> {
  const sequenced = events.filter(isSequenced)
  if (sequenced.length === 0) return
  const tally = new Tally(await load(db, sequenced))
  for (const event of sequenced) tally.take(event)
  const rows = tally.rows()
  for (const [table, statement] of statements) {
    if (rows[table].length > 0) await db.query(statement, [asJsonRows(rows[table])])
  }
}

async function load(
  db: ClientBase,
  events: readonly StoredSequencedEvent[]
): Promise<Map<string, TrackedPayment>> {
  const ids = new Set(events.map(({ value }) => value.paymentId))
  const { rows } = await db.query<TrackedPayment>('SELECT * FROM analytics_payments WHERE id = ANY($1)', [
    [...ids]
  ])
  return new Map(rows.map(row => [row.id, row]))
}

const addition = (column: string) => `${column} = stored.${column} + EXCLUDED.${column}`

/** Bin by bin. */
const binwise = (
  column: string
) => `${column} = CASE EXCLUDED.${column} WHEN '{}' THEN stored.${column} ELSE (
  SELECT jsonb_object_agg(bin, counts) FROM (
    SELECT bin, sum(in_bin::bigint) AS counts FROM (
      SELECT * FROM jsonb_each_text(stored.${column}) UNION ALL SELECT * FROM jsonb_each_text(EXCLUDED.${column})
    ) AS both_of_them (bin, in_bin) GROUP BY bin
  ) AS summed) END`

const place = ['merchant_id', 'grain', 'starts_at', 'partition', ...rowDimensions]

const adding = (table: string, key: readonly string[], changes: readonly string[]): string =>
  `INSERT INTO ${table} AS stored SELECT * FROM json_populate_recordset(NULL::${table}, $1)
   ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${changes.join(', ')}`

/** What may change of a payment that is tracked. */
const moving = [
  ...['status', 'gateway', 'variant', 'fee', 'authorized_amount', 'captured_amount'],
  ...['attempt', 'begun_at', 'asked_at', 'refunds']
]

const statements = [
  [
    'analytics_payments',
    adding(
      'analytics_payments',
      ['id'],
      moving.map(column => `${column} = EXCLUDED.${column}`)
    )
  ],
  [
    'analytics',
    adding('analytics', place, [
      ...summed.flatMap(measure => [addition(measure), addition(`${measure}_amount`)]),
      ...counted.map(addition),
      ...latencies.map(binwise)
    ])
  ],
  [
    'analytics_declines',
    adding(
      'analytics_declines',
      [...place, 'subject', 'stage', 'code', 'decline_type'],
      [addition('declines')]
    )
  ],
  [
    'analytics_in_flight',
    adding(
      'analytics_in_flight',
      ['merchant_id', 'currency', 'status', 'partition'],
      [addition('in_flight'), addition('in_flight_amount')]
    )
  ]
] as const
