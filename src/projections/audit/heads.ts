// Where the chains of an audit table end.
import type { ClientBase, Pool } from 'pg'
import type { AuditViewName } from '../view.ts'

export interface Head {
  readonly partition: number
  readonly offset: number
  readonly number: number
  readonly chain: Buffer
}

/** Of these partitions, by number; a partition without entries is absent. */
export async function chainHeads(
  db: ClientBase | Pool,
  table: AuditViewName,
  partitions: readonly number[]
): Promise<Map<number, Head>> {
  const { rows } = await db.query<Head>(
    `SELECT wanted AS partition, record_offset AS offset, number, chain
     FROM unnest($1::integer[]) AS wanted CROSS JOIN LATERAL (
       SELECT record_offset, number, chain FROM ${table} WHERE partition = wanted ORDER BY record_offset DESC LIMIT 1
     ) AS last`,
    [partitions]
  )
  return new Map(rows.map(head => [head.partition, head]))
}
