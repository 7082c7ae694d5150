import type { ClientBase, Pool } from 'pg'
import { asJsonRows } from '../platform/postgres.ts'
import type { ReadDatabase } from './read-database.ts'
import { eventViewNames, type StoredEvent, type SinkName, type ViewName } from './view.ts'

/** The stored position is not where this projector left it: another one has taken the partition over. */
export class OutOfStepError extends Error {
  override readonly name = 'OutOfStepError'
}

/**
 * The offset of the first event that a view has not applied; 0 before the first. Waits for a transaction that is moving
 * the position.
 */
export async function readPosition(pool: Pool, view: SinkName, partition: number): Promise<number> {
  const { rows } = await pool.query<{ next_offset: number }>(
    `INSERT INTO projection_positions AS stored (view, partition, next_offset) VALUES ($1, $2, 0)
     ON CONFLICT (view, partition) DO UPDATE SET next_offset = stored.next_offset
     RETURNING next_offset`,
    [view, partition]
  )
  return rows[0]!.next_offset
}

/** Where to begin with partitions that were never read; the others stay where they are. */
export async function beginAt(
  pool: Pool,
  view: SinkName,
  offsets: ReadonlyMap<number, number>
): Promise<void> {
  await pool.query(
    `INSERT INTO projection_positions (view, partition, next_offset)
     SELECT $1, * FROM unnest($2::integer[], $3::bigint[]) ON CONFLICT DO NOTHING`,
    [view, [...offsets.keys()], [...offsets.values()]]
  )
}

/** By view and partition, the offset of the first event that is not applied; nothing of what was never read. */
export async function storedPositions(
  reads: Pick<ReadDatabase, 'ofNoMerchant'>
): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
  const rows = await reads.ofNoMerchant<{ view: string; partition: number; next_offset: number }>(
    'SELECT view, partition, next_offset FROM projection_positions'
  )
  const byView = Map.groupBy(rows, ({ view }) => view)
  return new Map(
    [...byView].map(([view, stored]) => [
      view,
      new Map(stored.map(({ partition, next_offset }) => [partition, next_offset]))
    ])
  )
}

/** By partition, the offset before which every view of the event store shows all events; without those that were never read. */
export async function visibleThrough(db: ReadDatabase): Promise<ReadonlyMap<number, number>> {
  const rows = await db.ofNoMerchant<{ partition: number; next_offset: number }>(
    `SELECT partition, min(next_offset) AS next_offset FROM projection_positions WHERE view = ANY($1)
     GROUP BY partition HAVING count(*) = cardinality($1)`,
    [eventViewNames]
  )
  return new Map(rows.map(({ partition, next_offset }) => [partition, next_offset]))
}

/** The move of a partition's position over events that are applied with it. */
export interface Move {
  readonly partition: number
  readonly from: number
  readonly to: number
}

/**
 * Moves positions of a view that have been read before, in the caller's transaction. The rows stay locked until that
 * ends, so that of two projectors on one partition the second waits, then finds the position moved.
 * @throws OutOfStepError when one of them is not at its `from`.
 */
export async function movePositions(db: ClientBase, view: SinkName, moves: readonly Move[]): Promise<void> {
  const { rowCount } = await db.query(
    `UPDATE projection_positions AS stored SET next_offset = moved.next_offset
     FROM unnest($2::integer[], $3::bigint[], $4::bigint[]) AS moved (partition, from_offset, next_offset)
     WHERE stored.view = $1 AND stored.partition = moved.partition AND stored.next_offset = moved.from_offset`,
    [view, moves.map(({ partition }) => partition), moves.map(({ from }) => from), moves.map(({ to }) => to)]
  )
  if (rowCount !== moves.length) {
    const expected = moves.map(({ partition, from }) => `${from} of partition ${partition}`)
    throw new OutOfStepError(`${view} is not at offset ${expected.join(', or not at ')}`)
  }
}

/**
 * Notes the inputs whose effects the events are, in the caller's transaction. The owner writes all events of one input
 * in one record batch, and batches are applied whole, so an input that is seen is seen completely.
 */
export async function noteInputs(
  db: ClientBase,
  view: ViewName,
  events: readonly StoredEvent[]
): Promise<void> {
  const inputs = lastInputs(events)
  if (inputs.length === 0) return
  await db.query(
    `INSERT INTO projection_inputs AS stored (view, topic, partition, handled_through)
     SELECT $1, topic, partition, handled_through
     FROM json_populate_recordset(NULL::projection_inputs, $2)
     ON CONFLICT (view, topic, partition)
     DO UPDATE SET handled_through = greatest(stored.handled_through, EXCLUDED.handled_through)`,
    [view, asJsonRows(inputs)]
  )
}

interface Input {
  readonly topic: string
  readonly partition: number
  handled_through: number
}

function lastInputs(events: readonly StoredEvent[]): Input[] {
  const inputs = new Map<string, Input>()
  for (const event of events) {
    const { inputTopic: topic, inputPartition: partition, inputOffset: offset } = event.value
    if (topic !== null && partition !== null && offset !== null) note(inputs, topic, partition, offset)
    if (event.type === 'InputsHandled')
      note(inputs, event.value.topic, event.value.partition, event.value.throughOffset)
  }
  return [...inputs.values()]
}

function note(inputs: Map<string, Input>, topic: string, partition: number, offset: number): void {
  const key = `${topic}/${partition}`
  const known = inputs.get(key)
  if (known === undefined) inputs.set(key, { topic, partition, handled_through: offset })
  else if (offset > known.handled_through) known.handled_through = offset
}
