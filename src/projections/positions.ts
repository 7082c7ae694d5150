import type { ClientBase, Pool } from 'pg'
import { asJsonRows } from '../platform/postgres.ts'
import type { StoredEvent, ViewName } from './view.ts'

/** The stored position is not where this projector left it: another one has taken the partition over. */
export class OutOfStepError extends Error {
  override readonly name = 'OutOfStepError'
}

/** The offset of the first event that a view has not applied; 0 before the first. */
export async function readPosition(pool: Pool, view: ViewName, partition: number): Promise<number> {
  const { rows } = await pool.query<{ next_offset: number }>(
    'SELECT next_offset FROM projection_positions WHERE view = $1 AND partition = $2',
    [view, partition]
  )
  return rows[0]?.next_offset ?? 0
}

/**
 * Moves a view's position, in the caller's transaction. The row stays locked until that ends, so that of two projectors
 * on one partition the second waits, then finds the position moved.
 * @throws OutOfStepError when the position is not `from`.
 */
export async function movePosition(
  db: ClientBase,
  view: ViewName,
  partition: number,
  { from, to }: { readonly from: number; readonly to: number }
): Promise<void> {
  const { rowCount } = await db.query(
    from === 0
      ? `INSERT INTO projection_positions AS stored (view, partition, next_offset) VALUES ($1, $2, $4)
         ON CONFLICT (view, partition) DO UPDATE SET next_offset = $4 WHERE stored.next_offset = $3`
      : 'UPDATE projection_positions SET next_offset = $4 WHERE view = $1 AND partition = $2 AND next_offset = $3',
    [view, partition, from, to]
  )
  if (rowCount !== 1) throw new OutOfStepError(`${view} is not at offset ${from} of partition ${partition}`)
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
