// What somebody with the rights of the database's owner does to the audit trail, and how that is put right again.
import type { Pool } from 'pg'
import { entryHash, GENESIS } from '../../../src/audit/chain.ts'
import { Trail, type TrailRow } from '../../../src/replay/audit/trail.ts'

const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER }

export class Tampering {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** Changes rows past the trigger, as an owner can. */
  async change(text: string, values: unknown[] = []): Promise<void> {
    await this.#pool.query('ALTER TABLE audit DISABLE TRIGGER USER')
    await this.#pool.query(text, values)
    await this.#pool.query('ALTER TABLE audit ENABLE TRIGGER USER')
  }

  async keep(): Promise<void> {
    await this.#pool.query('CREATE TABLE kept AS TABLE audit')
  }

  async restore(): Promise<void> {
    await this.change('WITH gone AS (DELETE FROM audit) SELECT')
    await this.change('INSERT INTO audit TABLE kept')
  }

  async rows(partition: number): Promise<TrailRow[]> {
    const rows: TrailRow[] = []
    for await (const page of new Trail(this.#pool, 'audit', 'payments.events').rows(partition, ALL))
      rows.push(...page)
    return rows
  }

  /** Lets a row say something else and gives all hashes from there on that fit: in itself, the trail is then sound. */
  async rewrite(partition: number, offset: number, changes: Partial<TrailRow>): Promise<void> {
    const rows = await this.rows(partition)
    let chain = rows.findLast(row => row.offset < offset)?.chain ?? GENESIS
    for (const row of rows.filter(row => row.offset >= offset)) {
      const said = row.offset === offset ? { ...row, ...changes } : row
      chain = entryHash(chain, said)
      await this.change(
        'UPDATE audit SET merchant_id = $3, digest = $4, chain = $5 WHERE partition = $1 AND record_offset = $2',
        [partition, row.offset, said.merchantId, said.digest, chain]
      )
    }
  }
}
