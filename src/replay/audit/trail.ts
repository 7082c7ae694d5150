// The tables of the audit trail as a verification reads them: all merchants' rows, as their owner, a page at a time.
import type { Pool } from 'pg'
import type { Entry } from '../../audit/chain.ts'
import { chainHeads, type Head } from '../../projections/audit/heads.ts'
import type { AuditViewName } from '../../projections/view.ts'

const PAGE = 5_000

export type TrailRow = Entry & { readonly chain: Buffer }

/** Offsets from one up to another, exclusive. */
export interface Span {
  readonly from: number
  readonly to: number
}

export class Trail {
  readonly #pool: Pool
  readonly #table: AuditViewName
  readonly #topic: string

  /** @param topic whose records the table tells of, without the prefix */
  constructor(pool: Pool, table: AuditViewName, topic: string) {
    this.#pool = pool
    this.#table = table
    this.#topic = topic
  }

  /** Rows in the order of their offsets. */
  async *rows(partition: number, { from, to }: Span): AsyncGenerator<TrailRow[]> {
    for (let next = from; ;) {
      const { rows } = await this.#pool.query<Omit<TrailRow, 'topic' | 'partition'>>(
        `SELECT record_offset AS offset, number, record_id AS "recordId", type, subject, merchant_id AS "merchantId",
           causation_id AS "causationId", decided_by AS "decidedBy",
           (extract(epoch FROM occurred_at) * 1000000)::bigint AS "occurredAt", digest, chain
         FROM ${this.#table} WHERE partition = $1 AND record_offset >= $2 AND record_offset < $3
         ORDER BY record_offset LIMIT ${PAGE}`,
        [partition, next, to]
      )
      if (rows.length > 0) yield rows.map(row => ({ ...row, topic: this.#topic, partition }))
      if (rows.length < PAGE) return
      next = rows.at(-1)!.offset + 1
    }
  }

  /** By `<partition>/<offset>`; what is not there is absent. */
  async at(
    places: readonly { readonly partition: number; readonly offset: number }[]
  ): Promise<ReadonlyMap<string, Pick<TrailRow, 'number' | 'chain'>>> {
    const { rows } = await this.#pool.query<{ place: string; number: number; chain: Buffer }>(
      `SELECT partition || '/' || record_offset AS place, number, chain
       FROM unnest($1::integer[], $2::bigint[]) AS wanted (partition, record_offset)
       JOIN ${this.#table} USING (partition, record_offset)`,
      [places.map(({ partition }) => partition), places.map(({ offset }) => offset)]
    )
    return new Map(rows.map(({ place, ...row }) => [place, row]))
  }

  async head(partition: number): Promise<Head | null> {
    const heads = await chainHeads(this.#pool, this.#table, [partition])
    return heads.get(partition) ?? null
  }

  /** The offset of the first record of the partition that the table does not claim to show. */
  async position(partition: number): Promise<number> {
    const { rows } = await this.#pool.query<{ position: number }>(
      'SELECT next_offset AS position FROM projection_positions WHERE view = $1 AND partition = $2',
      [this.#table, partition]
    )
    return rows[0]?.position ?? 0
  }
}
